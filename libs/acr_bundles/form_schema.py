"""Makes the JSON Schemas of forms, header and program data from their models. Pure.

What pydantic says of a value is taken over; what the data dictionary says is added as `x-` members.
"""

import functools
from collections.abc import Mapping
from typing import Any, TypeAlias

from pydantic import BaseModel

from acr_registries.contract import Contract
from acr_registries.elements import Element, header_codes
from acr_registries.forms import Form, Nested
from acr_registries.header import DartHeader, ProgramData, pattern_of_codes
from acr_registries.header_dictionary import header_text

Schema: TypeAlias = dict[str, Any]


def form_schema(contract: Contract, model: type[Form]) -> Schema:
    """Make the schema of a bound form; those within it are references into `$defs`."""
    binding = model.binding
    whole = _made(model)
    # A form may have a plain value for short, beside its object.
    made = next((each for each in whole.get("anyOf", ()) if "properties" in each), whole)
    nested = {each.name: each for each in binding.nested}
    properties = {}
    for name, element in binding.by_name.items():
        own = made["properties"][name]
        value = _nested_value(nested[name], own) if name in nested else untitled(own)
        properties[name] = {**_told(contract, element), **value, **_marks(element)}
    form = _object(model.__name__, binding.about, properties, made.get("required", []))
    if made is whole:
        return form
    short = [untitled(each) for each in whole["anyOf"] if each is not made]
    return {"title": model.__name__, "description": binding.about, "anyOf": [form, *short]}


def header_schema(contract: Contract) -> Schema:
    """Make the schema of `dartheader`, with the registry's own codes and lengths."""
    registry = contract.registry
    made = _made(DartHeader)
    properties = {}
    for name, own in made["properties"].items():
        told = header_text().elements[name]
        properties[name] = {
            "description": told.text,
            **untitled(own),
            "x-need": told.need.value,
            "x-source": told.source,
        }
    for name, codes in header_codes(registry.package).items():
        properties[name] |= {"pattern": pattern_of_codes(codes), "x-codes": list(codes)}
    for name, most in registry.text_max.items():
        properties[name]["maxLength"] = most
    properties["programspecificdata"] = {
        "description": header_text().elements["programspecificdata"].text,
        "type": "object",
        "x-need": "store",
    }
    return _object(
        "dartheader", "Who sends which version of which record.", properties, made["required"]
    )


def program_schema(contract: Contract, model: type[ProgramData]) -> Schema:
    """Make the schema of one model of `programspecificdata`."""
    made = _made(model)
    elements = program_elements(contract)
    properties = {}
    for name, own in made.get("properties", {}).items():
        element = elements.get(name)
        told = {"description": element.text} if element else {}
        marks = _marks(element) if element else {}
        need = {"x-need": "store" if name in made.get("required", ()) else "optional"}
        properties[name] = {**told, **untitled(own), **marks, **need}
    about = (model.__doc__ or "").strip().split("\n\n")[0].replace("\n    ", " ")
    return _object("programspecificdata", about, properties, made.get("required", []))


@functools.cache
def _made(model: type[BaseModel]) -> Schema:
    """Let pydantic make a model's schema, once; it is not to be changed.

    One whose parts refer to it stands among the definitions.
    """
    made: Schema = model.model_json_schema(by_alias=True, mode="validation")
    name = made.get("$ref", "").removeprefix("#/$defs/")
    return made["$defs"][name] if name else made


def program_elements(contract: Contract) -> Mapping[str, Element]:
    """Give what the dictionary says of program data, by the elements' attributes."""
    found: dict[str, Element] = {}
    for model in contract.registry.program_models:
        for each in reversed(model.__mro__):
            text = contract.forms.get(each.__name__)
            if text is not None and issubclass(each, ProgramData):
                found |= text.elements
    return found


def untitled(schema: Any) -> Any:
    """Leave out titles, which only repeat names; a property that is called so stays."""
    if isinstance(schema, list):
        return [untitled(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: untitled(each) for name, each in value.items()}
        if key == "properties"
        else untitled(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str))
    }


def _object(title: str, about: str, properties: Schema, required: list[str]) -> Schema:
    made: Schema = {"title": title, "description": about, "type": "object"}
    made["properties"] = properties
    if required:
        made["required"] = list(required)
    return made


def _nested_value(nested: Nested, own: Mapping[str, Any]) -> Schema:
    reference = {"$ref": f"#/$defs/{nested.form.__name__}"}
    if nested.many:
        limits = {key: own[key] for key in ("minItems", "maxItems", "default") if key in own}
        return {"type": "array", "items": reference, **limits}
    return (
        {"anyOf": [reference, {"type": "null"}], "default": None} if "anyOf" in own else reference
    )


def _told(contract: Contract, element: Element) -> Schema:
    told = [element.text]
    if element.pattern_text:
        told.append(f"Form: {element.pattern_text}.")
    codes = contract.codes.get(element.codes)
    return {"description": " ".join(told)} | ({"x-codes": codes.name} if codes else {})


def _marks(element: Element) -> Schema:
    marks = {
        "x-need": element.need.value,
        "x-when": element.when,
        "x-unit": element.unit,
        "x-source": element.source,
        "x-number": element.number,
        "x-typical-least": element.typical_least,
        "x-typical-most": element.typical_most,
        "x-tags": list(element.tags),
    }
    return {name: value for name, value in marks.items() if value not in ("", None, [])}
