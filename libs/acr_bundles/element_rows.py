"""Makes the data dictionary of a contract: a row for each element, wherever it may stand. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from acr_bundles.choices import program_choices
from acr_bundles.form_schema import form_schema, header_schema, program_elements, program_schema
from acr_bundles.tables import Column, Table, figure
from acr_bundles.type_words import pattern_words, type_words
from acr_registries.contract import Contract
from acr_registries.elements import Element
from acr_registries.forms import Form

UNTOLD_LENGTH_MOST = 255  # What `Element` has where the dictionary says nothing.

COLUMNS = (
    Column("form", "Form"),
    Column("path", "Path", "Where it stands in the body; [] says that there may be several."),
    Column("name", "Name", "Spelling as it is sent."),
    Column("type", "Type"),
    Column(
        "need",
        "Need",
        "store: refused without it. complete: stored as incomplete without it. "
        "conditional: a rule says when. optional: may be left out. "
        "derived: computed by the registry; do not send it.",
    ),
    Column("when", "Needed when"),
    Column("unit", "Unit"),
    Column("limits", "Limits", "What lies outside is refused."),
    Column("typical", "Typical", "What lies outside is stored with a warning."),
    Column("codes", "Code list", "Its codes are in codes.html."),
    Column("pattern", "Form of the text"),
    Column("since", "Since", "First contract version that has it; empty: the first one."),
    Column("until", "Until", "Last contract version that has it."),
    Column("source", "Source"),
    Column("assumed", "Assumed", "yes: filled from domain knowledge; an operator may change it."),
    Column("column", "Table and column", "Where analysts find it."),
    Column("number", "Number", "Number in the registry's own dictionary."),
    Column("text", "What it is"),
)


def dictionary_table(contract: Contract) -> Table:
    """Make the data dictionary of header, program data and every form."""
    rows = [*_header_rows(contract), *_program_rows(contract)]
    for bound in contract.bound.values():
        rows += _form_rows(contract, bound, "payload", bound.table)
    return Table(
        "dictionary",
        "Data dictionary",
        "Every element of a submission. Names are matched in any letter case. What is not here is kept "
        "with the submission and not used; a warning tells of it.",
        COLUMNS,
        tuple(tuple(row.get(column.name, "") for column in COLUMNS) for row in rows),
        group="form",
    )


def _header_rows(contract: Contract) -> Iterator[dict[str, str]]:
    for name, schema in header_schema(contract)["properties"].items():
        yield _schema_row(name, f"dartheader.{name}", schema) | {"form": "dartheader"}


def _program_rows(contract: Contract) -> Iterator[dict[str, str]]:
    """Tell each element once, with the models that need it where not all do."""
    models = [each.chosen for each in program_choices(contract.registry) if each.chosen]
    schemas = [program_schema(contract, model)["properties"] for model in models]
    elements = program_elements(contract)
    for name in dict.fromkeys(name for schema in schemas for name in schema):
        of = [schema[name] for schema in schemas if name in schema]
        row = _schema_row(name, f"dartheader.programspecificdata.{name}", of[0])
        needed = [each["x-need"] == "store" for each in of]
        element = elements.get(name)
        if element is not None:
            row |= {k: v for k, v in _element_row(contract, element).items() if v}
        row["need"] = "store" if all(needed) else "conditional" if any(needed) else "optional"
        if row["need"] != "conditional":
            row["when"] = ""
        yield row | {"form": "programspecificdata", "column": f"submissions.{name}"}


def _schema_row(name: str, path: str, schema: Mapping[str, Any]) -> dict[str, str]:
    source = str(schema.get("x-source", ""))
    codes = schema.get("x-codes", "")
    return {
        "path": path,
        "name": name,
        "type": type_words(schema),
        "need": str(schema.get("x-need", "")),
        "codes": ", ".join(codes) if isinstance(codes, list) else str(codes),
        "limits": _length_words(schema),
        "pattern": pattern_words(schema),
        "source": source,
        "assumed": "yes" if "assumed" in source else "no",
        "text": str(schema.get("description", "")),
    }


def _length_words(schema: Mapping[str, Any]) -> str:
    for each in (schema, *schema.get("anyOf", ())):
        if "maxLength" in each:
            return f"1 to {each['maxLength']} characters"
        if "minimum" in each or "maximum" in each:
            return _range_words(each.get("minimum"), each.get("maximum"))
    return ""


def _form_rows(
    contract: Contract, form: type[Form], path: str, table: str
) -> Iterator[dict[str, str]]:
    binding = form.binding
    schema = form_schema(contract, form)
    schema = next((each for each in schema.get("anyOf", ()) if "properties" in each), schema)
    nested = {each.name: each for each in binding.nested}
    for name, element in binding.by_name.items():
        within = nested.get(name)
        many = "[]" if within and within.many else ""
        yield {
            "form": form.__name__,
            "path": f"{path}.{name}{many}",
            "name": name,
            "type": type_words(schema["properties"][name]),
            "column": f"{table}.{element.attribute}" if table and not within else "",
            **_element_row(contract, element, schema["properties"][name]),
        }
        if within:
            yield from _form_rows(
                contract, within.form, f"{path}.{name}{many}", within.form.table or table
            )
    for each in form.derived:
        yield {
            "form": form.__name__,
            "path": "",
            "name": each.attribute,
            "type": type_words({"type": each.kind.__name__}),
            "need": "derived",
            "unit": each.unit,
            "source": each.source,
            "assumed": "yes" if "assumed" in each.source else "no",
            "column": f"{table}.{each.attribute}" if table else "",
            "text": each.text,
        }


def _element_row(
    contract: Contract, element: Element, schema: Mapping[str, Any] | None = None
) -> dict[str, str]:
    return {
        "need": element.need.value,
        "when": element.when,
        "unit": element.unit,
        "limits": limit_words(element, schema or {}),
        "typical": _range_words(element.typical_least, element.typical_most),
        "codes": element.codes if element.codes in contract.codes else "",
        "pattern": element.pattern_text or element.pattern,
        "since": element.since,
        "until": element.until,
        "source": element.source,
        "assumed": "yes" if element.assumed else "no",
        "number": element.number,
        "text": element.text,
    }


def limit_words(element: Element, schema: Mapping[str, Any]) -> str:
    """Say the limits of an element that refuse: of its number, its text, and its list."""
    kinds = [schema, *schema.get("anyOf", ())]
    inner = [each["items"] for each in kinds if "items" in each]
    types = {each.get("type") for each in (*kinds, *inner)}
    said = []
    if types & {"integer", "number"}:
        above = [f"greater than {figure(element.above)}"] if element.above is not None else []
        numbers = next(
            each for each in (*kinds, *inner) if each.get("type") in ("integer", "number")
        )
        least = numbers.get("minimum")
        said += [*above, _range_words(least, numbers.get("maximum"))]
    told = element.pattern and element.length_most == UNTOLD_LENGTH_MOST
    if "string" in types and not told and any("maxLength" in each for each in (*kinds, *inner)):
        said.append(f"{element.length_least} to {element.length_most} characters")
    if "array" in types:
        said.append(f"{element.items_least} to {element.items_most} entries")
    return "; ".join(each for each in said if each)


def _range_words(least: float | None, most: float | None) -> str:
    match least, most:
        case None, None:
            return ""
        case None, _:
            return f"at most {figure(most)}"
        case _, None:
            return f"at least {figure(least)}"
    return f"{figure(least)} to {figure(most)}"
