"""Reads stretches of a topic as a member of no group, and notices offsets that hold no record.

A stretch is read from an offset to another, whatever group offsets say. Where offsets jump, records
were deleted or compacted away (or are the markers of a foreign producer's transaction; ours has
none; or keep the place of such in a topic that was restored): each such gap is given to the reader, never passed over in silence.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from aiokafka import AIOKafkaConsumer, TopicPartition

from acr_domain.errors import Unavailable
from acr_kafka.connection import broker_trouble, client_options, close_client
from acr_kafka.records import LogRecord, log_records
from acr_kafka.topics import Drift, Topic
from acr_settings.settings import KafkaSettings

FETCH_BYTES_MAX = 4 * 1024 * 1024
START_SECONDS_MAX = 15.0
POLL_MS = 500
# A broker that waits for more at the end of one stretch would hold the next one up.
FETCH_WAIT_MS = 10
SILENCE_SECONDS_MAX = 30.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """First offset that a partition still holds, and the offset that its next record will get."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Offsets from ``begin`` up to, and without, ``end`` that hold no record."""

    partition: int
    begin: int
    end: int

    def __str__(self) -> str:
        last = self.end - 1
        which = (
            f"offset {self.begin} holds"
            if last == self.begin
            else f"offsets {self.begin} to {last} hold"
        )
        return f"partition {self.partition}: {which} no record"


@dataclass(frozen=True, slots=True)
class Piece:
    """Records that follow each other, and the gaps between and before them; ``end`` comes next."""

    records: tuple[LogRecord, ...]
    gaps: tuple[Gap, ...]
    end: int


class StretchReader:
    """An open reader of stretches. Make it with `open_stretches`; one stretch at a time."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        """Wrap a consumer that is in no group."""
        self._consumer = consumer
        self._counts: dict[str, int] = {}

    async def bounds(self, topic: str) -> dict[int, Bounds]:
        """Tell what each partition of a topic holds; nothing where there is no such topic.

        Raises:
            Unavailable: if the brokers do not tell.
        """
        with broker_trouble(self._consumer):
            count = await self._meet(topic)
            places = [TopicPartition(topic, each) for each in range(count)]
            begins = await self._consumer.beginning_offsets(places)
            ends = await self._consumer.end_offsets(places)
        return {each.partition: Bounds(begins[each], ends[each]) for each in places}

    async def _meet(self, topic: str) -> int:
        """Learn how many partitions a topic has, 0 where there is none, and where they lie.

        At first all topics are asked for: brokers may make one that is asked for by name. Asked for
        offsets of partitions that it has not heard of, the driver waits for a tenth of a second.
        """
        driver = self._consumer._client
        if topic not in self._counts:
            cluster = await driver.fetch_all_metadata()
            self._counts = {
                each: len(cluster.partitions_for_topic(each)) for each in cluster.topics()
            }
        if topic in self._counts:
            await driver.add_topic(topic)
        return self._counts.get(topic, 0)

    async def offsets_at(
        self, topic: str, bounds: Mapping[int, Bounds], at: datetime
    ) -> dict[int, int]:
        """Tell the first offset of each partition whose record has that time or a later one.

        Raises:
            Unavailable: if the brokers do not tell.
        """
        asked = {TopicPartition(topic, each): int(at.timestamp() * 1000) for each in bounds}
        with broker_trouble(self._consumer):
            found = await self._consumer.offsets_for_times(asked)
        return {
            place.partition: told.offset if told else bounds[place.partition].end
            for place, told in found.items()
        }

    async def read(
        self, topic: str, partition: int, begin: int, end: int, records_max: int
    ) -> AsyncIterator[Piece]:
        """Read the records of a partition from an offset up to, and without, another.

        Raises:
            Unavailable: if the brokers cannot be read from, or do not hold the first offset.
        """
        place = TopicPartition(topic, partition)
        self._consumer.assign([place])
        self._consumer.seek(place, begin)
        at, heard = begin, time.monotonic()
        while at < end:
            with broker_trouble(self._consumer):
                fetched = await self._consumer.getmany(
                    place, timeout_ms=POLL_MS, max_records=records_max
                )
                position = await self._consumer.position(place)
            found = log_records(fetched.get(place, ()))
            inside = tuple(each for each in found if each.position.offset < end)
            reached = min(position, end) if len(inside) == len(found) else end
            if reached > at:
                yield Piece(inside, tuple(find_gaps(partition, at, inside, reached)), reached)
                at, heard = reached, time.monotonic()
            elif time.monotonic() - heard > SILENCE_SECONDS_MAX:
                raise Unavailable(f"Kafka: {topic}/{partition} gives nothing after offset {at}")


def find_gaps(partition: int, begin: int, records: Sequence[LogRecord], end: int) -> list[Gap]:
    """Find the offsets from one to another, in order, that no record has."""
    gaps, at = [], begin
    for record in records:
        if record.position.offset > at:
            gaps.append(Gap(partition, at, record.position.offset))
        at = record.position.offset + 1
    if at < end:
        gaps.append(Gap(partition, at, end))
    return gaps


async def find_deleted(settings: KafkaSettings, topics: Iterable[Topic]) -> list[Drift]:
    """Find partitions that begin above 0 although their topic is declared to keep everything.

    Raises:
        Unavailable: if the brokers do not answer.
    """
    drifts = []
    async with open_stretches(settings, "acr-connect-topics") as reader:
        for topic in topics:
            if topic.config.get("retention.ms") == "-1":
                drifts += [
                    Drift(
                        topic.name, f"first offset of partition {partition}", "0", str(held.begin)
                    )
                    for partition, held in (await reader.bounds(topic.name)).items()
                    if held.begin > 0
                ]
    return drifts


@asynccontextmanager
async def open_stretches(settings: KafkaSettings, client_id: str) -> AsyncIterator[StretchReader]:
    """Open a reader of stretches.

    Raises:
        Unavailable: if the brokers cannot be reached.
    """
    consumer = AIOKafkaConsumer(
        **client_options(settings, client_id),
        enable_auto_commit=False,
        auto_offset_reset="none",
        fetch_max_wait_ms=FETCH_WAIT_MS,
        max_partition_fetch_bytes=FETCH_BYTES_MAX,
    )
    try:
        with broker_trouble():
            async with asyncio.timeout(START_SECONDS_MAX):
                await consumer.start()
        yield StretchReader(consumer)
    finally:
        await close_client(consumer)
