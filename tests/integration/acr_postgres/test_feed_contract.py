"""One suite for the database and for the fake of the unit tests: what a reader of a feed gets."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from acr_domain.judgement import Outcome
from acr_postgres.feed import FeedPage, FeedStore, Places
from acr_postgres.pool import open_pool
from acr_reader.cursor import read_cursor, write_cursor
from acr_reader.feeds import FeedSource
from acr_settings.settings import PostgresSettings
from acr_testkit.kept_stores import (
    Kept,
    judge_and_store,
    kept_in_memory,
    kept_in_postgres,
    move,
)
from acr_testkit.memory_feed import MemoryFeed
from acr_testkit.memory_store import MemoryDatabase, MemoryStore
from acr_testkit.stories import RECEIVED_AT, Kind, Sent

ONE, OTHER = Sent(partner=1), Sent(partner=2)


@dataclass(frozen=True, slots=True)
class Fed:
    """A store to settle in, and the feed that reads it."""

    kept: Kept
    feed: FeedSource

    async def settle(self, partition: int, begin: int, sent: Sequence[Sent]) -> list[Outcome]:
        """Settle a batch; the records of each partition are its own."""
        arrivals = [
            self.kept.arrival(begin + index, each, partition) for index, each in enumerate(sent)
        ]
        async with self.kept.store.settlement() as settlement:
            await settlement.advance({partition: move(begin, begin + len(sent))})
            await asyncio.sleep(0)
            return await judge_and_store(settlement, arrivals)

    async def page(self, partner: int, places: Places, limit: int = 100) -> FeedPage:
        return await self.feed.page(self.kept.registry, f"partner-{partner}", places, limit)


@pytest.fixture
async def fed_by_postgres(
    writer_pool: asyncpg.Pool, registry: str, postgres_settings: PostgresSettings
) -> AsyncIterator[Fed]:
    async with open_pool(postgres_settings, "acr_reader", "test") as pool:
        yield Fed(kept_in_postgres(writer_pool, registry), FeedStore(pool))


@pytest.fixture(params=["memory", "postgres"])
def fed(request: pytest.FixtureRequest) -> Fed:
    if request.param == "postgres":
        by_postgres: Fed = request.getfixturevalue("fed_by_postgres")
        return by_postgres
    database = MemoryDatabase()
    kept = replace(kept_in_memory(), store=MemoryStore(database))
    return Fed(kept, MemoryFeed(database))


def offsets(page: FeedPage) -> list[tuple[int, int]]:
    return [(r.outcome.position.partition, r.outcome.position.offset) for r in page.results]


def own(count: int, partition: int, partner: int = 1) -> list[Sent]:
    """Make versions of one record, which lies in this partition alone."""
    return [Sent(partner=partner, record=partition, version_no=n + 1) for n in range(count)]


async def test_nothing_settled_is_an_empty_page(fed: Fed) -> None:
    assert await fed.page(1, {}) == FeedPage((), {}, more=False)


async def test_a_partner_gets_its_own_in_order_and_others_are_passed_over(fed: Fed) -> None:
    await fed.kept.store.claim([0, 3])
    sent = [ONE, OTHER, ONE, Sent(Kind.REJECTED, partner=1, record=9), OTHER]
    outcomes = await fed.settle(0, 0, sent)

    page = await fed.page(1, {})

    assert offsets(page) == [(0, 0), (0, 2), (0, 3)]
    assert [r.outcome.verdict for r in page.results] == [
        each.verdict for each, by in zip(outcomes, sent, strict=True) if by.partner == 1
    ]
    assert page.results[1].outcome.first == outcomes[2].first
    assert page.results[0].received_at == RECEIVED_AT
    assert (dict(page.places), page.more) == ({0: 5, 3: 0}, False)
    assert offsets(await fed.page(1, page.places)) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 7, 100])
async def test_pages_of_any_size_give_all_once_and_keep_the_order_of_each_partition(
    fed: Fed, limit: int
) -> None:
    await fed.kept.store.claim(range(4))
    for partition, count in enumerate((5, 1, 3)):
        await fed.settle(partition, 0, own(count, partition))

    got: list[tuple[int, int]] = []
    page = FeedPage((), {}, more=True)
    while page.more:
        page = await fed.page(1, page.places, limit)
        assert len(page.results) <= limit
        got += offsets(page)

    assert sorted(got) == [(p, o) for p, count in enumerate((5, 1, 3)) for o in range(count)]
    assert all([o for q, o in got if q == p] == sorted(o for q, o in got if q == p) for p, _ in got)
    assert dict(page.places) == {0: 5, 1: 1, 2: 3, 3: 0}


async def test_what_is_not_committed_is_not_told_and_not_passed_over(fed: Fed) -> None:
    """Goal: a commit that becomes visible late is not missed. Method: its batch stands open."""
    await fed.kept.store.claim([0, 1])
    held = fed.kept.arrival(0, Sent(partner=1, record=0))
    async with fed.kept.store.settlement() as settlement:
        await settlement.advance({0: move(0, 1)})
        await judge_and_store(settlement, [held])
        await fed.settle(1, 0, own(2, 1))
        before = await fed.page(1, {})
    after = await fed.page(1, before.places)

    assert offsets(before) == [(1, 0), (1, 1)]
    assert offsets(after) == [(0, 0)]


async def test_places_beyond_a_database_that_is_built_anew_stay_as_they_are(fed: Fed) -> None:
    await fed.kept.store.claim([0])
    await fed.settle(0, 0, own(3, 0))

    below = await fed.page(1, {0: 5})
    await fed.settle(0, 3, own(4, 0)[3:] + [Sent(partner=1, record=50 + n) for n in range(3)])
    behind = await fed.page(1, below.places)

    assert (offsets(below), dict(below.places)) == ([], {0: 5})
    assert offsets(behind) == [(0, 5), (0, 6)]


async def test_news_names_those_whose_results_are_new(fed: Fed) -> None:
    await fed.kept.store.claim([0, 1])
    await fed.settle(0, 0, [ONE])
    registry = fed.kept.registry

    first = await fed.feed.news(registry, {})
    nothing = await fed.feed.news(registry, first.places)
    await fed.settle(0, 1, [OTHER, OTHER])
    await fed.settle(1, 0, own(1, 1, partner=3))
    some = await fed.feed.news(registry, nothing.places)
    went_back = await fed.feed.news(registry, {0: 9, 1: 1})
    unseen = await fed.feed.news(registry, {0: 3})

    assert (first.partners, dict(first.places)) == (None, {0: 1, 1: 0})
    assert nothing.partners == frozenset()
    assert some.partners == frozenset({"partner-2", "partner-3"})
    assert dict(some.places) == dict(await fed.feed.places(registry)) == {0: 3, 1: 1}
    assert (went_back.partners, unseen.partners) == (None, None)


async def settle_all(fed: Fed, chance: random.Random, partition: int) -> list[Outcome]:
    """Settle small batches of three partners' records, one after another."""
    settled: list[Outcome] = []
    for _ in range(8):
        batch = [
            Sent(partner=chance.randrange(3), record=100 * partition + chance.randrange(4))
            for _ in range(chance.randrange(1, 9))
        ]
        settled += await fed.settle(partition, len(settled), batch)
        await asyncio.sleep(chance.random() * 0.004)
    return settled


async def read_all(
    fed: Fed, chance: random.Random, partner: int, settling: "asyncio.Future[Any]"
) -> list[tuple[int, int]]:
    """Read pages of any size, each from the text of the last cursor, until all is settled and read."""
    registry, name = fed.kept.registry, f"partner-{partner}"
    got: list[tuple[int, int]] = []
    cursor = write_cursor(registry, name, {})
    while True:
        ended = settling.done()
        places = read_cursor(registry, name, cursor)
        page = await fed.page(partner, places, chance.choice([1, 2, 3, 50]))
        got += offsets(page)
        cursor = write_cursor(registry, name, page.places)
        if ended and not page.more:
            return got
        await asyncio.sleep(chance.random() * 0.01)


@pytest.mark.parametrize("seed", range(3))
async def test_readers_that_come_and_go_miss_nothing_and_get_nothing_twice(
    fed: Fed, seed: int
) -> None:
    """Goal: exactly the log, for each partner. Method: partitions commit in any order meanwhile."""
    chance, partitions = random.Random(seed), range(5)
    await fed.kept.store.claim(partitions)
    settling = asyncio.gather(*(settle_all(fed, chance, partition) for partition in partitions))
    got = await asyncio.gather(*(read_all(fed, chance, n, settling) for n in range(3)))

    for settled in await settling:
        for partner in range(3):
            sent = [
                (each.position.partition, each.position.offset)
                for each in settled
                if each.key and each.key.partner_id == f"partner-{partner}"
            ]
            partition = settled[0].position.partition
            assert [each for each in got[partner] if each[0] == partition] == sent


async def test_places_since_a_time_leave_out_what_was_received_before(
    fed_by_postgres: Fed, writer_pool: asyncpg.Pool
) -> None:
    fed = fed_by_postgres
    await fed.kept.store.claim([0, 1, 2])
    await fed.settle(0, 0, own(20, 0))
    await fed.settle(1, 0, own(7, 1))
    await writer_pool.execute(
        "UPDATE arrivals SET received_at = received_at + log_offset * interval '1 minute' "
        "WHERE registry = $1",
        fed.kept.registry,
    )

    for minutes, expected in ((-1, (0, 0)), (0, (0, 0)), (5, (5, 5)), (9, (9, 7)), (99, (20, 7))):
        since = RECEIVED_AT + timedelta(minutes=minutes)
        places = await fed.feed.places_since(fed.kept.registry, since)
        assert dict(places) == {0: expected[0], 1: expected[1], 2: 0}
