"""The store that a consumer settles into, once in memory and once in the database."""

from datetime import datetime

import asyncpg
import pytest

from acr_domain.topics import submissions_topic
from acr_postgres.settlement import SettlementStore
from acr_testkit.kept_stores import Kept
from acr_testkit.memory_store import MemoryDatabase, MemoryStore


@pytest.fixture(params=["memory", "postgres"])
def kept(request: pytest.FixtureRequest) -> Kept:
    kept = request.getfixturevalue(f"kept_in_{request.param}")
    assert isinstance(kept, Kept)
    return kept


@pytest.fixture
def kept_in_memory() -> Kept:
    database = MemoryDatabase()

    async def caught_up(partition: int) -> datetime | None:
        return database.tables.caught_up.get(partition)

    return Kept("lcsr", MemoryStore(database), MemoryStore(database), caught_up)


@pytest.fixture
async def kept_in_postgres(registry: str, writer_pool: asyncpg.Pool) -> Kept:
    topic = submissions_topic(registry)

    async def caught_up(partition: int) -> datetime | None:
        found: datetime | None = await writer_pool.fetchval(
            "SELECT caught_up_at FROM positions WHERE registry = $1 AND partition = $2",
            registry,
            partition,
        )
        return found

    return Kept(
        registry,
        SettlementStore(writer_pool, registry, topic, "one"),
        SettlementStore(writer_pool, registry, topic, "other"),
        caught_up,
    )
