"""Reads and writes JSON fast where that is certain to give what the strict pass of the domain gives.

What a quick look at the bytes cannot clear, the strict pass reads. Tests compare both on random
documents. Decision D4 says why.
"""

from typing import NamedTuple

import orjson

from acr_domain import strict_json
from acr_domain.strict_json import NESTING_MAX, JsonValue

# What remains of a text when only what tells of its structure and numbers is kept, digits as 0 and both
# brackets as {: short enough to be searched several times.
_KEPT = b'":,[{.-0123456789eE'
_FOLD = bytes.maketrans(b"123456789E[", b"000000000e{")
_LEFT_OUT = bytes(each for each in range(256) if each not in _KEPT)
_SEPARATORS = b":,{"
# An integer part that a double shows with an exponent; 64-bit integers end far above it.
_LONG_INTEGER = b"0" * 17
# Bounds on the search for exponents: a sender may write any number of digits and letters.
_LOOKS_MAX, _DIGITS_SEEN = 64, 64
# Escapes after which a string may hold NUL, half a surrogate pair, a quote or a colon unseen.
_HIDING_ESCAPES = (b'\\"', b"\\u")


class JsonText(NamedTuple):
    """A JSON text, read. ``bones`` is what tells of its numbers; empty where it was read strictly."""

    value: JsonValue
    body: bytes
    bones: bytes = b""


def read_json(body: bytes) -> JsonText:
    """Read one JSON text strictly, as `strict_json.parse` does.

    Raises:
        InvalidSubmission: with a finding (``JSON-1xx``) for every place that is not strict.
    """
    if body.startswith(b"{") and _hides_nothing(body):
        bones = body.translate(_FOLD, _LEFT_OUT)
        if _LONG_INTEGER not in bones and (text := _read_fast(body, bones)) is not None:
            return text
    return JsonText(strict_json.parse(body), body)


def _read_fast(body: bytes, bones: bytes) -> JsonText | None:
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    # Before it is written: orjson writes fewer levels than it reads.
    if bones.count(b"{") > NESTING_MAX and strict_json.nested_too_deep(value):
        return None
    # Each member has its colon: equal counts prove that no repeated name was dropped.
    if bones.count(b":") != orjson.dumps(value).count(b":"):
        return None
    return JsonText(value, body, bones)


def canonical_form(value: JsonValue, text: JsonText) -> bytes:
    """Write the canonical form, as `strict_json.canonical` does, of a value made of a text's."""
    if text.bones and numbers_are_plain(text):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return strict_json.canonical(value)


def _hides_nothing(body: bytes) -> bool:
    return b"\\" not in body or not any(escape in body for escape in _HIDING_ESCAPES)


def numbers_are_plain(text: JsonText) -> bool:
    """Tell whether every library writes the numbers of a text that was read fast the same way.

    No for exponents and fractions below 0.0001. Strings that look like such numbers give no too,
    which costs time and nothing else.
    """
    if b"0.0000" in text.body:
        return False
    bones = text.bones
    place = -1
    for _ in range(_LOOKS_MAX):
        place = bones.find(b"0e", place + 1)
        if place < 0:
            return True
        before = bones[max(0, place - _DIGITS_SEEN) : place].rstrip(b"0.").removesuffix(b"-")
        if not before or before[-1] in _SEPARATORS:
            return False
    return False
