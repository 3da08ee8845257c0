"""Reads single records of a topic by their positions, as a member of no group. Writes nothing."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition

from acr_kafka.connection import broker_trouble, client_options, close_client
from acr_kafka.records import LogRecord, log_records
from acr_settings.settings import KafkaSettings

START_SECONDS_MAX = 15.0
POLL_MS = 500
FETCH_BYTES_MAX = 4 * 1024 * 1024
# So many records in between are read and let go rather than asked for anew.
GAP_RECORDS_MAX = 200
# Polls without a record, after which what is missing is not there: the brokers give what they have.
EMPTY_POLLS_MAX = 6


class PositionReader:
    """An open reader of one topic. Make it with `open_position_reader`."""

    def __init__(self, consumer: AIOKafkaConsumer, topic: str) -> None:
        """Wrap a started consumer."""
        self._consumer = consumer
        self.topic = topic

    async def read(self, partition: int, offsets: Sequence[int]) -> list[LogRecord]:
        """Give the records at these offsets of a partition, ascending; those gone are left out.

        Raises:
            Unavailable: if the brokers cannot be read from.
        """
        place = TopicPartition(self.topic, partition)
        records: list[LogRecord] = []
        with broker_trouble(self._consumer):
            self._consumer.assign([place])
            begin = (await self._consumer.beginning_offsets([place]))[place]
            end = (await self._consumer.end_offsets([place]))[place]
            present = sorted({offset for offset in offsets if begin <= offset < end})
            for stretch in _stretches(present):
                records += await self._read_stretch(place, stretch)
        return records

    async def _read_stretch(self, place: TopicPartition, offsets: Sequence[int]) -> list[LogRecord]:
        wanted, empty, records = set(offsets), 0, list[LogRecord]()
        self._consumer.seek(place, offsets[0])
        while await self._consumer.position(place) <= offsets[-1] and empty < EMPTY_POLLS_MAX:
            fetched = (await self._consumer.getmany(place, timeout_ms=POLL_MS)).get(place, [])
            empty = 0 if fetched else empty + 1
            records += log_records(each for each in fetched if each.offset in wanted)
        return records

    async def ends(self) -> dict[int, int]:
        """Tell, by partition, the offset that the next record will get.

        Raises:
            Unavailable: if the brokers do not tell.
        """
        with broker_trouble(self._consumer):
            partitions = self._consumer.partitions_for_topic(self.topic) or set()
            places = [TopicPartition(self.topic, partition) for partition in sorted(partitions)]
            ends = await self._consumer.end_offsets(places)
        return {place.partition: ends[place] for place in places}


def _stretches(offsets: Iterable[int]) -> list[list[int]]:
    stretches: list[list[int]] = []
    for offset in offsets:
        if stretches and offset - stretches[-1][-1] <= GAP_RECORDS_MAX:
            stretches[-1].append(offset)
        else:
            stretches.append([offset])
    return stretches


@asynccontextmanager
async def open_position_reader(
    settings: KafkaSettings, topic: str, client_id: str
) -> AsyncIterator[PositionReader]:
    """Open a reader of a topic.

    Raises:
        Unavailable: if the brokers cannot be reached, or do not have the topic.
    """
    consumer = AIOKafkaConsumer(
        topic,
        **client_options(settings, client_id),
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=FETCH_BYTES_MAX,
    )
    try:
        with broker_trouble():
            async with asyncio.timeout(START_SECONDS_MAX):
                await consumer.start()
            consumer.unsubscribe()
        yield PositionReader(consumer, topic)
    finally:
        await close_client(consumer)
