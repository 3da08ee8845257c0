"""The loop of a replay: one batch is with the database while the next one is looked at, never two."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from acr_domain.errors import Unavailable
from acr_kafka.stretches import Piece
from acr_postgres.replays import ReplayStore, Stretch
from acr_replayer.rehearsal import Rehearsal
from acr_replayer.replay import Replay
from acr_replayer.reprocess import Reprocessor, Step
from acr_replayer.selection import Selection
from acr_replayer.tally import Tally

BATCHES, WAIT_SECONDS_MAX = 4, 10.0


@dataclass(slots=True)
class Topic:
    """Pieces of one offset each; ``asked`` tells how many were asked for."""

    asked: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(
        self, topic: str, partition: int, begin: int, end: int, records_max: int
    ) -> AsyncIterator[Piece]:
        for offset in range(begin, end):
            await self._ask()
            yield Piece((), (), offset + 1)
        await self._ask()

    async def _ask(self) -> None:
        await asyncio.sleep(0)  # As brokers, it takes a moment to answer.
        self.asked += 1
        self.news.set()


@dataclass(slots=True)
class Database:
    """Amends a batch when the one after it was asked for, and not before; fails where it is told to."""

    topic: Topic
    run: Any
    failing: set[int] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)
    under_way: int = 0
    registry: Any = field(default_factory=lambda: SimpleNamespace(name="t"))
    store: Any = field(default_factory=lambda: SimpleNamespace(topic="t"))
    rehearsal: Rehearsal | None = field(default_factory=Rehearsal)

    async def step(self, step: Step, looked: object) -> Tally:
        self.under_way += 1
        assert self.under_way == 1, "batches are amended one after the other"
        asked = self.topic.asked
        async with asyncio.timeout(WAIT_SECONDS_MAX):
            while self.topic.asked == asked:
                self.topic.news.clear()
                await self.topic.news.wait()
        self.under_way -= 1
        if step.expected in self.failing:
            self.failing.discard(step.expected)
            raise Unavailable("PostgreSQL: away")
        self.steps.append(step)
        return step.tally


def a_replay(partitions: int, failing: set[int] | None = None) -> tuple[Replay, Database]:
    stretches = tuple(Stretch(each, 0, BATCHES, 0, {}) for each in range(partitions))
    topic = Topic()
    database = Database(topic, SimpleNamespace(stretches=stretches), failing or set())
    replay = Replay(
        cast(Reprocessor, database),
        cast(ReplayStore, None),
        topic,
        Selection(),
        1,
        None,
        lambda: False,
        lambda stretch: None,
    )
    return replay, database


async def test_the_next_batch_is_looked_at_while_one_is_amended_also_of_the_next_partition() -> (
    None
):
    replay, database = a_replay(partitions=2)

    assert await replay.run()

    done = [(step.partition, step.expected, step.next) for step in database.steps]
    assert done == [(p, each, each + 1) for p in (0, 1) for each in range(BATCHES)]


async def test_after_trouble_it_goes_on_with_the_batch_that_was_not_amended() -> None:
    replay, database = a_replay(partitions=1, failing={2})

    assert await replay.run()

    assert [step.expected for step in database.steps] == list(range(BATCHES))
