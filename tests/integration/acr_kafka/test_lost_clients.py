"""A client whose own task has ended gives no sign of it; each of ours is noticed and let go of."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from acr_domain.errors import ClientLost, Unavailable
from acr_kafka.positions import open_position_reader
from acr_kafka.records import NewRecord
from acr_kafka.results import follow_results
from acr_kafka.source import open_source
from acr_kafka.stretches import open_stretches
from acr_kafka.writer import LogWriter, open_writer
from acr_settings.settings import KafkaSettings
from acr_testkit.awaiting import until

NewTopicName = Callable[[int], Awaitable[str]]
End = Callable[[AIOKafkaConsumer], Awaitable[None]]
GIVE_UP_SECONDS = 10


async def _fail(*_: object) -> Any:
    raise RuntimeError("the handler is closed")


async def end_metadata(consumer: AIOKafkaConsumer) -> None:
    """End the task as a connection did that was reset: by an error that nobody expects."""
    consumer._client._metadata_update = _fail
    consumer._client.force_metadata_update()
    await asyncio.wait([consumer._client._sync_task])


async def end_fetching(consumer: AIOKafkaConsumer) -> None:
    consumer._fetcher._fetch_task.cancel()
    await asyncio.wait([consumer._fetcher._fetch_task])


ENDS = pytest.mark.parametrize("end", [end_metadata, end_fetching])


@ENDS
async def test_a_results_tail_says_that_it_hears_nothing_any_more(
    prepared: None, kafka_settings: KafkaSettings, end: End
) -> None:
    async with follow_results(kafka_settings, "test", 0) as tail:
        assert await tail.next_batch() == []
        await end(tail._consumer)

        with pytest.raises(ClientLost, match="task for"):
            await tail.next_batch()


@ENDS
async def test_a_source_says_that_it_reads_nothing_any_more(
    kafka_settings: KafkaSettings, new_topic: NewTopicName, end: End
) -> None:
    registry = (await new_topic(1)).split(".")[1]
    async with open_source(kafka_settings, registry, "test") as source:
        await until(lambda: source.unplaced() == {0}, "it has the partition")
        await source.place({0: 0})
        await end(source._consumer)

        with pytest.raises(ClientLost):
            await source.next_batch(10, 0.1)


@ENDS
async def test_readers_of_stretches_and_positions_do_not_call_lost_what_they_cannot_read(
    kafka_settings: KafkaSettings, writer: LogWriter, new_topic: NewTopicName, end: End
) -> None:
    topic = await new_topic(1)
    await writer.append(NewRecord(topic, b"key", b"value", [], 0))
    async with (
        open_stretches(kafka_settings, "test") as stretches,
        open_position_reader(kafka_settings, topic, "test") as positions,
    ):
        await stretches.bounds(topic)
        assert len(await positions.read(0, [0])) == 1
        await end(stretches._consumer)
        await end(positions._consumer)

        with pytest.raises(ClientLost):
            async for _ in stretches.read(topic, 0, 0, 2, 10):
                pass
        with pytest.raises(ClientLost):
            await asyncio.wait_for(positions.read(0, [0]), GIVE_UP_SECONDS)


@pytest.mark.parametrize("name", ["metadata", "sending"])
async def test_a_writer_opens_a_new_producer(
    kafka_settings: KafkaSettings, new_topic: NewTopicName, name: str
) -> None:
    topic = await new_topic(1)
    troubles: list[str | None] = []
    async with open_writer(kafka_settings, "test", troubles.append) as writer:
        await until(lambda: None in troubles, "it reaches the brokers")
        former: AIOKafkaProducer = writer._producer
        task = former.client._sync_task if name == "metadata" else former._sender.sender_task
        task.cancel()
        await until(lambda: writer._producer not in {None, former}, "a new one is open")

        written = await writer.append(NewRecord(topic, b"key", b"value", [], 0))

    assert written.offset == 0
    assert any(name in (trouble or "") for trouble in troubles)
    with pytest.raises(Unavailable):
        await writer.append(NewRecord(topic, b"key", b"value", [], 0))
