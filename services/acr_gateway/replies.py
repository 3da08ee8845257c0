"""Listens on this gateway's partition of the results topic and tells those who wait."""

import asyncio
import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import structlog

from acr_avro.records import decode_result
from acr_domain.errors import Poison, Unavailable
from acr_domain.topics import RESULTS_TOPIC
from acr_gateway.waiters import Waiters
from acr_kafka import header_names
from acr_kafka.records import LogRecord
from acr_kafka.results import follow_results
from acr_settings.settings import KafkaSettings
from acr_telemetry.metrics import RESULTS_UNEXPECTED, RESULTS_UNREADABLE

RETRY_SECONDS = 0.25

log = structlog.get_logger()


class Topics(Protocol):
    """What choosing a partition needs of the log."""

    async def count_partitions(self, topic: str) -> int:
        """Count a topic's partitions; Unavailable if the brokers do not tell."""


class Tail(Protocol):
    """A partition of the results topic that is followed."""

    @property
    def partition(self) -> int:
        """Its number."""

    async def next_batch(self) -> list[LogRecord]:
        """Give the next records, or none after a short while; Unavailable in trouble."""


Follow = Callable[[KafkaSettings, str, int], AbstractAsyncContextManager[Tail]]


class Replies:
    """Where results for this process's senders are to be announced; None until it listens."""

    def __init__(
        self,
        settings: KafkaSettings,
        client_id: str,
        topics: Topics,
        partition: int | None,
        follow: Follow = follow_results,
    ) -> None:
        """Name the partition to listen on, or leave it to chance."""
        self._follow = follow
        self._topics = topics
        self._settings = settings
        self._client_id = client_id
        self._wanted = partition
        self.partition: int | None = None

    async def listen(self, waiters: Waiters, note_health: Callable[[str | None], None]) -> None:
        """Listen until cancelled; where the brokers cannot be reached, try again."""
        while True:
            try:
                async with self._follow(
                    self._settings, self._client_id, await self._choose()
                ) as tail:
                    self.partition = tail.partition
                    log.info("listening_for_results", partition=tail.partition)
                    note_health(None)
                    await _pass_on(tail, waiters)
            except Unavailable as trouble:
                note_health(str(trouble))
                await asyncio.sleep(RETRY_SECONDS)

    async def _choose(self) -> int:
        count = await self._topics.count_partitions(RESULTS_TOPIC)
        if self._wanted is None:
            # Two gateways on one partition do no harm: each passes over the other's results.
            return random.randrange(count)  # noqa: S311
        if self._wanted >= count:
            raise Unavailable(f"Kafka: the results topic has {count} partitions only")
        return self._wanted


async def _pass_on(tail: Tail, waiters: Waiters) -> None:
    while True:
        for record in await tail.next_batch():
            if record.header(header_names.AMENDMENT) is not None:
                continue  # A later decision: whoever waits, waits for the first.
            try:
                if not waiters.tell(decode_result(record.value)):
                    RESULTS_UNEXPECTED.inc()
            except Poison as poison:
                RESULTS_UNREADABLE.inc()
                log.warning("result_unreadable", position=str(record.position), why=poison.reason)
