"""Appends to the log: acknowledged by all in-sync replicas, in order, without repeats.

The producer is kept open in the background, so that a service starts while the brokers are down,
and is opened anew after an error from which an idempotent producer cannot recover.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import structlog
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
    ProducerClosed,
    ProducerFenced,
    UnknownProducerId,
)

from acr_domain.errors import ClientLost, Unavailable
from acr_domain.submission import LogPosition
from acr_kafka.connection import broker_trouble, client_options, close_client
from acr_kafka.packing import Sent, send_all
from acr_kafka.records import NewRecord
from acr_kafka.silent_ends import ended_task, require_alive
from acr_kafka.sizes import RefusedSizes
from acr_settings.settings import KafkaSettings

PROBE_SECONDS = 2.0
NOT_CONNECTED = "Kafka: not connected"
BATCH_BYTES = 256 * 1024
REQUEST_BYTES_MAX = 10 * 1024 * 1024  # The gateway bounds a body well below; results may batch.

_BROKEN = (OutOfOrderSequenceNumber, ProducerClosed, ProducerFenced, UnknownProducerId)

log = structlog.get_logger()


class LogWriter:
    """An open way to append. Make it with `open_writer`."""

    def __init__(self, settings: KafkaSettings, client_id: str) -> None:
        """Keep what is needed to open producers; opens nothing itself."""
        self._settings = settings
        self._client_id = client_id
        self._producer: AIOKafkaProducer | None = None
        self._broken = asyncio.Event()
        self._sizes = RefusedSizes(REQUEST_BYTES_MAX)

    async def append(self, record: NewRecord) -> LogPosition:
        """Append one record and wait for the brokers' acknowledgement.

        Raises:
            Unavailable: if there is none in time. The record may yet be in the log.
        """
        return (await self.append_all([record]))[0]

    async def append_all(self, records: Sequence[NewRecord]) -> list[LogPosition]:
        """Append records, in order within each partition, and wait for all acknowledgements.

        Raises:
            TooLarge: if one of them is too large for the brokers; some may yet be in the log.
            Unavailable: if one of them is not acknowledged in time.
        """
        producer = self._producer
        if producer is None:
            raise Unavailable(NOT_CONNECTED)
        self._sizes.check(records)
        try:
            with broker_trouble():
                sent: list[Sent] = []
                async with asyncio.timeout(self._settings.append_timeout_seconds):
                    sent = await send_all(producer, records)
                    await asyncio.wait({each.future for each in sent})
                return [each.position() for each in sent]
        except Unavailable as error:
            if isinstance(error.__cause__, _BROKEN) or ended_task(producer):
                self._broken.set()
            if isinstance(error.__cause__, MessageSizeTooLargeError):
                futures = [each.future for each in sent]
                raise self._sizes.learn(records, futures, str(error)) from error
            raise

    async def count_partitions(self, topic: str) -> int:
        """Count a topic's partitions.

        Raises:
            Unavailable: if the brokers do not tell, or do not have the topic.
        """
        producer = self._producer
        if producer is None:
            raise Unavailable(NOT_CONNECTED)
        with broker_trouble():
            return len(await producer.partitions_for(topic))

    async def keep_open(self, note_health: Callable[[str | None], None]) -> None:
        """Open the producer, open it again when it broke, and note each probe of the brokers.

        ``note_health`` gets None when the brokers answer, else what is wrong. Runs until cancelled.
        """
        try:
            while True:
                note_health(await self._probe())
                # Not wait_for: before Python 3.12 it loses a cancellation that comes with the event.
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(PROBE_SECONDS):
                        await self._broken.wait()
                if self._broken.is_set():
                    self._broken.clear()
                    log.warning("producer_reopened")
                    await self._close()
        finally:
            await self._close()

    async def _probe(self) -> str | None:
        try:
            with broker_trouble():
                async with asyncio.timeout(self._settings.append_timeout_seconds):
                    if self._producer is None:
                        self._producer = await self._open()
                    require_alive(self._producer)
                    answered = await self._producer.client.force_metadata_update()
        except ClientLost as error:
            self._broken.set()
            return str(error)
        except Unavailable as error:
            return str(error)
        return None if answered else "Kafka: no broker answers"

    async def _open(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            **client_options(self._settings, self._client_id),
            enable_idempotence=True,
            acks="all",
            linger_ms=0,
            max_batch_size=BATCH_BYTES,
            max_request_size=REQUEST_BYTES_MAX,
        )
        try:
            await producer.start()
        except BaseException:
            await producer.stop()
            raise
        return producer

    async def _close(self) -> None:
        producer, self._producer = self._producer, None
        if producer is not None:
            await close_client(producer)


@asynccontextmanager
async def open_writer(
    settings: KafkaSettings, client_id: str, note_health: Callable[[str | None], None]
) -> AsyncIterator[LogWriter]:
    """Open a writer and keep it open in the background until the context ends."""
    writer = LogWriter(settings, client_id)
    keeper = asyncio.create_task(writer.keep_open(note_health))
    try:
        yield writer
    finally:
        keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeper
