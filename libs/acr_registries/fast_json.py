"""Reads and writes JSON fast where that is certain to give what the strict pass of the domain gives.

What a quick look at the bytes cannot clear, the strict pass reads. Tests compare both on random
documents. Decision D4 says why.
"""

from dataclasses import dataclass

import orjson

from acr_domain import strict_json
from acr_domain.strict_json import NESTING_MAX, JsonValue

# Folds number tokens to one shape behind one separator, so that a substring search finds them.
_FOLD, _SPACE = bytes.maketrans(b"123456789,[E", b"000000000::e"), b" \t\r\n-"
# The first integer part that a double shows with an exponent; 64-bit integers end far above it.
_LONG_INTEGER = b":" + b"0" * 17
# Bounds on the search for exponents: a sender may write any number of digits and letters.
_LOOKS_MAX, _DIGITS_SEEN = 64, 64
# Escapes after which a string may hold NUL, half a surrogate pair, a quote or a colon unseen.
_HIDING_ESCAPES = (b'\\"', b"\\u")


@dataclass(frozen=True, slots=True)
class JsonText:
    """A JSON text, read. ``canonical`` is its canonical form, where it was needed for reading."""

    value: JsonValue
    canonical: bytes | None = None


def read_json(body: bytes) -> JsonText:
    """Read one JSON text strictly, as `strict_json.parse` does.

    Raises:
        InvalidSubmission: with a finding (``JSON-1xx``) for every place that is not strict.
    """
    if body.startswith(b"{") and _hides_nothing(body) and _numbers_are_plain(body):
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError:
            return JsonText(strict_json.parse(body))
        canonical = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        # Each member has its colon: equal counts prove that no repeated name was dropped.
        if body.count(b":") == canonical.count(b":") and not _too_deep(body, value):
            return JsonText(value, canonical)
    return JsonText(strict_json.parse(body))


def canonical_form(value: JsonValue, text: JsonText) -> bytes:
    """Write the canonical form, as `strict_json.canonical` does, of a value made of a text's."""
    if text.canonical is None:
        return strict_json.canonical(value)
    if value == text.value:
        return text.canonical
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


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
    folded = body.translate(_FOLD, _SPACE)
    if _LONG_INTEGER in folded or b"0.0000" in body:
        return False
    place = -1
    for _ in range(_LOOKS_MAX):
        place = folded.find(b"0e", place + 1)
        if place < 0:
            return True
        before = folded[max(0, place - _DIGITS_SEEN) : place].rstrip(b"0.")
        if not before or before.endswith(b":"):
            return False
    return False
