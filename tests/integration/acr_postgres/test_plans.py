"""Plans that PostgreSQL keeps: made while the tables are nearly empty, they must do when they are not."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest

from acr_domain.judgement import judge_all
from acr_domain.submission import Arrival
from acr_postgres.migrations import migrate
from acr_postgres.pool import Pool, open_pool
from acr_registries.projection import open_projection
from acr_registries.registry import Registry
from acr_settings.settings import PostgresSettings
from acr_settling.projecting import project_current
from acr_testkit.kept_stores import Kept, kept_in_postgres, move
from acr_testkit.phantoms.samples import phantoms_named, scan_body
from acr_testkit.stories import Sent

# PostgreSQL keeps a general plan from the sixth use on at the latest.
FIRST_BATCHES, LATER_BATCHES, LATER_RECORDS = 8, 3, 40
# A batch of so many among so many, where to read the whole of an index would look cheaper.
BATCH, RECORDS = 100, 2000
ROWS_FETCHED = """
SELECT sum(idx_tup_fetch + seq_tup_read)::bigint FROM pg_stat_user_tables
WHERE schemaname IN ('acr', $1) AND relname !~ 'positions|projections|schema|codes'
"""
READ_WHOLE = """
SELECT relname, seq_scan FROM pg_stat_user_tables
WHERE schemaname IN ('acr', $1) AND relname !~ 'positions|projections|schema|codes'
"""


@pytest.fixture
def declared() -> Registry:
    return phantoms_named(f"t{uuid.uuid4().hex[:12]}")


async def settle(kept: Kept, declared: Registry, first: int, count: int) -> None:
    arrivals: list[Arrival] = []
    for offset in range(first, first + count):
        arrival = kept.arrival(offset, Sent(record=offset))
        body = scan_body(Order=str(offset), Ended=None)
        submission = arrival.submission._replace(body=body)
        arrivals.append(arrival._replace(submission=submission))
    async with kept.store.settlement() as settlement:
        await settlement.advance({0: move(first, first + count)})
        outcomes = judge_all(arrivals, await settlement.histories(arrivals))
        await settlement.store(arrivals, outcomes)
        await settlement.project(project_current(open_projection(declared), arrivals, outcomes))


@asynccontextmanager
async def settling(
    empty: PostgresSettings, declared: Registry
) -> AsyncIterator[tuple[Pool, asyncpg.Connection, Kept]]:
    """Give a consumer's pool of one connection, the owner's own, and what partition 0 is settled by."""
    one = empty.model_copy(update={"connections_max": 1})
    await migrate(one, [declared.name], declared={declared.name: declared})
    owner = await asyncpg.connect(one.dsn.get_secret_value())
    async with open_pool(one, "acr_writer", "test-plans", by_key=True) as pool:
        kept = kept_in_postgres(pool, declared.name)
        await kept.store.claim([0])
        yield pool, owner, kept
    await owner.close()


async def times_read_whole(pool: Pool, owner: asyncpg.Connection, schema: str) -> dict[str, int]:
    async with pool.acquire() as connection:
        await connection.fetch("SELECT pg_stat_force_next_flush()")
    await owner.fetch("SELECT pg_stat_clear_snapshot()")
    return {row["relname"]: row["seq_scan"] for row in await owner.fetch(READ_WHOLE, schema)}


async def test_a_table_that_was_empty_at_first_is_not_read_whole_for_each_row_later(
    empty: PostgresSettings, declared: Registry
) -> None:
    async with settling(empty, declared) as (pool, owner, kept):
        for number in range(FIRST_BATCHES):
            await settle(kept, declared, number, 1)
        before = await times_read_whole(pool, owner, declared.name)
        for number in range(LATER_BATCHES):
            first = FIRST_BATCHES + number * LATER_RECORDS
            await settle(kept, declared, first, LATER_RECORDS)
        after = await times_read_whole(pool, owner, declared.name)

    assert {"submissions", "scans", "images"} <= set(after)
    assert after == before


async def test_a_batch_reads_its_own_keys_however_many_there_are(
    empty: PostgresSettings, declared: Registry
) -> None:
    async with settling(empty, declared) as (pool, owner, kept):
        for first in range(0, RECORDS, BATCH):
            await settle(kept, declared, first, BATCH)
        await owner.execute("ANALYZE")
        before = await rows_fetched(pool, owner, declared.name)
        await settle(kept, declared, RECORDS, BATCH)
        after = await rows_fetched(pool, owner, declared.name)

    # Among them the looks of foreign keys at each parent row.
    assert after - before < 10 * BATCH


async def rows_fetched(pool: Pool, owner: asyncpg.Connection, schema: str) -> int:
    async with pool.acquire() as connection:
        await connection.fetch("SELECT pg_stat_force_next_flush()")
    await owner.fetch("SELECT pg_stat_clear_snapshot()")
    found: int = await owner.fetchval(ROWS_FETCHED, schema)
    return found
