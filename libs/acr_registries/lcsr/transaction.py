"""The header of a web transmission, and how its date and time are read."""

import functools
import re
from datetime import datetime
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from acr_registries.forms import Form
from acr_registries.values import CLOCK_TIME_PATTERN, read_time

_US_TIME = re.compile(r"(\d\d)/(\d\d)/(\d{4})(?: ((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d))?", re.ASCII)
_US_PATTERN = "^(0[1-9]|1[0-2])/(0[1-9]|[12][0-9]|3[01])/[0-9]{4}( ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])?$"
_US_CHARACTERS_MAX = 19
TRANSACTION_TIME_PATTERN = f"{_US_PATTERN}|{CLOCK_TIME_PATTERN}"


def read_transaction_time(text: str) -> datetime | None:
    """Read MM/DD/YYYY [HH:MM:SS], without zone, or a date and time of RFC 3339; None if it is none."""
    if len(text) <= _US_CHARACTERS_MAX and (time := _read_us_time(text)):
        return time
    return read_time(text)


# All exams of a file that was converted have its time.
@functools.lru_cache(maxsize=1 << 12)
def _read_us_time(text: str) -> datetime | None:
    match = _US_TIME.fullmatch(text)
    if match is None:
        return None
    month, day, year, clock = match.groups("00")
    try:
        return datetime.fromisoformat(
            f"{year}-{month}-{day}T{clock}"
        )  # Without zone: the sender's.
    except ValueError:
        return None  # A day that no calendar has.


def _transaction_time(value: Any) -> datetime:
    time = read_transaction_time(value) if isinstance(value, str) else None
    if time is None:
        raise PydanticCustomError(
            "time",
            "The element must be a date and time, like 01/31/2026 20:17:56 or "
            "2026-01-31T20:17:56-05:00.",
        )
    return time


TransactionTime = Annotated[
    datetime,
    PlainValidator(_transaction_time),
    WithJsonSchema({"type": "string", "pattern": TRANSACTION_TIME_PATTERN}),
]
"""A moment in UTC, or, where no zone is sent, what the sender's clock said."""


class TransactionHeader(Form):
    """Who sends which transaction."""

    transaction_id: str
    transaction_datetime: TransactionTime
    num_of_exam_included: int
    transaction_partner_id: str
    transaction_app_id: str
    facility_id: str
    previous_transaction_id: str | None = None
    registry: str
    mapping_version: str
