"""A reader of stretches learns of topics as it is asked for them."""

import secrets
from collections.abc import Awaitable, Callable

from acr_kafka.records import NewRecord
from acr_kafka.stretches import Bounds, open_stretches
from acr_kafka.topics import Topic, apply_topics, find_drift
from acr_kafka.writer import LogWriter
from acr_settings.settings import KafkaSettings

NewTopicName = Callable[[int], Awaitable[str]]


async def test_topics_are_met_one_after_the_other_and_while_stretches_are_read(
    kafka_settings: KafkaSettings, writer: LogWriter, new_topic: NewTopicName
) -> None:
    first, second = await new_topic(2), await new_topic(3)
    for topic in (first, second):
        await writer.append(NewRecord(topic, b"key", b"value", [], 1))

    async with open_stretches(kafka_settings, "test") as reader:
        assert await reader.bounds(first) == {0: Bounds(0, 0), 1: Bounds(0, 1)}
        assert [len(each.records) async for each in reader.read(first, 1, 0, 1, 9)] == [1]
        assert await reader.bounds(second) == {0: Bounds(0, 0), 1: Bounds(0, 1), 2: Bounds(0, 0)}
        assert [len(each.records) async for each in reader.read(second, 1, 0, 1, 9)] == [1]
        assert await reader.bounds(first) == {0: Bounds(0, 0), 1: Bounds(0, 1)}


async def test_asking_for_a_topic_makes_none_and_finds_it_once_it_is_made(
    kafka_settings: KafkaSettings,
) -> None:
    declared = Topic(f"acr.t{secrets.token_hex(6)}.amendments.v1", 2, 1, {})
    async with open_stretches(kafka_settings, "test") as reader:
        assert await reader.bounds(declared.name) == {}
        assert [each.found for each in await find_drift(kafka_settings, [declared])] == ["missing"]

        await apply_topics(kafka_settings, [declared])

        assert await reader.bounds(declared.name) == {0: Bounds(0, 0), 1: Bounds(0, 0)}
