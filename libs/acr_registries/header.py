"""The `dartheader`: its elements and their formats, the same for every registry.

Source: the published sample request of the CDSR upload API and its element table. Names are matched
in lower case. Which codes an element may hold is each registry's own data (`header.toml`).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    GetJsonSchemaHandler,
    PlainValidator,
    StrictStr,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from acr_domain.submission import VERSION_NO_MAX
from acr_registries.values import INSTANT_PATTERN, read_time

HEADER, PROGRAM, PAYLOAD = "dartheader", "programspecificdata", "payload"
BODY_NAMES = frozenset({HEADER, PAYLOAD})
TEXT_CHARACTERS_MAX = 200

SUBMITTED, IN_PROGRESS, CANCELLED = "submitted", "in_progress", "cancelled"

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_VERSION_DIGITS_MAX = 19
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROLS = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
_BLANKS = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"

# Patterns that mean the same to pydantic's core and to JSON Schema (ECMA 262): blanks are listed,
# since the two count others among `\s`.
TEXT_PATTERN = f"^[^{_CONTROLS}]*[^{_CONTROLS}{_BLANKS}][^{_CONTROLS}]*$"
DIGITS_PATTERN = "^[0-9]+$"
GUID_PATTERN = "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
VERSION_NO_PATTERN = "^0*[1-9][0-9]{0,18}$"


@dataclass(frozen=True, slots=True)
class Taking(AfterValidator):
    """A validator of texts that tells JSON Schema which it takes, by a pattern and codes."""

    pattern: str = ""
    codes: tuple[str, ...] = ()

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Add to what stands before it; each further validator takes less than the one before."""
        told = {**handler(schema), "pattern": self.pattern}
        return {**told, "x-codes": list(self.codes)} if self.codes else told


def pattern_of_codes(codes: tuple[str, ...]) -> str:
    """Make a pattern that takes these codes in any letter case."""
    spelt = ["".join(_either_case(letter) for letter in code) for code in codes]
    return f"^({'|'.join(spelt)})$"


def _either_case(letter: str) -> str:
    if letter.lower() != letter.upper():
        return f"[{letter.lower()}{letter.upper()}]"
    return letter if letter.isalnum() or letter in "_- " else re.escape(letter)


def _text(value: str) -> str:
    if not value.strip():
        raise PydanticCustomError("HEADER-103", "The element is empty. Send its value.")
    if _CONTROL.search(value):
        raise PydanticCustomError(
            "HEADER-112", "The element holds a control character or line break. Remove it."
        )
    return value


def _digits(value: str) -> str:
    if not re.fullmatch(r"[0-9]+", value, re.ASCII):
        raise PydanticCustomError("HEADER-106", "The element must be digits only, as a string.")
    return value


def _guid(value: str) -> str:
    if not _GUID.fullmatch(value):
        raise PydanticCustomError(
            "HEADER-107", "The element must be a GUID: 8-4-4-4-12 hexadecimal digits."
        )
    return value.lower()


def _date_time(value: Any) -> datetime:
    if not isinstance(value, str):
        raise PydanticCustomError("HEADER-102", "The element must be a string.")
    time = read_time(value)
    if time is None or time.tzinfo is None:
        _text(value)
        raise PydanticCustomError(
            "HEADER-108",
            "The element must be a date and time of RFC 3339 with a zone, like "
            "2015-10-28T20:17:56.487Z.",
        )
    return time


def _version_no(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise PydanticCustomError("HEADER-102", "The element must be a string or whole number.")
    digits = value.lstrip("0")
    if digits.isdecimal() and digits.isascii() and len(digits) <= _VERSION_DIGITS_MAX:
        number = int(digits)
        if number <= VERSION_NO_MAX:
            return number
    raise PydanticCustomError(
        "HEADER-109", f"The element must be a whole number from 1 to {VERSION_NO_MAX}."
    )


def one_of(*codes: str) -> AfterValidator:
    """Make a validator that takes these codes in any letter case and gives them in lower case."""

    def check(value: str) -> str:
        if value.lower() not in codes:
            raise PydanticCustomError(
                "HEADER-105", "The element must be one of: {codes}.", {"codes": ", ".join(codes)}
            )
        return value.lower()

    return Taking(check, pattern_of_codes(codes), codes)


def digits_of(length: int) -> AfterValidator:
    """Make a validator for a number of exactly so many digits, held as a string."""

    def check(value: str) -> str:
        if len(value) != length:
            raise PydanticCustomError(
                "HEADER-106",
                "The element must be {length} digits, as a string.",
                {"length": length},
            )
        return value

    return Taking(check, f"^[0-9]{{{length}}}$")


# pydantic's core checks the patterns; what one of them refuses, `explain` puts into words.
_EXPLAINED: Mapping[str, Callable[[str], object]] = {
    TEXT_PATTERN: _text,
    DIGITS_PATTERN: lambda value: _digits(_text(value)),
    GUID_PATTERN: lambda value: _guid(_text(value)),
}


def explain(pattern: str, value: str) -> PydanticCustomError | None:
    """Say what is wrong with a text that a pattern of this module refuses."""
    try:
        _EXPLAINED[pattern](value)
    except PydanticCustomError as error:
        return error
    return None


def _speaking(length_most: int, pattern: str = TEXT_PATTERN) -> StringConstraints:
    return StringConstraints(strict=True, max_length=length_most, pattern=pattern)


SPEAKING = StringConstraints(pattern=TEXT_PATTERN)

Text = Annotated[str, _speaking(TEXT_CHARACTERS_MAX)]
Code = Annotated[str, _speaking(80)]
Digits = Annotated[str, _speaking(18, DIGITS_PATTERN)]
Guid = Annotated[str, StringConstraints(strict=True, pattern=GUID_PATTERN, to_lower=True)]
DateTime = Annotated[
    datetime,
    PlainValidator(_date_time),
    WithJsonSchema({"type": "string", "pattern": INSTANT_PATTERN}),
]
VersionNo = Annotated[
    int,
    PlainValidator(_version_no),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": VERSION_NO_PATTERN},
                {"type": "integer", "minimum": 1, "maximum": VERSION_NO_MAX},
            ]
        }
    ),
]


class DartHeader(BaseModel):
    """The header's elements. Others may be there; they are kept with the body, unread.

    ``contractversion`` and ``recordstatus`` are this service's own additions: a version of the
    registry's contract other than the current one, and what the record is to its sender. A cancelled
    record keeps its versions and leaves the tables of its registry; its payload is not looked at.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    partnerid: Code
    appid: Code
    dartprojectid: Digits
    projectname: Text
    programdartid: Digits
    programname: Code
    mediatype: Code
    objecttype: Code
    headertype: Code
    id: Guid
    creationdate: DateTime
    modificationdate: DateTime
    versionno: VersionNo
    programspecificdata: dict[str, Any]
    contractversion: Code | None = None
    recordstatus: Annotated[StrictStr, one_of(SUBMITTED, IN_PROGRESS, CANCELLED)] = SUBMITTED


class ProgramData(BaseModel):
    """What a registry's `programspecificdata` models have in common."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)
