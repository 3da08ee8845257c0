"""Dead letters as people look after them: found, counted, audited. Changes none of them."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import asyncpg

from acr_domain.error_classes import ErrorClass
from acr_domain.topics import submissions_topic
from acr_postgres.pool import database_trouble, query
from acr_postgres.settlement import DeadLetter, letter_of

PAGE_LETTERS = 500


class LetterState(StrEnum):
    """What became of a dead letter."""

    OPEN = "open"
    REDRIVEN = "redriven"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """Which dead letters are meant; what is None, or empty, does not restrict.

    ``key`` is the record's key as text, ``partner`` what stands before its slash. Times are those of
    the failure (UTC, ``since`` included, ``until`` not), ``offset_max`` is included. ``offsets``
    names single ones, and asks for a partition.
    """

    registries: tuple[str, ...] = ()
    states: tuple[LetterState, ...] = ()
    error_classes: tuple[ErrorClass, ...] = ()
    partner: str | None = None
    key: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    partition: int | None = None
    offset_min: int | None = None
    offset_max: int | None = None
    offsets: tuple[int, ...] = ()

    def arguments(self) -> tuple[object, ...]:
        """Give the arguments of the queries that ask for letters."""
        return (
            list(self.registries) or None,
            list(self.states) or None,
            list(self.error_classes) or None,
            None if self.partner is None else f"{self.partner}/".encode(),
            None if self.key is None else self.key.encode(),
            self.since,
            self.until,
            self.partition,
            self.offset_min,
            self.offset_max,
            list(self.offsets) or None,
        )


@dataclass(frozen=True, slots=True, order=True)
class LetterPlace:
    """Where a dead letter stands; pages go on behind one."""

    registry: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.registry}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True)
class ListedLetter:
    """A dead letter without its bytes, but for the key. ``submission_id`` is what its sender knows."""

    place: LetterPlace
    state: LetterState
    error_class: str
    reason: str
    key: bytes | None
    value_bytes: int | None
    appended_at: datetime
    failed_at: datetime
    submission_id: str
    amended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """Who looks at patient data, how (the command) and why."""

    who: str
    what: str
    why: str = field(default="")


class LetterStore:
    """Reads dead letters, and keeps the audit."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Wrap a pool; auditing and accepting ask for the writer's role."""
        self._pool = pool

    async def find(
        self, wanted: LetterFilter, after: LetterPlace | None = None, count_max: int | None = None
    ) -> AsyncIterator[ListedLetter]:
        """Give dead letters in the order of registry, partition and offset, page by page.

        Raises:
            Unavailable: if the database does not answer.
        """
        left = count_max
        while left is None or left > 0:
            size = PAGE_LETTERS if left is None else min(left, PAGE_LETTERS)
            page = await self._page(wanted, after, size)
            for letter in page:
                yield letter
            if len(page) < size:
                return
            after, left = page[-1].place, None if left is None else left - size

    async def _page(
        self, wanted: LetterFilter, after: LetterPlace | None, size: int
    ) -> list[ListedLetter]:
        place = after or LetterPlace("", -1, -1)
        with database_trouble():
            rows = await self._pool.fetch(
                query("find_letters"),
                *wanted.arguments(),
                place.registry,
                place.partition,
                place.offset,
                size,
            )
        return [_listed(row) for row in rows]

    async def count(self, wanted: LetterFilter) -> int:
        """Count dead letters.

        Raises:
            Unavailable: if the database does not answer.
        """
        with database_trouble():
            found: int = await self._pool.fetchval(query("count_letters"), *wanted.arguments())
        return found

    async def content(self, place: LetterPlace) -> DeadLetter | None:
        """Give a dead letter as it was, None where there is none: patient data.

        Raises:
            Unavailable: if the database does not answer.
        """
        with database_trouble():
            row = await self._pool.fetchrow(
                query("letter_content"), place.registry, place.partition, place.offset
            )
        return None if row is None else letter_of(row, submissions_topic(place.registry))

    async def audit(self, look: Look, place: LetterPlace) -> None:
        """Write down, for ever, who is about to look at what.

        Raises:
            Unavailable: if the database does not answer; then nobody may look.
        """
        with database_trouble():
            await self._pool.execute(
                query("audit"),
                look.who,
                look.what,
                look.why,
                place.registry,
                place.partition,
                place.offset,
            )

    async def accept(self, look: Look, registry: str, ends: Mapping[int, int]) -> None:
        """Let dead letters below these offsets, by partition, no longer stop the consumer.

        Raises:
            Unavailable: if the database does not answer.
        """
        with database_trouble():
            await self._pool.execute(
                query("accept_letters"),
                registry,
                list(ends),
                list(ends.values()),
                look.who,
                look.why,
            )


def _listed(row: asyncpg.Record) -> ListedLetter:
    return ListedLetter(
        place=LetterPlace(row["registry"], row["partition"], row["log_offset"]),
        state=LetterState(row["state"]),
        error_class=row["error_class"],
        reason=row["reason"],
        key=row["key"],
        value_bytes=row["value_bytes"],
        appended_at=row["appended_at"],
        failed_at=row["failed_at"],
        submission_id=str(row["submission_id"]),
        amended_at=row["amended_at"],
    )
