"""JSON that is certain to mean the same to everyone who reads it later, and its canonical form.

RFC 8259 leaves open what a repeated name, a lone surrogate or a huge number means; databases and
languages differ, so such texts are refused at the door (RFC 7493, I-JSON, sections 2.1 to 2.3).
The fast pass only says yes or no; where it says no, a second pass finds every place.
"""

import itertools
import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

from acr_domain.errors import InvalidSubmission
from acr_domain.findings import Finding, Severity, pointer

JsonValue: TypeAlias = "dict[str, JsonValue] | list[JsonValue] | str | int | float | bool | None"

NESTING_MAX = 64
NUMBER_CHARACTERS_MAX = 400  # The longest shortest-form double has 24; 309 digits reach its end.
# A long name over many bad values would make findings a thousand times the size of the body.
PLACES_MAX = 1000
POINTER_CHARACTERS_MAX = 1000

_SUSPECT_ESCAPE = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_UNWRITABLE = re.compile(r"[\0\ud800-\udfff]")


class _Refused(ValueError):
    """The fast pass met something that the second pass will name."""


@dataclass(frozen=True, slots=True)
class _Members:
    pairs: list[tuple[str, Any]]


@dataclass(frozen=True, slots=True)
class _BadNumber:
    rule: str
    message: str


def parse(body: bytes) -> JsonValue:
    """Read one JSON text strictly.

    Integers stay exact, fractions become doubles; names are unique, strings hold neither NUL nor
    lone surrogates, numbers lie within a double's range, nesting ends at 64.

    Raises:
        InvalidSubmission: with a finding (``JSON-1xx``) for every place, up to 1,000, if the text
            is no JSON or is not strict.
    """
    try:
        text = body.decode("utf-8")
        value: JsonValue = _FAST.decode(text)
        suspect = _SUSPECT_ESCAPE.search(text) or (
            text.count("[") + text.count("{") > NESTING_MAX and nested_too_deep(value)
        )
    except (ValueError, RecursionError):
        raise InvalidSubmission(_explain(body)) from None
    if suspect and (findings := _explain(body)):
        raise InvalidSubmission(findings)
    return value


def canonical(value: JsonValue) -> bytes:
    """Write the canonical form: names sorted by code point, no spaces, UTF-8, shortest doubles.

    Same content, same bytes: it is what the digest is taken over. Near RFC 8785, from which it
    differs in keeping integers beyond 2**53 exact.
    """
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    ).encode()


def nested_too_deep(value: JsonValue) -> bool:
    """Tell whether a value is nested deeper than 64 levels.

    It walks level by level: the nesting is the sender's, and recursion would be its to break.
    """
    level = [value]
    for _ in range(NESTING_MAX):
        level = [
            child
            for node in level
            for child in (node.values() if isinstance(node, dict) else node)  # type: ignore[union-attr]
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Refused
    return members


def _integer(digits: str) -> int:
    # 308 digits always fit a double; only what is longer needs the closer look.
    if len(digits) > 308 and _number_problem(digits):
        raise _Refused
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if len(digits) > NUMBER_CHARACTERS_MAX or math.isinf(number):
        raise _Refused
    return number


def _no_constant(_: str) -> NoReturn:
    raise _Refused


def _long_integer(digits: str) -> int | _BadNumber:
    bad = _number_problem(digits)
    return bad or int(digits)


def _number_problem(digits: str) -> _BadNumber | None:
    if len(digits) > NUMBER_CHARACTERS_MAX or math.isinf(float(digits)):
        return _BadNumber(
            "JSON-107",
            f"The number is beyond the range of a double or longer than {NUMBER_CHARACTERS_MAX} "
            "characters. Send a smaller number, or send it as a string.",
        )
    return None


def _constant(_: str) -> _BadNumber:
    return _BadNumber(
        "JSON-108", "NaN and Infinity are not JSON. Leave the member out or use null."
    )


_FAST = json.JSONDecoder(
    object_pairs_hook=_unique,
    parse_int=_integer,
    parse_float=_fraction,
    parse_constant=_no_constant,
)
_SLOW = json.JSONDecoder(
    object_pairs_hook=_Members,
    parse_int=_long_integer,
    parse_float=lambda digits: _number_problem(digits) or float(digits),
    parse_constant=_constant,
)


def _explain(body: bytes) -> list[Finding]:
    if not body.strip():
        return [_finding("JSON-101", "", "The body is empty. Send a JSON object.")]
    try:
        tree = _SLOW.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        message = f"Byte {error.start} is not valid UTF-8. Encode the body as UTF-8."
        return [_finding("JSON-102", "", message)]
    except json.JSONDecodeError as error:
        message = f"Not JSON at line {error.lineno}, column {error.colno}: {error.msg}."
        return [_finding("JSON-103", "", message)]
    except RecursionError:
        return [_too_deep("")]
    return list(itertools.islice(_places(tree), PLACES_MAX))


def _places(tree: object) -> Iterator[Finding]:
    """Walk with an explicit stack: the nesting is the sender's, and may be any."""
    stack: list[tuple[tuple[str | int, ...], object]] = [((), tree)]
    while stack:
        path, node = stack.pop()
        if isinstance(node, str):
            yield from _string_problems(path, node, "string")
        elif isinstance(node, _BadNumber):
            yield _finding(node.rule, _place(path), node.message)
        elif isinstance(node, (_Members, list)):
            if len(path) >= NESTING_MAX:
                yield _too_deep(_place(path))
                continue
            yield from _name_problems(path, node)
            members = node.pairs if isinstance(node, _Members) else enumerate(node)
            stack += reversed([((*path, name), child) for name, child in members])


def _name_problems(path: tuple[str | int, ...], node: object) -> Iterator[Finding]:
    if not isinstance(node, _Members):
        return
    seen: set[str] = set()
    for name, _ in node.pairs:
        yield from _string_problems((*path, name), name, "name")
        if name in seen:
            message = "The member is there more than once. Keep one."
            yield _finding("JSON-104", _place((*path, name)), message)
        seen.add(name)


def _string_problems(path: tuple[str | int, ...], text: str, what: str) -> Iterator[Finding]:
    if "\0" in text:
        message = f"The {what} holds the character NUL (U+0000). Remove it."
        yield _finding("JSON-105", _place(path), message)
    if _LONE_SURROGATE.search(text):
        message = f"The {what} holds half of a surrogate pair. Send the whole character."
        yield _finding("JSON-106", _place(path), message)


def _place(path: tuple[str | int, ...]) -> str:
    """Point at a place; where that would be long, at what holds it."""
    while sum(len(str(name)) for name in path) > POINTER_CHARACTERS_MAX:
        path = path[:-1]
    return pointer(*path)


def _too_deep(place: str) -> Finding:
    message = f"Objects and arrays are nested deeper than {NESTING_MAX} levels. Send fewer levels."
    return _finding("JSON-109", place, message)


def _finding(rule: str, place: str, message: str) -> Finding:
    # A name on the way there may itself hold what no answer can carry.
    place = _UNWRITABLE.sub("\ufffd", place)
    return Finding(Severity.ERROR, rule, place, message)
