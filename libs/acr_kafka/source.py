"""Reads one registry's submissions as a member of its consumer group.

Where to begin is told by the caller (PostgreSQL knows), never by the group's offsets: each newly
assigned partition stands still until `place` says where it begins.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.abc import ConsumerRebalanceListener

from acr_domain.errors import LogRestarted
from acr_domain.topics import submissions_topic
from acr_kafka.connection import broker_trouble, client_options, close_client
from acr_kafka.records import LogRecord, log_records
from acr_settings.settings import KafkaSettings

START_SECONDS_MAX = 15.0
# A member hears of one that was lost by its next heartbeat, which comes on top of that one's session.
HEARTBEATS_A_SESSION = 6
FETCH_BYTES_MAX = 4 * 1024 * 1024

log = structlog.get_logger()


class SubmissionSource(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is untyped.
    """An open reader of one topic. Make it with `open_source`."""

    def __init__(self, consumer: AIOKafkaConsumer, topic: str) -> None:
        """Wrap a consumer that is about to subscribe."""
        self._consumer = consumer
        self.topic = topic
        self._unplaced: set[int] = set()

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Forget partitions that another member is about to read."""
        self._unplaced -= {each.partition for each in revoked}

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Keep new partitions still until they are placed."""
        places = list(assigned)
        self._consumer.pause(*places)
        self._unplaced = {each.partition for each in places}
        log.info("partitions_assigned", topic=self.topic, partitions=sorted(self._unplaced))

    def unplaced(self) -> frozenset[int]:
        """Name the assigned partitions that wait to be told where to begin."""
        return frozenset(self._unplaced)

    def assigned(self) -> frozenset[int]:
        """Name all partitions that are ours at present."""
        return frozenset(each.partition for each in self._consumer.assignment())

    def displace(self) -> None:
        """Let every partition wait for its place again, as after trouble."""
        places = self._consumer.assignment()
        self._consumer.pause(*places)
        self._unplaced = {each.partition for each in places}

    async def place(self, offsets: Mapping[int, int]) -> None:
        """Begin reading each partition at its offset.

        Raises:
            LogRestarted: if a partition ends before its offset or begins after it.
            Unavailable: if the brokers do not tell; ClientLost if the client asks them no more.
        """
        places = {TopicPartition(self.topic, partition): at for partition, at in offsets.items()}
        with broker_trouble(self._consumer):
            begins = await self._consumer.beginning_offsets(list(places))
            ends = await self._consumer.end_offsets(list(places))
        for place, offset in places.items():
            if not begins[place] <= offset <= ends[place]:
                raise LogRestarted(
                    f"{self.topic}/{place.partition} holds {begins[place]} to {ends[place]}, "
                    f"but is settled to {offset}"
                )
        for place, offset in places.items():
            if place in self._consumer.assignment():
                self._consumer.seek(place, offset)
                self._consumer.resume(place)
                self._unplaced.discard(place.partition)

    async def next_batch(self, records_max: int, wait_seconds: float) -> list[LogRecord]:
        """Give the next records, in order within each partition, or none after the wait.

        Raises:
            Unavailable: if the brokers cannot be read from; ClientLost if the client reads no more.
        """
        with broker_trouble(self._consumer):
            fetched = await self._consumer.getmany(
                timeout_ms=int(wait_seconds * 1000), max_records=records_max
            )
        return [each for records in fetched.values() for each in log_records(records)]

    def ends(self) -> dict[int, int]:
        """Tell each placed partition's end as last heard: the offset the next record will get."""
        return {
            place.partition: end
            for place in self._consumer.assignment()
            if place.partition not in self._unplaced
            and (end := self._consumer.highwater(place)) is not None
        }

    async def fetch_ends(self, partitions: Iterable[int]) -> dict[int, int]:
        """Ask the brokers where partitions end at this moment.

        Raises:
            Unavailable: if they do not tell.
        """
        places = [TopicPartition(self.topic, partition) for partition in partitions]
        with broker_trouble(self._consumer):
            ends = await self._consumer.end_offsets(places)
        return {place.partition: end for place, end in ends.items()}

    async def commit(self, next_offsets: Mapping[int, int]) -> None:
        """Tell the group how far we are, for the lag that other tools show.

        Raises:
            Unavailable: if the brokers do not take it; nothing of ours depends on it.
        """
        mine = self.assigned()
        offsets = {
            TopicPartition(self.topic, partition): offset
            for partition, offset in next_offsets.items()
            if partition in mine
        }
        if offsets:
            with broker_trouble(self._consumer):
                await self._consumer.commit(offsets)


@asynccontextmanager
async def open_source(
    settings: KafkaSettings, registry: str, client_id: str
) -> AsyncIterator[SubmissionSource]:
    """Join the registry's consumer group and read its topic; leave the group at the end.

    Raises:
        Unavailable: if the brokers cannot be reached.
    """
    session_ms = int(settings.session_timeout_seconds * 1000)
    consumer = AIOKafkaConsumer(
        **client_options(settings, client_id),
        group_id=f"acr.{registry}.consumers",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=session_ms,
        heartbeat_interval_ms=session_ms // HEARTBEATS_A_SESSION,
        max_partition_fetch_bytes=FETCH_BYTES_MAX,
    )
    source = SubmissionSource(consumer, submissions_topic(registry))
    consumer.subscribe([source.topic], listener=source)
    try:
        with broker_trouble():
            async with asyncio.timeout(START_SECONDS_MAX):
                await consumer.start()
        yield source
    finally:
        await close_client(consumer)
