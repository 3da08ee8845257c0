"""A store of either kind, real or in memory, with what a shared suite needs to work on it."""

import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg

from acr_consumer.consume import PositionStore
from acr_domain.judgement import Outcome, judge_all
from acr_domain.submission import Arrival, LogPosition
from acr_domain.topics import submissions_topic
from acr_postgres.settlement import DeadLetter, Move, SettlementStore
from acr_registries.projection import Projection
from acr_registries.projection_rows import Row
from acr_registries.projection_sql import projection_shape, quoted
from acr_settling.settle import OpenSettlement
from acr_testkit.memory_store import MemoryDatabase, MemoryStore
from acr_testkit.stories import Sent, make_submission

APPENDED_AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Kept:
    """A store, a second one over the same data, and a look at what neither of them tells."""

    registry: str
    store: PositionStore
    other: PositionStore
    caught_up: Callable[[int], Awaitable[datetime | None]]
    rows: Callable[[str], Awaitable[list[Row]]]

    def arrival(self, offset: int, sent: Sent, partition: int = 0) -> Arrival:
        """Make an arrival at a position of this registry's topic."""
        submission = make_submission(sent, 100 * partition + offset)
        key = submission.key._replace(registry=self.registry)
        position = LogPosition(submissions_topic(self.registry), partition, offset)
        return Arrival(position, submission._replace(key=key), offset % 2, f"trace-{offset}")

    async def settle(self, *arrivals: Arrival, expected: int = 0) -> list[Outcome]:
        """Settle arrivals of partition 0, as the consumer does."""
        async with self.store.settlement() as settlement:
            await settlement.advance({0: move(expected, expected + len(arrivals))})
            return await judge_and_store(settlement, arrivals)


async def judge_and_store(settlement: OpenSettlement, arrivals: Sequence[Arrival]) -> list[Outcome]:
    """Judge arrivals beside what is stored, and store them, in an open transaction."""
    outcomes = judge_all(arrivals, await settlement.histories(arrivals))
    await settlement.store(arrivals, outcomes)
    return outcomes


def move(expected: int, next_offset: int, announced: int = 0) -> Move:
    """Make a move whose last record is of a fixed time."""
    return Move(expected, next_offset, announced, APPENDED_AT)


def as_python(value: Any) -> Any:
    """Give a value of a column as rows of ours have it."""
    if isinstance(value, uuid.UUID):
        return str(value)
    return tuple(value) if isinstance(value, list) else value


async def bury(kept: Kept, letter: DeadLetter, outcome: Outcome) -> None:
    """Bury the first record of partition 0."""
    async with kept.store.settlement() as settlement:
        await settlement.advance({0: move(0, 1)})
        await settlement.bury(letter, outcome)


def kept_in_memory(projection: Projection | None = None) -> Kept:
    """Make a store in memory, with typed tables where they are told of."""
    database = MemoryDatabase(shape=projection_shape(projection) if projection else None)

    async def caught_up(partition: int) -> datetime | None:
        return database.tables.caught_up.get(partition)

    async def rows(table: str) -> list[Row]:
        found = database.tables.projected.values()
        return sorted(row for record in found for name, row in record if name == table)

    registry = projection.schema if projection else "lcsr"
    return Kept(registry, MemoryStore(database), MemoryStore(database), caught_up, rows)


def kept_in_postgres(pool: asyncpg.Pool, registry: str) -> Kept:
    """Make a store in the tables of a registry of the test's own."""
    topic = submissions_topic(registry)

    async def caught_up(partition: int) -> datetime | None:
        found: datetime | None = await pool.fetchval(
            "SELECT caught_up_at FROM positions WHERE registry = $1 AND partition = $2",
            registry,
            partition,
        )
        return found

    async def rows(table: str) -> list[Row]:
        name = f"{quoted(registry)}.{quoted(table)}"
        found = await pool.fetch(f"SELECT * FROM {name} ORDER BY partner_id, header_id")
        return [tuple(as_python(value) for value in row) for row in found]

    return Kept(
        registry,
        SettlementStore(pool, registry, topic, "one"),
        SettlementStore(pool, registry, topic, "other"),
        caught_up,
        rows,
    )
