"""Reading and telling beside settling: what goes on at once, and what is left out of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from acr_avro.records import decode_result
from acr_consumer.ahead import Ahead
from acr_domain.errors import Unavailable
from acr_domain.submission import LogPosition
from acr_domain.topics import RESULTS_TOPIC
from acr_kafka.records import LogRecord, NewRecord
from acr_postgres.settlement import Place
from acr_settling.settle import Settler
from acr_testkit.awaiting import until
from acr_testkit.memory_log import MemoryLog
from acr_testkit.memory_store import MemoryDatabase, MemoryStore
from acr_testkit.simulation import TOPIC
from acr_testkit.stories import REGISTRY, Sent, make_records


def record(partition: int, offset: int) -> LogRecord:
    return LogRecord(LogPosition(TOPIC, partition, offset), None, None, (), datetime.now(UTC))


@dataclass(slots=True)
class Batches:
    """A source of given batches, then of trouble; counts how often it was asked."""

    batches: list[list[LogRecord]]
    asked: int = 0

    async def next_batch(self, records_max: int, wait_seconds: float) -> list[LogRecord]:
        self.asked += 1
        await asyncio.sleep(0)
        if not self.batches:
            raise Unavailable("no more")
        return self.batches.pop(0)


async def test_the_next_batch_is_fetched_before_it_is_asked_for() -> None:
    source = Batches([[record(0, 0)], [record(0, 1)]])
    ahead = Ahead(source, 10, 1.0)

    await ahead.next_batch()
    await asyncio.sleep(0)

    assert source.asked == 2
    assert [each.position.offset for each in await ahead.next_batch()] == [1]


async def test_behind_an_empty_batch_nothing_is_fetched_until_it_is_asked_for() -> None:
    source = Batches([[], []])
    ahead = Ahead(source, 10, 1.0)

    assert await ahead.next_batch() == []
    await asyncio.sleep(0)

    assert source.asked == 1


async def test_of_what_was_fetched_a_partition_that_is_taken_over_is_left_out() -> None:
    first, stale, good = record(0, 0), record(0, 1), record(1, 0)
    ahead = Ahead(Batches([[first], [stale, good], []]), 10, 1.0)
    await ahead.next_batch()

    await ahead.leave_out([0])

    assert await ahead.next_batch() == [good]


async def test_trouble_of_a_fetch_ahead_is_raised_once_and_left_behind() -> None:
    source = Batches([[record(0, 0)]])
    ahead = Ahead(source, 10, 1.0)
    await ahead.next_batch()

    with pytest.raises(Unavailable):
        await ahead.leave_out([0])

    source.batches = [[record(0, 0)]]
    assert len(await ahead.next_batch()) == 1


@dataclass(slots=True)
class SlowLog:
    """A log that appends when it may."""

    log: MemoryLog
    may: asyncio.Event = field(default_factory=asyncio.Event)

    async def append_all(self, records: Sequence[NewRecord]) -> list[LogPosition]:
        await self.may.wait()
        return await self.log.append_all(records)


async def settler_of(slow: SlowLog) -> tuple[Settler, list[LogRecord]]:
    for each in make_records([Sent(version_no=1), Sent(version_no=2), Sent(version_no=3)]):
        slow.log.put(each)
    store = MemoryStore(MemoryDatabase(), slow.log.fuse)
    settler = Settler(REGISTRY, store, slow, await store.claim([0]), beside=True)
    return settler, slow.log.records(TOPIC)


async def test_a_batch_settles_while_the_results_of_the_former_are_on_their_way() -> None:
    slow = SlowLog(MemoryLog())
    settler, records = await settler_of(slow)

    await settler.settle(records[:1])
    second = asyncio.create_task(settler.settle(records[1:2]))
    await until(lambda: settler.telling is None, "the second batch waits for the first's results")

    assert isinstance(settler.store, MemoryStore)
    assert len(settler.store.database.sessions) == 1, "its transaction is open meanwhile"
    slow.may.set()
    await second
    await settler.settle(records[2:])
    await settler.told()
    assert settler.places == {0: Place(3, 3)}
    told = [decode_result(each.value).version_no for each in slow.log.records(RESULTS_TOPIC)]
    assert told == [1, 2, 3]


async def test_no_batch_is_committed_before_the_results_of_the_former_are_known_to_be_told() -> (
    None
):
    slow = SlowLog(MemoryLog())
    settler, records = await settler_of(slow)
    assert isinstance(settler.store, MemoryStore)
    kept = settler.store.tables.places

    await settler.settle(records[:1])
    second = asyncio.create_task(settler.settle(records[1:2]))
    await until(lambda: settler.telling is None, "the second batch waits for the first's results")
    assert kept == {0: Place(1, 0)}
    slow.may.set()
    await second

    assert kept == {0: Place(2, 1)}


async def test_what_is_given_up_marks_nothing_as_told() -> None:
    slow = SlowLog(MemoryLog())
    settler, records = await settler_of(slow)
    await settler.settle(records[:2])
    telling = settler.telling

    settler.forget()
    settler.places[0] = Place(2, 0)  # Taken over anew.
    slow.may.set()

    assert telling is not None
    with pytest.raises(asyncio.CancelledError):
        await telling
    assert settler.places == {0: Place(2, 0)}
    assert slow.log.records(RESULTS_TOPIC) == []
