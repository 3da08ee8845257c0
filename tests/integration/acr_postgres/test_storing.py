"""Many outcomes are copied, few are inserted: the tables are the same, whatever the batch holds."""

import asyncio
import random
import uuid
from typing import Any

import asyncpg
import pytest

from acr_domain.errors import Poison
from acr_domain.judgement import Outcome, Verdict
from acr_domain.submission import Arrival
from acr_postgres import storing
from acr_postgres.migrations import migrate
from acr_settings.settings import PostgresSettings
from acr_testkit.kept_stores import Kept, judge_and_store, kept_in_postgres, move
from acr_testkit.stories import Kind, Sent

ARRIVALS, BATCH = 240, 40
TABLES = {
    "versions": "partner_id, header_id, version_no, partition, log_offset, submission_id, verdict, "
    "digest, received_at, content_type, body",
    "records": "partner_id, header_id, current_version_no",
    "arrivals": "partition, log_offset, submission_id, verdict, partner_id, header_id, version_no, "
    "current_version_no, first_offset, findings, reason, reply_partition, traceparent, received_at",
}


@pytest.fixture
async def registries(prepared: None, postgres_settings: PostgresSettings) -> tuple[str, str]:
    """Two registries of the test's own, in PostgreSQL alone."""
    one, other = (f"t{uuid.uuid4().hex[:12]}" for _ in range(2))
    await migrate(postgres_settings, [one, other])
    return one, other


def all_sorts(kept: Kept) -> list[Arrival]:
    """Make new keys, later and earlier versions, repeats, conflicts and rejected ones, in one series."""
    chance = random.Random(11)
    return [
        kept.arrival(
            offset,
            Sent(
                record=chance.randrange(40),
                version_no=chance.randint(1, 4),
                content=chance.randrange(2),
                kind=Kind.REJECTED if chance.random() < 0.1 else Kind.PLAIN,
            ),
        )
        for offset in range(ARRIVALS)
    ]


async def settle_all(kept: Kept, arrivals: list[Arrival]) -> list[Outcome]:
    await kept.store.claim([0])
    outcomes: list[Outcome] = []
    for begin in range(0, ARRIVALS, BATCH):
        outcomes += await kept.settle(*arrivals[begin : begin + BATCH], expected=begin)
    return outcomes


async def rows_of(pool: asyncpg.Pool, registry: str) -> dict[str, list[Any]]:
    return {
        table: [
            tuple(row)
            for row in await pool.fetch(
                f"SELECT {columns} FROM {table} WHERE registry = $1 ORDER BY {columns}", registry
            )
        ]
        for table, columns in TABLES.items()
    }


async def test_what_is_copied_is_what_is_inserted(
    writer_pool: asyncpg.Pool,
    registries: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one, other = (kept_in_postgres(writer_pool, name) for name in registries)

    inserted = await settle_all(one, all_sorts(one))
    monkeypatch.setattr(storing, "ROWS_COPIED_MIN", 1)
    await settle_all(other, all_sorts(other))

    assert {each.verdict for each in inserted} == set(Verdict) - {Verdict.FAILED}
    assert await rows_of(writer_pool, one.registry) == await rows_of(writer_pool, other.registry)


async def bring_after(kept: Kept, first: Arrival, second: Arrival) -> None:
    """Let another partition bring a version of a key before the first one is committed."""
    begun = asyncio.Event()

    async def bring() -> None:
        async with kept.other.settlement() as settlement:
            await settlement.advance({1: move(0, 1)})
            begun.set()
            await judge_and_store(settlement, [second])

    async with kept.store.settlement() as settlement:
        await settlement.advance({0: move(0, 1)})
        await judge_and_store(settlement, [first])
        task = asyncio.create_task(bring())
        await begun.wait()
        await asyncio.sleep(0.2)
    await task


async def test_a_key_that_two_partitions_bring_at_once_is_too_much_for_a_copy_and_not_for_few(
    writer_pool: asyncpg.Pool, registry: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = kept_in_postgres(writer_pool, registry)
    await kept.store.claim([0, 1])
    first = kept.arrival(0, Sent(version_no=1))
    second = kept.arrival(0, Sent(version_no=2), partition=1)

    with monkeypatch.context() as many:
        many.setattr(storing, "ROWS_COPIED_MIN", 1)
        with pytest.raises(Poison, match="23505"):
            await bring_after(kept, first, second)
    async with kept.other.settlement() as settlement:
        await settlement.advance({1: move(0, 1)})
        outcomes = await judge_and_store(settlement, [second])

    assert outcomes[0].verdict is Verdict.UPDATED
