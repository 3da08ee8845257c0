"""Ways to read one submission strictly: four parsers, each with the checks that it still needs.

Strict means: refuses duplicate member names, NaN and Infinity, invalid UTF-8, lone surrogates, NUL,
numbers beyond a double, nesting above DEPTH_MAX; keeps big integers exact or refuses them.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import math
import re
from collections.abc import Callable
from typing import Any

Json = Any
Parse = Callable[[bytes], Json]

DEPTH_MAX = 64
INTEGER_DIGITS_MAX = 1000

_SPACE = b" \t\r\n"
# Folds number tokens to one shape behind one separator, so that a substring search finds them;
# bytes.translate and `in` cost a tenth of the equal regular expression.
_FOLD = bytes.maketrans(b"123456789,[E", b"000000000::e")
_EXPONENT = re.compile(rb"[:,\[ \t\r\n]-?[0-9.]+[eE]")
# The first integer part that a double shows with an exponent; 64-bit integers end far above it.
_LONG_INTEGER = b":" + b"0" * 17
# Escapes after which a string may hold NUL, a quote or a colon that its bytes do not show.
_HIDING_ESCAPES = (b'\\"', b"\\u000", b"\\u002", b"\\u003")


class Refused(ValueError):
    """The bytes are not a submission that every part of the product can hold."""


def _unique_members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Refused("duplicate member name")
    return members


def _refuse_constant(name: str) -> Json:
    raise Refused(f"{name} is no JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise Refused("number beyond a double")
    return number


def _bounded_integer(text: str) -> int:
    if len(text) > INTEGER_DIGITS_MAX:
        raise Refused("integer with too many digits")
    return int(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique_members,
    parse_constant=_refuse_constant,
    parse_float=_finite,
    parse_int=_bounded_integer,
)


def count_members(tree: Json) -> int:
    """Members of all objects in a tree; raises Refused above DEPTH_MAX levels of nesting."""
    level = [tree]
    members = 0
    for _ in range(DEPTH_MAX):
        below: list[Json] = []
        for node in level:
            if type(node) is dict:
                members += len(node)
                below += [child for child in node.values() if type(child) in (dict, list)]
            elif type(node) is list:
                below += [child for child in node if type(child) in (dict, list)]
        if not below:
            return members
        level = below
    raise Refused(f"nested deeper than {DEPTH_MAX}")


def _refuse_deep(raw: bytes, tree: Json) -> None:
    if raw.count(b"{") + raw.count(b"[") > DEPTH_MAX:
        count_members(tree)


def _refuse_unstorable_text(raw: bytes, tree: Json) -> None:
    # Only an escape can bring in a lone surrogate or NUL: as bytes they are invalid already.
    if b"\\u" not in raw:
        return
    try:
        text = json.dumps(tree, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise Refused("lone surrogate") from None
    if b"\\u0000" in text:
        _refuse_nul(tree)


def _refuse_nul(tree: Json) -> None:
    nodes = [tree]
    while nodes:
        node = nodes.pop()
        if isinstance(node, str) and "\0" in node:
            raise Refused("NUL")
        if isinstance(node, dict):
            nodes += [*node, *node.values()]
        elif isinstance(node, list):
            nodes += node


def _text_of(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Refused("not UTF-8") from None


def strict_stdlib(raw: bytes) -> Json:
    """The slow, plain pass that the others are judged by and fall back to; raises ValueError."""
    try:
        tree = _DECODER.decode(_text_of(raw))
    except RecursionError:
        raise Refused(f"nested deeper than {DEPTH_MAX}") from None
    _refuse_deep(raw, tree)
    _refuse_unstorable_text(raw, tree)
    return tree


def _numbers_are_plain(raw: bytes) -> bool:
    """Whether every library reads and writes this document's numbers the same way.

    False for integers of 17 digits or more, exponents, fractions below 0.0001. Strings that look
    like such numbers give False too, which costs time and nothing else.
    """
    folded = raw.translate(_FOLD, _SPACE + b"-")
    if _LONG_INTEGER in folded or b"0.0000" in raw:
        return False
    return b"0e" not in folded or not _EXPONENT.search(raw)


def _hides_nothing(raw: bytes) -> bool:
    return b"\\" not in raw or not any(escape in raw for escape in _HIDING_ESCAPES)


def _names_at_most(raw: bytes) -> int:
    """Members written in these bytes, plus what strings add that look like the end of a name."""
    return raw.translate(None, _SPACE).count(b'":')


def strict_with(loads: Parse) -> Parse:
    """Make strict a parser that refuses lone surrogates and NaN but drops duplicate members.

    Each member shows at least once in the bytes, so that equal counts prove that none was dropped;
    whatever looks odd is read again by the plain pass.
    """

    def parse(raw: bytes) -> Json:
        if not raw.startswith(b"{") or b"\\u0000" in raw or not _numbers_are_plain(raw):
            return strict_stdlib(raw)
        try:
            tree = loads(raw)
        except RecursionError:
            raise Refused(f"nested deeper than {DEPTH_MAX}") from None
        if _names_at_most(raw) != count_members(tree):
            return strict_stdlib(raw)
        return tree

    return parse


def plain_parsers() -> dict[str, Parse]:
    """Each parser as it comes, with nothing but its own options; a missing one is left out."""
    pydantic_core = importlib.import_module("pydantic_core")
    parsers: dict[str, Parse] = {
        "json": json.loads,
        "json with hooks": lambda raw: _DECODER.decode(_text_of(raw)),
        "orjson": importlib.import_module("orjson").loads,
        "pydantic_core": lambda raw: pydantic_core.from_json(raw, allow_inf_nan=False),
    }
    if importlib.util.find_spec("msgspec"):
        parsers["msgspec"] = importlib.import_module("msgspec.json").Decoder().decode
    return parsers


def strict_parsers() -> dict[str, Parse]:
    """Each parser with the checks that make it strict; a missing one is left out."""
    plain = plain_parsers()
    fast = {name: strict_with(plain[name]) for name in plain if not name.startswith("json")}
    return {"json": strict_stdlib, **fast}


def digest_stdlib(tree: Json) -> bytes:
    """SHA-256 over sorted keys, no spaces, UTF-8; keys sorted by code point."""
    text = json.dumps(
        tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(text.encode()).digest()


def orjson_parse_and_digest() -> Callable[[bytes], tuple[Json, bytes]]:
    """Strict parse and digest_stdlib's digest in one, members counted in the canonical bytes.

    Where no escape hides a quote or colon, whatever shows as a name in the canonical bytes shows as
    one in the raw bytes, and each member that was dropped shows there once more.
    """
    orjson = importlib.import_module("orjson")
    loads, dumps, sort_keys = orjson.loads, orjson.dumps, orjson.OPT_SORT_KEYS

    def parse_and_digest(raw: bytes) -> tuple[Json, bytes]:
        if raw.startswith(b"{") and _hides_nothing(raw) and _numbers_are_plain(raw):
            tree = loads(raw)
            _refuse_deep(raw, tree)
            canonical = dumps(tree, option=sort_keys)
            if _names_at_most(raw) == canonical.count(b'":'):
                return tree, hashlib.sha256(canonical).digest()
        tree = strict_stdlib(raw)
        return tree, digest_stdlib(tree)

    return parse_and_digest


def digest_orjson() -> Callable[[Json], bytes]:
    """The same through orjson's OPT_SORT_KEYS; raises TypeError for integers above 64 bits."""
    orjson = importlib.import_module("orjson")

    def digest(tree: Json) -> bytes:
        return hashlib.sha256(orjson.dumps(tree, option=orjson.OPT_SORT_KEYS)).digest()

    return digest
