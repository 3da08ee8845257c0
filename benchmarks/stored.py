"""Measures what rows that are stored already cost: the same backlog settled beside none and beside many.

Both databases are on one server, take turns, and read the same topic. Rows are made by SQL.
"""

import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

import asyncpg
from benchmarks.backlogs import append, placed_in, settle
from benchmarks.consuming import REGISTRY
from benchmarks.lines import SAMPLES, make_lines
from benchmarks.outcome import Outcome
from benchmarks.stand import Stand

from acr_localstack.neighbours import Neighbours

ROWS_AT_ONCE = 250_000
ROWS = Path(__file__).with_name("stored_rows.sql")
SETTLE_DOWN = ("VACUUM (ANALYZE)", "CHECKPOINT")
SCHEMAS = ("acr", REGISTRY)
ALL_PARTITIONS = tuple(range(12))


@dataclass(frozen=True, slots=True)
class Plan:
    """Rows stored beforehand, submissions of a turn, consumers, and rounds."""

    rows: int = 1_000_000
    count: int = 20_000
    consumers: int = 1
    rounds: int = 3


TINY = Plan(rows=2_000, count=200, rounds=1)


async def measure(stand: Stand, plan: Plan) -> Outcome:
    """Fill one of two databases, then let each settle the same backlog in turns."""
    empty = await stand.fresh_database(f"stored_none_{plan.rows}", [REGISTRY])
    full = await stand.fresh_database(f"stored_many_{plan.rows}", [REGISTRY])
    seconds, stored_bytes = await store_rows(stand, full, plan.rows)
    rates: dict[str, list[float]] = {"none": [], "many": []}
    for number in range(plan.rounds):
        series = f"s{uuid.uuid4().hex[:8]}-"
        await append(stand, plan.count, series, placed_in(ALL_PARTITIONS))
        turns = [("none", empty), ("many", full)]
        for name, neighbours in turns if number % 2 == 0 else reversed(turns):
            done = await settle(stand, neighbours, plan.consumers, plan.count)
            rates[name].append(done.per_second)
            stand.report(f"beside {name} stored: {done.per_second:,.0f}/s")
    ratio = [many / none for many, none in zip(rates["many"], rates["none"], strict=True)]
    figures = {
        "rows": plan.rows,
        "per_second": rates,
        "seconds_to_make_rows": seconds,
        "bytes_a_row": stored_bytes / plan.rows,
    }
    return Outcome(asdict(plan), {"rate beside stored rows / beside none": ratio}, figures)


async def store_rows(stand: Stand, neighbours: Neighbours, rows: int) -> tuple[float, int]:
    """Make so many settled records in all tables; gives the seconds it took, and bytes on disk.

    Indexes are made after the rows, in which case they are as dense as they can be.
    """
    connection = await asyncpg.connect(neighbours.postgres_dsn)
    body, began = make_lines(SAMPLES[0], 1)[0][:-1], time.monotonic()
    try:
        await connection.execute("SET synchronous_commit = off")
        for first in range(0, rows, ROWS_AT_ONCE):
            last = min(first + ROWS_AT_ONCE, rows) - 1
            await connection.execute(ROWS.read_text().format(first=first, last=last), body)
            stand.report(f"{last + 1:,} of {rows:,} rows are stored")
        for statement in SETTLE_DOWN:
            await connection.execute(statement)
        size = int(await connection.fetchval("SELECT pg_database_size(current_database())"))
    finally:
        await connection.close()
    return time.monotonic() - began, size
