"""Days and moments to PostgreSQL and back, each as itself.

asyncpg writes the first and last day and moment that Python knows as "infinity". Senders' programs
write just these for "none", and an infinite day makes every subtraction of dates fail in SQL.
"""

from datetime import UTC, date, datetime, timedelta

import asyncpg

_FIRST_DAY = date(2000, 1, 1).toordinal()  # From which PostgreSQL counts, in the year 2000.
_FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY_MOST = date.max.toordinal() - _FIRST_DAY
_DAY_LEAST = date.min.toordinal() - _FIRST_DAY
_MOMENT_MOST = (datetime.max.replace(tzinfo=UTC) - _FIRST_MOMENT) // _MICROSECOND
_MOMENT_LEAST = (datetime.min.replace(tzinfo=UTC) - _FIRST_MOMENT) // _MICROSECOND


async def use_exact_times(connection: asyncpg.Connection) -> None:
    """Let a connection write and read days and moments exactly.

    A moment without a zone counts as UTC. What lies beyond Python's calendar is read as its end.
    """
    for name, encoder, decoder in (
        ("date", day_number, day_of),
        ("timestamptz", moment_number, moment_of),
    ):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=encoder, decoder=decoder, format="tuple"
        )


def day_number(day: object) -> tuple[int]:
    """Count the days since PostgreSQL's first.

    Raises:
        TypeError: if it is no day.
    """
    if not isinstance(day, date):
        raise TypeError("a day is expected")
    return (day.toordinal() - _FIRST_DAY,)


def day_of(number: tuple[int]) -> date:
    """Give the day of a number."""
    return date.fromordinal(_FIRST_DAY + min(max(number[0], _DAY_LEAST), _DAY_MOST))


def moment_number(moment: object) -> tuple[int]:
    """Count the microseconds since PostgreSQL's first moment.

    Raises:
        TypeError: if it is no moment.
    """
    if not isinstance(moment, datetime):
        raise TypeError("a moment is expected")
    known = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    return ((known - _FIRST_MOMENT) // _MICROSECOND,)


def moment_of(number: tuple[int]) -> datetime:
    """Give the moment of a number, in UTC."""
    return _FIRST_MOMENT + min(max(number[0], _MOMENT_LEAST), _MOMENT_MOST) * _MICROSECOND
