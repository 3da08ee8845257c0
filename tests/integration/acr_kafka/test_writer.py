"""The writer on real brokers: in order, acknowledged, and open again after what breaks a producer."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable

import pytest

from acr_domain.errors import Unavailable
from acr_domain.submission import LogPosition
from acr_kafka.records import NewRecord
from acr_kafka.topics import Topic, apply_topics
from acr_kafka.writer import LogWriter, open_writer
from acr_settings.settings import KafkaSettings
from acr_testkit.awaiting import until
from acr_testkit.consuming import ready_writer
from acr_testkit.topic_contents import read_partition

NewTopicName = Callable[[int], Awaitable[str]]


def record(topic: str, value: bytes, partition: int | None = None) -> NewRecord:
    return NewRecord(topic, b"key", value, [("header", "é".encode())], partition)


async def topic_of_small_records(settings: KafkaSettings) -> str:
    topic = f"acr.small-{secrets.token_hex(6)}.v1"
    await apply_topics(settings, [Topic(topic, 1, 1, {"max.message.bytes": "1000"})])
    return topic


async def break_producer(writer: LogWriter, topic: str) -> None:
    await writer.append(record(topic, b"before"))
    with pytest.raises(Unavailable, match="MessageSizeTooLarge"):
        await writer.append(record(topic, bytes(5000)))
    with pytest.raises(Unavailable, match="OutOfOrderSequenceNumber"):
        await writer.append(record(topic, b"refused"))


async def test_records_stand_in_the_log_in_the_order_of_appending(
    kafka_settings: KafkaSettings, writer: LogWriter, new_topic: NewTopicName
) -> None:
    topic = await new_topic(1)
    values = [b"%d" % number for number in range(500)]

    positions = await writer.append_all([record(topic, value) for value in values])

    assert positions == [LogPosition(topic, 0, offset) for offset in range(500)]
    found = await read_partition(kafka_settings, topic)
    assert [each.value for each in found] == values
    assert {(each.key, each.headers) for each in found} == {(b"key", (("header", "é".encode()),))}


async def test_a_key_stays_on_its_partition_and_a_partition_can_be_named(
    writer: LogWriter, new_topic: NewTopicName
) -> None:
    topic = await new_topic(12)

    same_key = await writer.append_all([record(topic, b"") for _ in range(10)])
    named = await writer.append(record(topic, b"", partition=7))

    assert len({each.partition for each in same_key}) == 1
    assert named.partition == 7
    assert await writer.count_partitions(topic) == 12


async def test_a_topic_that_is_not_there_is_unavailable(kafka_settings: KafkaSettings) -> None:
    hasty = kafka_settings.model_copy(update={"append_timeout_seconds": 1})

    async with ready_writer(hasty) as writer:
        with pytest.raises(Unavailable, match=r"^Kafka: "):
            await writer.append(record("nowhere", b""))


async def test_the_producer_is_opened_anew_after_an_error_it_cannot_recover_from(
    kafka_settings: KafkaSettings,
) -> None:
    """Goal: one lost sequence number does not stop the writer for ever.

    Method: the brokers refuse a record as too large; its number is then missing, and they refuse
    all that follow it.
    """
    topic = await topic_of_small_records(kafka_settings)
    troubles: list[str | None] = []
    async with open_writer(kafka_settings, "test", troubles.append) as writer:
        await until(lambda: None in troubles, "the writer reaches the brokers")
        await break_producer(writer, topic)
        troubles.clear()

        await until(lambda: None in troubles, "the writer reaches the brokers again")
        await writer.append(record(topic, b"after"))

    values = [each.value for each in await read_partition(kafka_settings, topic)]
    assert values == [b"before", b"after"]


async def test_a_writer_can_be_closed_at_the_moment_its_producer_breaks(
    kafka_settings: KafkaSettings,
) -> None:
    topic = await topic_of_small_records(kafka_settings)

    async with asyncio.timeout(15) as bound, ready_writer(kafka_settings) as writer:
        await break_producer(writer, topic)

    assert not bound.expired()


async def test_a_writer_without_brokers_says_so_and_is_there_all_the_same(
    kafka_settings: KafkaSettings,
) -> None:
    nowhere = kafka_settings.model_copy(
        update={"bootstrap_servers": "127.0.0.1:1", "append_timeout_seconds": 1}
    )
    troubles: list[str | None] = []
    async with open_writer(nowhere, "test", troubles.append) as writer:
        await until(lambda: bool(troubles), "a probe")
        with pytest.raises(Unavailable):
            await writer.append(record("any", b""))
        with pytest.raises(Unavailable):
            await writer.count_partitions("any")

    assert None not in troubles
