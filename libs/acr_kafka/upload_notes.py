"""Reads the notes of one registry's uploads as a member of a group, whose offsets say where to go on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer

from acr_domain.topics import uploads_topic
from acr_kafka.connection import broker_trouble, client_options, close_client
from acr_kafka.records import LogRecord, log_record
from acr_settings.settings import KafkaSettings

START_SECONDS_MAX = 15.0
POLL_MS = 1000
NOTES_MAX = 100


class NotesSource:
    """An open reader. Make it with `open_notes`."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        """Wrap a started consumer."""
        self._consumer = consumer

    async def next_batch(self) -> list[LogRecord]:
        """Give the next notes, or none after a while; the same again until they are committed.

        Raises:
            Unavailable: if the brokers cannot be read from.
        """
        with broker_trouble():
            fetched = await self._consumer.getmany(timeout_ms=POLL_MS, max_records=NOTES_MAX)
        return [log_record(record) for records in fetched.values() for record in records]

    async def commit(self) -> None:
        """Tell the group that all that was read is kept.

        Raises:
            Unavailable: if the brokers do not take it; what was read comes again then.
        """
        with broker_trouble():
            await self._consumer.commit()


@asynccontextmanager
async def open_notes(
    settings: KafkaSettings, registry: str, client_id: str
) -> AsyncIterator[NotesSource]:
    """Join the group, and begin where it has come to.

    Raises:
        Unavailable: if the brokers cannot be reached.
    """
    consumer = AIOKafkaConsumer(
        uploads_topic(registry),
        **client_options(settings, client_id),
        group_id=f"acr.{registry}.uploads",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=int(settings.session_timeout_seconds * 1000),
    )
    try:
        with broker_trouble():
            async with asyncio.timeout(START_SECONDS_MAX):
                await consumer.start()
        yield NotesSource(consumer)
    finally:
        await close_client(consumer)
