"""The source on real brokers: it begins where it is told, and shares partitions with its group."""

from collections.abc import Awaitable, Callable

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.records_to_delete import RecordsToDelete

from acr_domain.errors import LogRestarted
from acr_kafka.records import NewRecord
from acr_kafka.source import SubmissionSource, open_source
from acr_kafka.topics import Topic, apply_topics
from acr_kafka.writer import LogWriter
from acr_settings.settings import KafkaSettings
from acr_testkit.awaiting import until

NewTopicName = Callable[[int], Awaitable[str]]
# Of two members the first in this order gets the first partition.
ONE, OTHER = "a-member", "b-member"


def registry_of(topic: str) -> str:
    return topic.split(".")[1]


async def fill(writer: LogWriter, topic: str, count: int, partition: int = 0) -> None:
    await writer.append_all(
        [NewRecord(topic, b"key", b"%d" % number, [], partition) for number in range(count)]
    )


async def assigned(source: SubmissionSource, count: int) -> None:
    await until(
        lambda: len(source.unplaced()) == len(source.assigned()) == count, f"{count} are assigned"
    )


async def read(source: SubmissionSource, count: int) -> list[tuple[int, int]]:
    """Read so many records and give their partitions and offsets."""
    found: list[tuple[int, int]] = []
    while len(found) < count:
        batch = await source.next_batch(100, 1)
        found += [(each.position.partition, each.position.offset) for each in batch]
    return found


async def test_it_begins_where_told_and_nowhere_else(
    kafka_settings: KafkaSettings, writer: LogWriter, new_topic: NewTopicName
) -> None:
    topic = await new_topic(1)
    await fill(writer, topic, 10)
    async with open_source(kafka_settings, registry_of(topic), ONE) as source:
        await assigned(source, 1)
        assert await source.next_batch(100, 0.3) == []
        await source.place({0: 7})
        assert await read(source, 3) == [(0, 7), (0, 8), (0, 9)]
        await source.commit({0: 10})
        assert source.ends() == {0: 10}
        assert await source.fetch_ends([0]) == {0: 10}

    async with open_source(kafka_settings, registry_of(topic), ONE) as source:
        await assigned(source, 1)
        await source.place({0: 2})
        assert (await read(source, 8))[0] == (0, 2), "not where the group's offsets say"


async def test_after_trouble_it_stands_still_until_it_is_placed_again(
    kafka_settings: KafkaSettings, writer: LogWriter, new_topic: NewTopicName
) -> None:
    topic = await new_topic(1)
    await fill(writer, topic, 5)
    async with open_source(kafka_settings, registry_of(topic), ONE) as source:
        await assigned(source, 1)
        await source.place({0: 0})
        assert len(await read(source, 5)) == 5

        source.displace()

        assert source.unplaced() == {0}
        assert await source.next_batch(100, 0.3) == []
        await source.place({0: 3})
        assert await read(source, 2) == [(0, 3), (0, 4)]


async def test_a_batch_has_no_more_records_than_asked_for(
    kafka_settings: KafkaSettings, writer: LogWriter, new_topic: NewTopicName
) -> None:
    topic = await new_topic(1)
    await fill(writer, topic, 10)
    async with open_source(kafka_settings, registry_of(topic), ONE) as source:
        await assigned(source, 1)
        await source.place({0: 0})

        assert len(await source.next_batch(4, 5)) == 4


async def test_what_is_settled_is_visible_as_offsets_of_the_group(
    kafka_settings: KafkaSettings, writer: LogWriter, new_topic: NewTopicName
) -> None:
    topic = await new_topic(2)
    await fill(writer, topic, 5)
    group = f"acr.{registry_of(topic)}.consumers"
    async with open_source(kafka_settings, registry_of(topic), ONE) as source:
        await assigned(source, 2)
        await source.place({0: 0, 1: 0})

        await source.commit({0: 4})

    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_settings.bootstrap_servers)
    await admin.start()
    try:
        offsets = await admin.list_consumer_group_offsets(group)
    finally:
        await admin.close()
    assert {place: at.offset for place, at in offsets.items()} == {TopicPartition(topic, 0): 4}


async def test_a_second_member_takes_a_partition_and_gives_it_back(
    kafka_settings: KafkaSettings, writer: LogWriter, new_topic: NewTopicName
) -> None:
    topic = await new_topic(2)
    await fill(writer, topic, 3, partition=0)
    await fill(writer, topic, 3, partition=1)
    registry = registry_of(topic)
    async with open_source(kafka_settings, registry, ONE) as one:
        await assigned(one, 2)
        await one.place({0: 0, 1: 0})
        assert len(await read(one, 6)) == 6
        async with open_source(kafka_settings, registry, OTHER) as other:
            await assigned(one, 1)
            await assigned(other, 1)
            assert one.assigned() | other.assigned() == {0, 1}
            (taken,) = other.assigned()
            await one.place(dict.fromkeys(one.assigned(), 3))
            await other.place({taken: 1})
            assert await read(other, 2) == [(taken, 1), (taken, 2)]
            await fill(writer, topic, 1, partition=taken)
            assert await read(other, 1) == [(taken, 3)]
            assert await one.next_batch(100, 0.3) == []

        await assigned(one, 2)
        assert await one.next_batch(100, 0.3) == []
        await one.place({0: 3, 1: 3})
        assert await read(one, 1) == [(taken, 3)]


async def test_a_topic_made_anew_is_told_instead_of_read(
    kafka_settings: KafkaSettings, writer: LogWriter, new_topic: NewTopicName
) -> None:
    topic = await new_topic(1)
    await fill(writer, topic, 5)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_settings.bootstrap_servers)
    await admin.start()
    try:
        await admin.delete_topics([topic])
    finally:
        await admin.close()
    await apply_topics(kafka_settings, [Topic(topic, 1, 1, {})])

    async with open_source(kafka_settings, registry_of(topic), ONE) as source:
        await assigned(source, 1)
        with pytest.raises(LogRestarted, match="holds 0 to 0, but is settled to 5"):
            await source.place({0: 5})


async def test_a_topic_that_lost_its_beginning_is_told_instead_of_read(
    kafka_settings: KafkaSettings, writer: LogWriter, new_topic: NewTopicName
) -> None:
    topic = await new_topic(1)
    await fill(writer, topic, 5)
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka_settings.bootstrap_servers)
    await admin.start()
    try:
        await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(before_offset=3)})
    finally:
        await admin.close()

    async with open_source(kafka_settings, registry_of(topic), ONE) as source:
        await assigned(source, 1)
        with pytest.raises(LogRestarted, match="holds 3 to 5, but is settled to 2"):
            await source.place({0: 2})
