"""PostgreSQL can be thrown away and rebuilt from the topics, and comes out the same."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import replace

import asyncpg
import pytest

from acr_domain.judgement import Outcome
from acr_kafka.writer import LogWriter
from acr_postgres.migrations import migrate
from acr_registries.projection import open_projection
from acr_registries.registry import Registry
from acr_testkit.consuming import Bench
from acr_testkit.log_records import Sender
from acr_testkit.mixtures import all_sorts
from acr_testkit.phantoms.samples import phantoms_named

Announced = Callable[[], Awaitable[list[Outcome]]]
ARRIVALS = 400
# What tells when the work was done, not what came of it.
CLOCKS = {"arrivals": "settled_at", "dead_letters": "failed_at"}
ROWS = {
    "versions": "partner_id, header_id, version_no",
    "records": "partner_id, header_id",
    "arrivals": "partition, log_offset",
    "dead_letters": "partition, log_offset",
}
CHECKSUM = "SELECT count(*), sum(hashtextextended(row::text, 0)) FROM {name} AS row"


@pytest.fixture
def declared(registry: str) -> Registry:
    return phantoms_named(registry)


async def tables(owner: asyncpg.Connection, registry: str) -> dict[str, list[dict[str, object]]]:
    found = {}
    for table, order in ROWS.items():
        rows = await owner.fetch(
            f"SELECT * FROM acr.{table} WHERE registry = $1 ORDER BY {order}", registry
        )
        clock = CLOCKS.get(table, "")
        found[table] = [{n: v for n, v in row.items() if n != clock} for row in rows]
    return found


async def checksums(owner: asyncpg.Connection, declared: Registry) -> dict[str, tuple[int, int]]:
    """Sum the hashes of the rows of each typed table."""
    found = {}
    for table in open_projection(declared).tables:
        row = await owner.fetchrow(CHECKSUM.format(name=f"{declared.name}.{table}"))
        assert row is not None
        found[table] = (row[0], row[1])
    return found


async def test_tables_rebuilt_from_the_topic_alone_equal_the_former_ones(
    bench: Bench,
    sender: Sender,
    declared: Registry,
    log: LogWriter,
    announced: Announced,
    owner: asyncpg.Connection,
) -> None:
    typed = {declared.name: declared}
    await migrate(bench.postgres, typed, declared=typed)
    first = replace(bench, declared=declared)
    await log.append_all(all_sorts(replace(sender, declared=declared), random.Random(7), ARRIVALS))
    await first.settle(log, ARRIVALS)
    former, told = await tables(owner, bench.registry), await announced()
    sums = await checksums(owner, declared)
    verdicts = {row["verdict"] for row in former["arrivals"]}
    assert len(verdicts) == 7, "a rebuild of less would prove little"
    assert all(count > 5 for count, _ in sums.values()), "a rebuild of less would prove little"

    for table in (*ROWS, "positions", "projections"):
        await owner.execute(f"DELETE FROM acr.{table} WHERE registry = $1", bench.registry)
    await owner.execute(f"DROP SCHEMA {declared.name} CASCADE")
    await migrate(bench.postgres, typed, declared=typed)
    await replace(first, batch_arrivals_max=37).settle(log, ARRIVALS)

    assert await tables(owner, bench.registry) == former
    assert await checksums(owner, declared) == sums
    assert (await announced())[len(told) :] == told


async def test_tables_filled_anew_from_what_is_stored_equal_those_that_grew(
    bench: Bench, sender: Sender, declared: Registry, log: LogWriter, owner: asyncpg.Connection
) -> None:
    typed = {declared.name: declared}
    await migrate(bench.postgres, typed, declared=typed)
    await log.append_all(all_sorts(replace(sender, declared=declared), random.Random(8), ARRIVALS))
    await replace(bench, declared=declared).settle(log, ARRIVALS)
    sums = await checksums(owner, declared)

    (done,) = await migrate(bench.postgres, typed, declared=typed, refill=typed)

    assert done.startswith(f"tables of {declared.name}, ")
    assert await checksums(owner, declared) == sums


async def test_tables_made_anew_under_load_hold_up_a_consumer_of_single_arrivals_and_lose_nothing(
    bench: Bench, sender: Sender, declared: Registry, log: LogWriter, owner: asyncpg.Connection
) -> None:
    """Its prepared statements name tables that are dropped and made again beneath them."""
    typed = {declared.name: declared}
    await migrate(bench.postgres, typed, declared=typed)
    one_by_one = replace(bench, declared=declared, batch_arrivals_max=1)
    made = all_sorts(replace(sender, declared=declared), random.Random(9), ARRIVALS)
    async with one_by_one.store() as store, one_by_one.consumer(store, log) as running:
        await log.append_all(made)
        times = 0
        while running.place.next_offset < ARRIVALS:
            await migrate(bench.postgres, typed, declared=typed, refill=typed)
            times += 1
        await running.settled(ARRIVALS)
    assert times > 2, "less would prove little"
    grown = await checksums(owner, declared)

    await migrate(bench.postgres, typed, declared=typed, refill=typed)

    assert await checksums(owner, declared) == grown
