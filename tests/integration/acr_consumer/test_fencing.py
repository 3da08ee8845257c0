"""Two consumers that both believe a partition is theirs: PostgreSQL lets only one settle it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import asyncpg
from prometheus_client import REGISTRY

from acr_domain.judgement import Outcome
from acr_kafka.writer import LogWriter
from acr_postgres.pool import open_pool
from acr_testkit.awaiting import until
from acr_testkit.consuming import Bench
from acr_testkit.crash import SuspendableStore
from acr_testkit.log_records import Sender

Announced = Callable[[], Awaitable[list[Outcome]]]
# Of two members the partition goes to the first in this order, so the second to come takes it over.
FORMER, LATER = "z-former", "a-later"


@asynccontextmanager
async def suspendable(bench: Bench, *, inside: bool) -> AsyncIterator[SuspendableStore]:
    async with open_pool(bench.postgres, "acr_writer", FORMER) as pool:
        yield SuspendableStore(pool, bench.registry, bench.topic, FORMER, inside=inside)


def fenced(bench: Bench) -> float:
    labels = {"registry": bench.registry}
    return REGISTRY.get_sample_value("acr_batches_fenced_total", labels) or 0.0


async def arrivals(owner: asyncpg.Connection, bench: Bench) -> list[tuple[int, str]]:
    rows = await owner.fetch(
        "SELECT log_offset, verdict FROM acr.arrivals WHERE registry = $1 ORDER BY log_offset",
        bench.registry,
    )
    return [tuple(row) for row in rows]


async def test_a_consumer_suspended_before_its_transaction_is_fenced_when_it_goes_on(
    bench: Bench, sender: Sender, log: LogWriter, announced: Announced, owner: asyncpg.Connection
) -> None:
    """Goal: no batch settles twice. Method: the partition is taken over while a batch stands still."""
    await log.append_all([sender.record() for _ in range(20)])
    async with (
        suspendable(bench, inside=False) as store,
        bench.store(LATER) as other,
        bench.consumer(store, log, FORMER) as former,
    ):
        await store.suspended.wait()
        async with bench.consumer(other, log, LATER) as later:
            await later.settled(20)
            store.go_on.set()
            await until(lambda: fenced(bench) == 1, "the former consumer is fenced")
            await log.append(sender.record())
            await later.settled(21)
        await log.append(sender.record())
        await former.settled(22)

    assert await arrivals(owner, bench) == [(offset, "created") for offset in range(22)]
    assert [each.position.offset for each in await announced()] == list(range(22))


async def test_a_consumer_suspended_before_its_commit_loses_it_and_goes_on_by_itself(
    bench: Bench, sender: Sender, log: LogWriter, announced: Announced, owner: asyncpg.Connection
) -> None:
    """Goal: a standstill that holds locks ends. Method: the server gives up the idle transaction."""
    impatient = bench.postgres.model_copy(update={"statement_timeout_seconds": 1})
    hasty = Bench(bench.kafka, impatient, bench.registry)
    await log.append_all([sender.record() for _ in range(20)])
    async with (
        suspendable(hasty, inside=True) as store,
        bench.store(LATER) as other,
        bench.consumer(store, log, FORMER) as former,
    ):
        await store.suspended.wait()
        async with bench.consumer(other, log, LATER) as later:
            await later.settled(20)
            store.go_on.set()
            await log.append(sender.record())
            await later.settled(21)
        await log.append(sender.record())
        await former.settled(22)

    assert await arrivals(owner, bench) == [(offset, "created") for offset in range(22)]
    assert [each.position.offset for each in await announced()] == list(range(22))
