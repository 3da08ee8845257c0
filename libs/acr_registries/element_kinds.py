"""What kind of JSON value an element of a form takes, and how a text of a file becomes one. Pure."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args, get_origin

from acr_domain.strict_json import JsonValue
from acr_registries.forms import Form, Path

_WHOLE = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)
_FLAGS = {"y": True, "yes": True, "true": True, "1": True}
_FLAGS |= {"n": False, "no": False, "false": False, "0": False}


class Kind(Enum):
    """The kind of value that an element takes."""

    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    FLAG = "yes or no"
    TEXTS = "list of texts"


class BadText(ValueError):
    """A text is no value of its kind; the message says what to do and quotes nothing."""


def kind_at(model: type[Form], path: Path) -> Kind:
    """Tell the kind of the element at a path of names as sent; what the form has not is a text."""
    kind = Kind.TEXT
    for step in path:
        if isinstance(step, int):
            continue
        element = model.binding.by_name.get(step)
        if element is None:
            return Kind.TEXT
        kind = _kind(model.binding.declared.model_fields[element.attribute].annotation)
        model = next((each.form for each in model.binding.nested if each.name == step), model)
    return kind


def _kind(annotation: Any) -> Kind:
    plain = next(_without_none(annotation))
    if get_origin(plain) is tuple:
        return Kind.TEXTS
    return {int: Kind.WHOLE, float: Kind.NUMBER, bool: Kind.FLAG}.get(plain, Kind.TEXT)


def _without_none(annotation: Any) -> Iterator[Any]:
    if type(None) in get_args(annotation):
        yield from (each for each in get_args(annotation) if each is not type(None))
    yield annotation


def read_value(kind: Kind, text: str, separator: str) -> JsonValue:
    """Turn a text that is not empty into a value of its kind.

    Raises:
        BadText: if it is none.
    """
    match kind:
        case Kind.TEXT:
            if text.isspace():
                raise BadText("The field holds only spaces. Leave a blank field empty.")
            return text
        case Kind.WHOLE:
            if not _WHOLE.fullmatch(text):
                raise BadText("The field must be a whole number, without spaces or unit.")
            return int(text)
        case Kind.NUMBER:
            return _number(text)
        case Kind.FLAG:
            return _flag(text)
        case Kind.TEXTS:
            return [*_entries(text, separator)]


def _entries(text: str, separator: str) -> list[str]:
    entries = [entry.strip() for entry in text.split(separator)]
    if not all(entries):
        raise BadText(
            f"The field has an empty entry. Part entries by a single {separator} and leave none blank."
        )
    return entries


def _number(text: str) -> float:
    if not _NUMBER.fullmatch(text):
        raise BadText(
            "The field must be a number with a point for decimals, without spaces or unit."
        )
    return float(text) if "." in text else int(text)


def _flag(text: str) -> bool:
    flag = _FLAGS.get(text.lower())
    if flag is None:
        raise BadText("The field must be Y or N.")
    return flag
