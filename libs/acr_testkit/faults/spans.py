"""Reads stretches of topics, many partitions at once, with a bare driver and no group. Never writes."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from acr_kafka.connection import broker_trouble
from acr_kafka.records import LogRecord, log_record
from acr_settings.settings import KafkaSettings

READ_SECONDS_MAX = 120.0
POLL_MS = 500

Ends = Mapping[int, int]


async def topic_ends(settings: KafkaSettings, topic: str, partitions: int) -> dict[int, int]:
    """Tell where each of so many partitions of a topic ends; raises Unavailable."""
    async with _reader(settings) as consumer:
        places = [TopicPartition(topic, partition) for partition in range(partitions)]
        with broker_trouble():
            ends = await consumer.end_offsets(places)
    return {place.partition: end for place, end in ends.items()}


async def read_span(
    settings: KafkaSettings, topic: str, begins: Ends, ends: Ends
) -> AsyncIterator[LogRecord]:
    """Read each partition from its begin to its end, in order within each; raises Unavailable."""
    wanted = {
        TopicPartition(topic, partition): begins.get(partition, 0)
        for partition, end in ends.items()
        if begins.get(partition, 0) < end
    }
    if not wanted:
        return
    async with asyncio.timeout(READ_SECONDS_MAX), _reader(settings) as consumer:
        consumer.assign(list(wanted))
        for place, begin in wanted.items():
            consumer.seek(place, begin)
        while places := consumer.assignment() - consumer.paused():
            with broker_trouble():
                fetched = await consumer.getmany(*places, timeout_ms=POLL_MS)
            records = (record for each in fetched.values() for record in each)
            for record in records:
                if record.offset < ends[record.partition]:
                    yield log_record(record)
            read = [
                each for each in places if await consumer.position(each) >= ends[each.partition]
            ]
            consumer.pause(*read)


@asynccontextmanager
async def _reader(settings: KafkaSettings) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.bootstrap_servers,
        request_timeout_ms=10_000,
        max_partition_fetch_bytes=4 * 1024 * 1024,
    )
    with broker_trouble():
        await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()
