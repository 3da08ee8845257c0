"""Says in words what type a JSON Schema asks for. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from acr_registries.header import DIGITS_PATTERN, GUID_PATTERN
from acr_registries.values import CLOCK_TIME_PATTERN, DAY_PATTERN, INSTANT_PATTERN

_PATTERNS = {
    DAY_PATTERN: "day",
    INSTANT_PATTERN: "date and time with zone",
    CLOCK_TIME_PATTERN: "date and time",
}
_FORMS = {DIGITS_PATTERN: "digits", GUID_PATTERN: "GUID: 8-4-4-4-12 hexadecimal digits"}
_SO_MANY_DIGITS = re.compile(r"\^\[0-9\]\{(\d+)\}\$")
_TYPES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "true or false",
    "object": "object",
    # Kinds of derived values.
    "str": "text",
    "int": "whole number",
    "float": "number",
    "bool": "true or false",
    "date": "day",
    "datetime": "date and time with zone",
}


def type_words(schema: Mapping[str, Any]) -> str:
    """Say what a value is: `day`, `list of code`, the name of a form; null is left out."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        ways = [type_words(each) for each in schema["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(ways))
    if "enum" in schema or "const" in schema or isinstance(schema.get("x-codes"), list):
        return "code"
    if schema.get("type") == "array":
        return f"list of {type_words(schema['items'])}"
    if schema.get("pattern") in _PATTERNS:
        return _PATTERNS[schema["pattern"]]
    return _TYPES.get(str(schema.get("type")), "any JSON")


def pattern_words(schema: Mapping[str, Any]) -> str:
    """Say which form a text of the header has; nothing where it is free."""
    for each in (schema, *schema.get("anyOf", ())):
        pattern = each.get("pattern", "")
        if pattern in _FORMS:
            return _FORMS[pattern]
        if match := _SO_MANY_DIGITS.fullmatch(pattern):
            return f"{match[1]} digits"
    return ""
