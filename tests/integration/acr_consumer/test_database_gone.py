"""The database goes away in the middle of a batch and comes back: nothing is lost, nothing twice."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
from pydantic import SecretStr

from acr_kafka.topics import Topic, apply_topics
from acr_kafka.writer import LogWriter
from acr_localstack.postgres import PostgresServer, running_postgres
from acr_localstack.shelter import temporary_data
from acr_postgres.migrations import migrate
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_testkit.awaiting import until
from acr_testkit.consuming import Bench
from acr_testkit.log_records import Sender


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with temporary_data() as data, running_postgres(data=data, report=print) as server:
        yield server


@pytest.fixture
async def own(server: PostgresServer, kafka_settings: KafkaSettings) -> Bench:
    """A bench on a PostgreSQL of the tests' own."""
    postgres = PostgresSettings(dsn=SecretStr(server.dsn))
    registry = f"t{secrets.token_hex(6)}"
    names = (f"acr.{registry}.submissions.v1", f"acr.{registry}.dead-letters.v1")
    await apply_topics(kafka_settings, [Topic(name, 1, 1, {}) for name in names])
    await migrate(postgres, [registry])
    return Bench(kafka_settings, postgres, registry)


@pytest.fixture
async def locked(own: Bench, server: PostgresServer) -> AsyncIterator[asyncpg.Connection]:
    """Holds a lock on which every batch stands still in the middle of its transaction."""
    connection = await asyncpg.connect(server.dsn)
    await connection.execute(f"BEGIN; LOCK TABLE acr.records_{own.registry}")
    yield connection
    connection.terminate()


async def versions(server: PostgresServer, registry: str) -> list[tuple[int, str]]:
    connection = await asyncpg.connect(server.dsn)
    try:
        rows = await connection.fetch(
            "SELECT log_offset, verdict FROM acr.arrivals WHERE registry = $1 ORDER BY 1", registry
        )
        return [tuple(row) for row in rows]
    finally:
        await connection.close()


async def stands_still(server: PostgresServer) -> None:
    """Wait until the consumer's session waits for the lock."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    # Not the connection that holds the lock: a transaction sees one picture of the activity.
    connection = await asyncpg.connect(server.dsn)
    try:
        async with asyncio.timeout(20):
            while await connection.fetchval(waiting) == 0:
                pass
    finally:
        await connection.close()


async def test_a_database_killed_in_mid_batch_and_started_again_settles_the_batch_once(
    own: Bench, server: PostgresServer, locked: asyncpg.Connection, log: LogWriter
) -> None:
    sender = Sender(own.registry)
    await log.append_all([sender.record() for _ in range(100)])
    async with own.store() as store, own.consumer(store, log) as running:
        await stands_still(server)
        await asyncio.to_thread(server.kill)
        await until(lambda: any(running.troubles), "the trouble is noted")
        await asyncio.to_thread(server.start)
        await running.settled(100)
        await log.append(sender.record())
        await running.settled(101)

    assert await versions(server, own.registry) == [(offset, "created") for offset in range(101)]
    ready, trouble, *_ = running.troubles
    assert ready is None
    assert str(trouble).startswith("PostgreSQL: ")
    assert running.troubles[-1] is None


async def test_a_session_ended_by_an_administrator_in_mid_batch_is_replaced(
    own: Bench, server: PostgresServer, locked: asyncpg.Connection, log: LogWriter
) -> None:
    sender = Sender(own.registry)
    await log.append_all([sender.record() for _ in range(100)])
    async with own.store("doomed") as store, own.consumer(store, log) as running:
        await stands_still(server)
        await locked.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE application_name = 'doomed'"
        )
        await until(lambda: any(running.troubles), "the trouble is noted")
        await locked.execute("ROLLBACK")
        await running.settled(100)

    assert await versions(server, own.registry) == [(offset, "created") for offset in range(100)]


async def test_a_consumer_stands_still_before_a_topic_shorter_than_what_is_settled(
    own: Bench, server: PostgresServer, log: LogWriter
) -> None:
    """Goal: old offsets are never taken for new ones. Method: the position is ahead of the topic."""
    await log.append(Sender(own.registry).record())
    async with own.store() as store:
        await store.claim([0])
    owner = await asyncpg.connect(server.dsn)
    await owner.execute(
        "UPDATE acr.positions SET next_offset = 5, announced_offset = 5 WHERE registry = $1",
        own.registry,
    )
    await owner.close()

    async with own.store() as store, own.consumer(store, log) as running:
        await until(
            lambda: running.stands_still_for("holds 0 to 1, but is settled to 5"), "it says why"
        )
