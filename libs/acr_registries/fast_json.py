"""Reads and writes JSON fast where that is certain to give what the strict pass of the domain gives.

What a quick look at the bytes cannot clear, the strict pass reads. Tests compare both on random
documents. Decision D4 says why.
"""

import re
from dataclasses import dataclass

import orjson

from acr_domain import strict_json
from acr_domain.strict_json import NESTING_MAX, JsonValue

_SPACE = b" \t\r\n"
# Folds number tokens to one shape behind one separator, so that a substring search finds them.
_FOLD, _UNFOLDED = bytes.maketrans(b"123456789,[E", b"000000000::e"), _SPACE + b"-"
_EXPONENT = re.compile(rb":[0.]+e")
# The first integer part that a double shows with an exponent; 64-bit integers end far above it.
_LONG_INTEGER = b":" + b"0" * 17
# Escapes after which a string may hold NUL, half a surrogate pair, a quote or a colon unseen.
_HIDING_ESCAPES = (b'\\"', b"\\u")


@dataclass(frozen=True, slots=True)
class JsonText:
    """A JSON text, read. Where it is ``plain``, every library writes its values the same way."""

    value: JsonValue
    plain: bool


def read_json(body: bytes) -> JsonText:
    """Read one JSON text strictly, as `strict_json.parse` does.

    Raises:
        InvalidSubmission: with a finding (``JSON-1xx``) for every place that is not strict.
    """
    if body.startswith(b"{") and _hides_nothing(body) and _numbers_are_plain(body):
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError:
            return JsonText(strict_json.parse(body), plain=False)
        # Each member shows once in the bytes: equal counts prove that no repeated name was dropped.
        names = body.translate(None, _SPACE).count(b'":')
        if names == orjson.dumps(value).count(b'":') and not _too_deep(body, value):
            return JsonText(value, plain=True)
    return JsonText(strict_json.parse(body), plain=False)


def canonical(text: JsonText) -> bytes:
    """Write the canonical form of `strict_json.canonical`."""
    if text.plain:
        return orjson.dumps(text.value, option=orjson.OPT_SORT_KEYS)
    return strict_json.canonical(text.value)


def _too_deep(body: bytes, value: JsonValue) -> bool:
    few = body.count(b"{") + body.count(b"[") <= NESTING_MAX
    return not few and strict_json.nested_too_deep(value)


def _hides_nothing(body: bytes) -> bool:
    return b"\\" not in body or not any(escape in body for escape in _HIDING_ESCAPES)


def _numbers_are_plain(body: bytes) -> bool:
    """Tell whether every library reads and writes this document's numbers the same way.

    No for integers of 17 digits or more, exponents, fractions below 0.0001. Strings that look like
    such numbers give no too, which costs time and nothing else.
    """
    folded = body.translate(_FOLD, _UNFOLDED)
    if _LONG_INTEGER in folded or b"0.0000" in body:
        return False
    return b"0e" not in folded or not _EXPONENT.search(folded)
