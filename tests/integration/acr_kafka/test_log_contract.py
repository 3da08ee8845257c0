"""One suite for the brokers and for the log of the simulation: what appends and members may rely on."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from random import Random

import pytest

from acr_consumer.consume import Source
from acr_domain.errors import LogRestarted
from acr_gateway.submit import SubmissionLog
from acr_kafka.records import LogRecord, NewRecord
from acr_kafka.source import open_source
from acr_kafka.writer import LogWriter
from acr_settings.settings import KafkaSettings
from acr_testkit.awaiting import until
from acr_testkit.memory_log import MemoryLog
from acr_testkit.simulated.cluster import Cluster, SimulatedWriter
from acr_testkit.simulated.group import Group
from acr_testkit.simulated.group_source import GroupSource
from acr_testkit.simulated.loop import PROCESS, Process
from acr_testkit.simulated.network import Network

PARTITIONS = 2
NewTopicName = Callable[[int], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class KeptLog:
    """A topic of two partitions of either kind, and the one member of its group."""

    topic: str
    writer: SubmissionLog
    source: Source

    async def append(self, *keys: bytes, partition: int | None = None) -> list[tuple[int, int]]:
        """Append one record for each key; give their places."""
        records = [NewRecord(self.topic, key, b"x", [], partition) for key in keys]
        return [(each.partition, each.offset) for each in await self.writer.append_all(records)]

    async def read(self, count: int) -> list[LogRecord]:
        """Read so many records."""
        found: list[LogRecord] = []
        while len(found) < count:
            found += await self.source.next_batch(100, 0.2)
        return found


Opened = AbstractAsyncContextManager[KeptLog]


@pytest.fixture(params=["memory", "kafka"])
def opened(request: pytest.FixtureRequest) -> Opened:
    return _in_memory() if request.param == "memory" else _on_brokers(request)


@pytest.fixture
async def kept(opened: Opened) -> AsyncIterator[KeptLog]:
    async with opened as kept_log:
        source = kept_log.source
        await until(
            lambda: len(source.unplaced()) == len(source.assigned()) == PARTITIONS, "all are ours"
        )
        yield kept_log


@asynccontextmanager
async def _in_memory() -> AsyncIterator[KeptLog]:
    topic, name = "acr.memory.submissions.v1", "member"
    log = MemoryLog({topic: PARTITIONS})
    log.records(topic)
    cluster = Cluster(log, Network(Random(1)))
    group, process = Group(cluster, topic, PARTITIONS), Process(name)
    PROCESS.set(process)
    source = GroupSource(cluster, topic, name, lambda offsets: group.commit(process, offsets))
    group.join(process, source)
    yield KeptLog(topic, SimulatedWriter(cluster, name), source)


def _on_brokers(request: pytest.FixtureRequest) -> Opened:
    new_topic: NewTopicName = request.getfixturevalue("new_topic")
    settings: KafkaSettings = request.getfixturevalue("kafka_settings")
    writer: LogWriter = request.getfixturevalue("writer")

    @asynccontextmanager
    async def open_all() -> AsyncIterator[KeptLog]:
        topic = await new_topic(PARTITIONS)
        async with open_source(settings, topic.split(".")[1], "member") as source:
            yield KeptLog(topic, writer, source)

    return open_all()


async def test_places_count_up_in_the_partition_that_the_key_chooses(kept: KeptLog) -> None:
    places = await kept.append(b"one", b"one", b"other", b"one")

    ours = [place for number, place in enumerate(places) if number != 2]
    assert len({partition for partition, _ in ours}) == 1
    offsets = [offset for _, offset in ours]
    assert offsets == sorted(set(offsets))
    assert (await kept.append(b"one"))[0] > ours[-1]


async def test_a_partition_that_is_not_there_leaves_the_choice_to_the_key(kept: KeptLog) -> None:
    wanted = await kept.append(b"one")

    found = await kept.append(b"one", partition=99)

    assert found == [(wanted[0][0], wanted[0][1] + 1)]
    assert (await kept.append(b"one", partition=1 - wanted[0][0]))[0][0] == 1 - wanted[0][0]


async def test_nothing_is_read_before_it_is_placed_and_then_all_in_order(kept: KeptLog) -> None:
    await kept.append(*[b"one"] * 5, partition=1)

    assert await kept.source.next_batch(100, 0.2) == []
    await kept.source.place({0: 0, 1: 2})

    assert [each.position.offset for each in await kept.read(3)] == [2, 3, 4]
    assert kept.source.ends()[1] == 5
    assert await kept.source.fetch_ends([0, 1]) == {0: 0, 1: 5}
    await kept.source.commit({1: 5})


async def test_what_is_displaced_waits_for_its_place_again(kept: KeptLog) -> None:
    await kept.append(*[b"one"] * 2, partition=0)
    await kept.source.place({0: 0, 1: 0})
    await kept.read(2)

    kept.source.displace()
    await kept.append(b"one", partition=0)

    assert kept.source.unplaced() == {0, 1}
    assert await kept.source.next_batch(100, 0.2) == []
    await kept.source.place({0: 1, 1: 0})
    assert [each.position.offset for each in await kept.read(2)] == [1, 2]


async def test_a_place_behind_the_end_is_another_log(kept: KeptLog) -> None:
    with pytest.raises(LogRestarted):
        await kept.source.place({0: 1, 1: 0})
