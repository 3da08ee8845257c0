"""Follows one partition of the results topic from its end: what this gateway's senders wait for."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from acr_domain.topics import RESULTS_TOPIC
from acr_kafka.connection import broker_trouble, client_options, close_client
from acr_kafka.records import LogRecord, log_record
from acr_settings.settings import KafkaSettings

START_SECONDS_MAX = 10.0
POLL_MS = 500


class ResultsTail:
    """An open follower of one results partition."""

    def __init__(self, consumer: AIOKafkaConsumer, partition: int) -> None:
        """Wrap a started consumer that stands at the end of the partition."""
        self._consumer = consumer
        self.partition = partition

    async def next_batch(self) -> list[LogRecord]:
        """Give the next records, or none after a short while.

        Raises:
            Unavailable: if the brokers cannot be read from; ClientLost if the client reads no more.
        """
        with broker_trouble(self._consumer):
            fetched = await self._consumer.getmany(timeout_ms=POLL_MS)
        return [log_record(record) for records in fetched.values() for record in records]


@asynccontextmanager
async def follow_results(
    settings: KafkaSettings, client_id: str, partition: int
) -> AsyncIterator[ResultsTail]:
    """Stand at the present end of a results partition; what comes after it will be seen.

    Raises:
        Unavailable: if the brokers cannot be reached.
    """
    async with _started(settings, client_id) as consumer:
        place = TopicPartition(RESULTS_TOPIC, partition)
        with broker_trouble():
            consumer.assign([place])
            end = await consumer.end_offsets([place])
            consumer.seek(place, end[place])
        yield ResultsTail(consumer, partition)


@asynccontextmanager
async def _started(settings: KafkaSettings, client_id: str) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        **client_options(settings, client_id),
        group_id=None,
        enable_auto_commit=False,
        # Only met if results are deleted faster than they are read; the rest is then still useful.
        auto_offset_reset="earliest",
    )
    try:
        with broker_trouble():
            async with asyncio.timeout(START_SECONDS_MAX):
                await consumer.start()
        yield consumer
    finally:
        await close_client(consumer)
