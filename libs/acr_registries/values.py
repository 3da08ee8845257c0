"""Types of the values that elements hold beside text, numbers and codes: days, times, NPIs."""

import functools
import re
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)", re.ASCII)
_US_DAY = re.compile(r"(\d\d)([/-])(\d\d)\2(\d{4})", re.ASCII)
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[tT](\d\d:\d\d):(\d\d)(\.\d{1,9})?([zZ]|[+-]\d\d:[0-5]\d)?", re.ASCII
)
_MONTH, _DAY = "(0[1-9]|1[0-2])", "(0[1-9]|[12][0-9]|3[01])"
DAY_PATTERN = (
    f"^([0-9]{{4}}-{_MONTH}-{_DAY}|{_MONTH}/{_DAY}/[0-9]{{4}}|{_MONTH}-{_DAY}-[0-9]{{4}})$"
)
_CLOCK = r"[tT]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]{1,9})?"
_ZONE = r"([zZ]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
INSTANT_PATTERN = f"^[0-9]{{4}}-{_MONTH}-{_DAY}{_CLOCK}{_ZONE}$"
CLOCK_TIME_PATTERN = f"^[0-9]{{4}}-{_MONTH}-{_DAY}{_CLOCK}{_ZONE}?$"

_REMEMBERED_DAYS = 1 << 16  # Exam and birth dates repeat: two centuries of days fit.
_REMEMBERED_TIMES = 1 << 12  # Within one submission, the same time often stands in several places.
# A text that is longer is none: what is remembered is the sender's, and bounded in size as well.
_DAY_CHARACTERS_MAX, _TIME_CHARACTERS_MAX = 10, 40


def read_day(text: str) -> date | None:
    """Read a day written as 2026-01-31, 01/31/2026 or 01-31-2026; None if it is none."""
    return _read_day(text) if len(text) <= _DAY_CHARACTERS_MAX else None


@functools.lru_cache(maxsize=_REMEMBERED_DAYS)
def _read_day(text: str) -> date | None:
    if iso := _ISO_DAY.fullmatch(text):
        year, month, day = iso.groups()
    elif american := _US_DAY.fullmatch(text):
        month, _, day, year = american.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None  # A day that no calendar has.


def read_time(text: str) -> datetime | None:
    """Read a date and time of RFC 3339, in UTC; without a zone it stays as it is. None if it is none.

    Small `t` and `z` are valid (RFC 3339, 5.6); a leap second counts as the second before (5.7).
    """
    return _read_time(text) if len(text) <= _TIME_CHARACTERS_MAX else None


@functools.lru_cache(maxsize=_REMEMBERED_TIMES)
def _read_time(text: str) -> datetime | None:
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    day, minutes, seconds, fraction, zone = match.groups()
    seconds = "59" if seconds == "60" else seconds
    iso = f"{day}T{minutes}:{seconds}{(fraction or '')[:7]}{(zone or '').upper()}"
    try:
        time = datetime.fromisoformat(iso)
        return time.astimezone(UTC) if zone else time
    except (ValueError, OverflowError):
        return None  # A day that no calendar has, or an instant outside the years 1 to 9999.


def _day(value: Any) -> date:
    # As `read_day` does, without a hop: half of all texts that a validator of ours reads are days.
    if isinstance(value, str) and len(value) <= _DAY_CHARACTERS_MAX and (day := _read_day(value)):
        return day
    raise PydanticCustomError(
        "day", "The element must be a day of the calendar, like 2026-01-31 or 01/31/2026."
    )


def _instant(value: Any) -> datetime:
    time = read_time(value) if isinstance(value, str) else None
    if time is None or time.tzinfo is None:
        raise PydanticCustomError(
            "time",
            "The element must be a date and time of RFC 3339 with a zone, like "
            "2026-01-31T20:17:56.487Z.",
        )
    return time


def _clock_time(value: Any) -> datetime:
    time = read_time(value) if isinstance(value, str) else None
    if time is None:
        raise PydanticCustomError(
            "time",
            "The element must be a date and time of RFC 3339, like 2026-01-31T20:17:56-05:00; the "
            "zone may be left out.",
        )
    return time


Day = Annotated[
    date, PlainValidator(_day), WithJsonSchema({"type": "string", "pattern": DAY_PATTERN})
]
"""A day of the calendar."""

Instant = Annotated[
    datetime,
    PlainValidator(_instant),
    WithJsonSchema({"type": "string", "pattern": INSTANT_PATTERN}),
]
"""A moment, with a zone, held in UTC."""

ClockTime = Annotated[
    datetime,
    PlainValidator(_clock_time),
    WithJsonSchema({"type": "string", "pattern": CLOCK_TIME_PATTERN}),
]
"""A moment in UTC, or, where no zone is sent, what the facility's clock said."""
