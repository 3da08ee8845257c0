"""What pydantic's errors about a form mean to a vendor's developer: a rule id and what to do.

No value of the submission is quoted; the nearest valid code is one of ours.
"""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic_core import ErrorDetails

from acr_registries.elements import Element, Need

CODES_SHOWN_MAX = 12
CODE_CHARACTERS_MAX = 40
# Looking for the nearest name takes a while, and a sender may send any number of unknown ones.
HINTS_MAX = 20
NAME_CHARACTERS_MAX = 100
# To a shorter code than this every code is near, and the nearest would be a guess at what was meant: a
# Lung-RADS category of 4 may be 4A or 4X.
CODE_CHARACTERS_LEAST = 3

# The rules about a form that every registry shares: what the payload's types, limits and code lists
# refuse or remark. The same kinds about the header are HEADER-101 and so on.
FORM_RULES: Mapping[str, str] = {
    "FORM-101": "An element that is needed to store the record is missing.",
    "FORM-102": "A value has the wrong type.",
    "FORM-103": "A text is empty.",
    "FORM-104": "A text or list is too long or too short.",
    "FORM-105": "A value is not in its code list.",
    "FORM-106": "A text does not have the form that its element asks for.",
    "FORM-108": "A date or time is none, or cannot be read.",
    "FORM-110": "An element is there twice, in other letter case.",
    "FORM-113": "A number lies outside its limits.",
    "FORM-120": "An element is not part of the contract; it is kept, but not used.",
    "FORM-121": "A number lies outside what is typical.",
    "FORM-130": "An element that a complete record needs is missing.",
}

_TYPES = {
    "string_type": "a string, in quotes",
    "int_type": "a whole number, without quotes and without a fraction, such as 3",
    "float_type": "a number, without quotes",
    "bool_type": "true or false, without quotes",
    "tuple_type": "a list",
    "model_type": "an object",
}
_BOUNDS = {
    "greater_than_equal": "at least {ge:.12g}",
    "less_than_equal": "at most {le:.12g}",
    "greater_than": "greater than {gt:.12g}",
}


def told(detail: ErrorDetails, element: Element | None, codes: Sequence[str]) -> tuple[str, str]:
    """Give the rule id and the message for one of pydantic's errors.

    ``codes`` lists what a coded element may be.
    """
    kind, context = detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return "FORM-101", "The element is required. Add it."
    if kind in _TYPES:
        return "FORM-102", f"The element must be {_TYPES[kind]}."
    if kind in _BOUNDS:
        bound = _BOUNDS[kind].format_map(context)
        unit = f" {element.unit}" if element and element.unit else ""
        return "FORM-113", f"The element must be {bound}{unit}. Correct the value or its unit."
    if kind == "literal_error":
        return "FORM-105", _code_message(detail, element, codes)
    if kind in ("day", "time"):
        return "FORM-108", detail["msg"]
    if kind == "string_pattern_mismatch":
        form = element.pattern_text if element and element.pattern_text else "of its form"
        return "FORM-106", f"The element must be {form}."
    return _length(kind, context) or ("FORM-102", "The value has the wrong type.")


def _length(kind: str, context: Mapping[str, Any]) -> tuple[str, str] | None:
    match kind:
        case "string_too_short" if context["min_length"] <= 1:
            return "FORM-103", "The element is empty. Send its value, or leave it out."
        case "string_too_short":
            return "FORM-104", f"The element must have at least {context['min_length']} characters."
        case "string_too_long":
            return "FORM-104", f"The element must have at most {context['max_length']} characters."
        case "too_long":
            return (
                "FORM-104",
                f"The list may have at most {context['max_length']} entries. Split it.",
            )
        case "too_short":
            least = context["min_length"]
            entries = "entry" if least == 1 else "entries"
            return "FORM-104", f"The list must have at least {least} {entries}."
    return None


def _code_message(detail: ErrorDetails, element: Element | None, codes: Sequence[str]) -> str:
    if len(codes) <= CODES_SHOWN_MAX:
        listed = f"The element must be one of: {', '.join(codes)}."
    else:
        name = element.codes if element else ""
        listed = f"The element must be one of the {len(codes)} codes of the list {name}."
    sent = detail["input"]
    if not isinstance(sent, str):
        return f"{listed[:-1]}; as a string, in quotes."
    near = _nearest(sent, codes)
    return f"{listed} The nearest is {near}." if near else listed


def _nearest(text: str, codes: Sequence[str]) -> str | None:
    if not CODE_CHARACTERS_LEAST <= len(text) <= CODE_CHARACTERS_MAX:
        return None
    by_lower = {code.lower(): code for code in codes}
    near = difflib.get_close_matches(text.strip().lower(), by_lower, n=1, cutoff=0.4)
    return by_lower[near[0]] if near else None


def unknown_message(sent: str, names: Mapping[str, str], *, hinted: bool) -> str:
    """Say that an element is not known; where ``hinted``, name the nearest of ``names``.

    ``names`` has the declared names by their lower case.
    """
    near: list[str] = []
    if hinted and len(sent) <= NAME_CHARACTERS_MAX:
        near = difflib.get_close_matches(sent.lower(), names, n=1)
    hint = f" Is {names[near[0]]} meant?" if near else ""
    return f"The contract has no such element here; it is kept, but not used.{hint}"


def too_long_message(items_most: int) -> str:
    """Say that a list has too many entries."""
    return f"The list may have at most {items_most} entries. Split it."


def missing_message(element: Element) -> str:
    """Say that an element which a complete record needs is missing."""
    assert element.need is Need.COMPLETE
    return "The record is incomplete without this element. Send it in a later version."


def untypical_message(element: Element) -> str:
    """Say what is typical of a number."""
    unit = f" {element.unit}" if element.unit else ""
    match element.typical_least, element.typical_most:
        case None, most:
            typical = f"at most {most:.12g}{unit}"
        case least, None:
            typical = f"at least {least:.12g}{unit}"
        case least, most:
            typical = f"from {least:.12g} to {most:.12g}{unit}"
    return f"Typical values are {typical}. Check the value and its unit."
