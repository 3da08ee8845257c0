"""The `dartheader`: its elements and their formats, the same for every registry.

Source: the published sample request of the CDSR upload API and its element table. Names are matched
in lower case. Which codes an element may hold is each registry's own data (`header.toml`).
"""

import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    StrictStr,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from acr_domain.submission import VERSION_NO_MAX
from acr_registries.values import INSTANT_PATTERN, read_time

TEXT_CHARACTERS_MAX = 200

SUBMITTED, IN_PROGRESS, CANCELLED = "submitted", "in_progress", "cancelled"

_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_VERSION_NO = re.compile(r"0*([1-9][0-9]{0,18})", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


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
    time = read_time(_text(value))
    if time is None or time.tzinfo is None:
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
    match = _VERSION_NO.fullmatch(value)
    if match is None or int(match[1]) > VERSION_NO_MAX:
        raise PydanticCustomError(
            "HEADER-109", f"The element must be a whole number from 1 to {VERSION_NO_MAX}."
        )
    return int(match[1])


def one_of(*codes: str) -> AfterValidator:
    """Make a validator that takes these codes in any letter case and gives them in lower case."""

    def check(value: str) -> str:
        if value.lower() not in codes:
            raise PydanticCustomError(
                "HEADER-105", "The element must be one of: {codes}.", {"codes": ", ".join(codes)}
            )
        return value.lower()

    return AfterValidator(check)


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

    return AfterValidator(check)


# A bound on the length stands before it: after it, the length would be told as one of a list.
SPEAKING = AfterValidator(_text)

Text = Annotated[StrictStr, Field(max_length=TEXT_CHARACTERS_MAX), SPEAKING]
Code = Annotated[StrictStr, Field(max_length=80), SPEAKING]
Digits = Annotated[StrictStr, Field(max_length=18), SPEAKING, AfterValidator(_digits)]
Guid = Annotated[StrictStr, SPEAKING, AfterValidator(_guid)]
DateTime = Annotated[
    datetime,
    PlainValidator(_date_time),
    WithJsonSchema({"type": "string", "pattern": INSTANT_PATTERN}),
]
VersionNo = Annotated[int, PlainValidator(_version_no)]


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
