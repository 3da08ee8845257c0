"""Settles batches: one transaction each, in which the position is checked, advanced and fences."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from acr_domain.errors import Fenced
from acr_domain.judgement import History, Outcome
from acr_domain.submission import Arrival, LogPosition, SubmissionKey
from acr_postgres.amending import AmendmentStore
from acr_postgres.histories import read_histories
from acr_postgres.pool import PoolConnection, connected, database_trouble, query, transaction
from acr_postgres.positions import Stand, read_stands
from acr_postgres.projected_rows import TypedTables
from acr_postgres.rows import outcome
from acr_postgres.storing import Settled, store_outcomes
from acr_registries.projection_rows import Projected


@dataclass(frozen=True, slots=True)
class Move:
    """How far a batch moves one partition.

    ``announced`` is what the brokers have acknowledged; ``appended_at`` is the time of the batch's
    last record: what was appended before is settled with it.
    """

    expected: int
    next: int
    announced: int
    appended_at: datetime


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An arrival that no retry can settle, as it was, and why. ``reason`` quotes no value."""

    position: LogPosition
    error_class: str
    reason: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    appended_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where a partition stands: what is settled, and up to where results are acknowledged."""

    next_offset: int
    announced_offset: int


class Settlement:
    """One open transaction that settles one batch."""

    def __init__(
        self, connection: PoolConnection, registry: str, consumer: str, tables: TypedTables
    ) -> None:
        """Wrap a connection that is inside a transaction."""
        self._connection = connection
        self._registry = registry
        self._consumer = consumer
        self._tables = tables

    async def advance(self, moves: Mapping[int, Move]) -> None:
        """Check and move the positions; nobody else can settle these partitions until we end.

        Raises:
            Fenced: if one of them does not stand where it was expected.
        """
        rows = await self._connection.fetch(
            query("advance_positions"),
            self._registry,
            list(moves),
            [move.expected for move in moves.values()],
            [move.next for move in moves.values()],
            [move.announced for move in moves.values()],
            self._consumer,
            [move.appended_at for move in moves.values()],
        )
        if len(rows) != len(moves):
            raise Fenced(f"{self._registry}: another consumer has settled what this batch holds")

    async def histories(self, arrivals: Sequence[Arrival]) -> dict[SubmissionKey, History]:
        """Tell what is stored of the keys of these arrivals.

        Raises:
            Poison: if an identifier among them cannot be one.
        """
        return await read_histories(self._connection, self._registry, arrivals)

    async def store(self, arrivals: Sequence[Arrival], outcomes: Sequence[Outcome]) -> None:
        """Store new versions, current pointers and what became of each arrival.

        Raises:
            Poison: if an identifier among them is no GUID.
        """
        settled = [
            Settled(outcome, arrival.submission.received_at, arrival.submission)
            for arrival, outcome in zip(arrivals, outcomes, strict=True)
        ]
        await store_outcomes(self._connection, self._registry, settled)

    async def project(self, projected: Projected) -> bool:
        """Replace the rows of records whose current version was stored in this transaction.

        False where the registry has no typed tables: they are filled when they are made.

        Raises:
            Unavailable: if the tables have another shape than the declaration at hand, or are gone.
            Poison: if a column refuses a value.
        """
        return await self._tables.replace_rows(self._connection, projected)

    async def bury(self, letter: DeadLetter, settled: Outcome) -> None:
        """Store a dead letter and that its arrival failed."""
        await self._connection.execute(
            query("insert_dead_letters"),
            self._registry,
            letter.position.partition,
            letter.position.offset,
            letter.error_class,
            letter.reason,
            letter.key,
            letter.value,
            # As bytes: a foreign producer's names may hold what text columns refuse.
            [name.encode(errors="surrogateescape") for name, _ in letter.headers],
            [value for _, value in letter.headers],
            letter.appended_at,
        )
        failed = Settled(settled, letter.appended_at, None)
        await store_outcomes(self._connection, self._registry, [failed])

    async def count_letters(self, partition: int, since_offset: int) -> int:
        """Count a partition's dead letters from an offset on that nobody has accepted."""
        found: int = await self._connection.fetchval(
            query("count_recent_letters"), self._registry, partition, since_offset
        )
        return found

    async def note_announced(self, offsets: Mapping[int, int]) -> None:
        """Note, in this transaction, up to where results are acknowledged by the brokers."""
        await self._connection.execute(
            query("note_announced"), self._registry, list(offsets), list(offsets.values())
        )


class SettlementStore:
    """What a consumer needs of the database, for one registry."""

    def __init__(self, pool: asyncpg.Pool, registry: str, topic: str, consumer: str) -> None:
        """Name whose settlements these are; ``consumer`` is told to people who look."""
        self._pool = pool
        self._registry = registry
        self._topic = topic
        self._consumer = consumer
        self._tables = TypedTables()

    @asynccontextmanager
    async def settlement(self) -> AsyncIterator[Settlement]:
        """Open the transaction of one batch; it commits when the block ends without an error.

        Raises:
            Unavailable: if the database does not answer. Whether it committed is then unknown.
            Poison: if the database refuses a value.
        """
        with database_trouble():
            async with transaction(self._pool) as connection:
                yield Settlement(connection, self._registry, self._consumer, self._tables)

    async def claim(self, partitions: Iterable[int]) -> dict[int, Place]:
        """Tell where partitions stand; those never settled stand at 0."""
        async with self._connected() as connection:
            rows = await connection.fetch(
                query("claim_positions"), self._registry, list(partitions), self._consumer
            )
        return {row[0]: Place(row["next_offset"], row["announced_offset"]) for row in rows}

    def amendments(self) -> AmendmentStore:
        """Give what amending needs of the same database."""
        return AmendmentStore(self._pool, self._registry, self._topic)

    async def stands(self) -> dict[int, Stand]:
        """Tell where all partitions of the registry stand; those never settled are left out."""
        async with self._connected() as connection:
            return await read_stands(connection, self._registry)

    async def last_arrivals(
        self, partitions: Iterable[int], count_max: int
    ) -> dict[int, dict[int, str]]:
        """Give the last arrivals settled of each partition: submission ids by offset."""
        async with self._connected() as connection:
            rows = await connection.fetch(
                query("last_arrivals"), self._registry, list(partitions), count_max
            )
        last: dict[int, dict[int, str]] = {}
        for row in rows:
            last.setdefault(row["partition"], {})[row["log_offset"]] = str(row["submission_id"])
        return last

    async def unannounced(
        self, partitions: Iterable[int]
    ) -> tuple[list[Outcome], list[DeadLetter]]:
        """Give what is settled but was perhaps never announced, in the order of the log."""
        places = list(partitions)
        async with self._connected() as connection:
            settled = await connection.fetch(query("unannounced"), self._registry, places)
            letters = await connection.fetch(
                query("unannounced_dead_letters"), self._registry, places
            )
        return (
            [outcome(row, self._topic) for row in settled],
            [letter_of(row, self._topic) for row in letters],
        )

    async def note_announced(self, offsets: Mapping[int, int]) -> None:
        """Note up to where results are acknowledged by the brokers."""
        async with self._connected() as connection:
            await connection.execute(
                query("note_announced"), self._registry, list(offsets), list(offsets.values())
            )

    async def note_caught_up(self, next_offsets: Mapping[int, int], at: datetime) -> None:
        """Note that at that time these offsets were the log's ends, all settled and announced."""
        async with self._connected() as connection:
            await connection.execute(
                query("note_caught_up"),
                self._registry,
                list(next_offsets),
                list(next_offsets.values()),
                at,
            )

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[PoolConnection]:
        with database_trouble():
            async with connected(self._pool) as connection:
                yield connection


def letter_of(row: asyncpg.Record, topic: str) -> DeadLetter:
    """Read one row of `dead_letters`."""
    names = [name.decode(errors="surrogateescape") for name in row["header_names"]]
    return DeadLetter(
        position=LogPosition(topic, row["partition"], row["log_offset"]),
        error_class=row["error_class"],
        reason=row["reason"],
        key=row["key"],
        value=row["value"],
        headers=tuple(zip(names, row["header_values"], strict=True)),
        appended_at=row["appended_at"],
    )
