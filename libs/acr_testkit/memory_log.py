"""A log in memory: topics, partitions, offsets. Appends keep their order; nothing is ever lost."""

import asyncio
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from acr_domain.errors import LogRestarted, TooLarge
from acr_domain.submission import LogPosition
from acr_kafka.records import EPOCH, LogRecord, NewRecord, record_bytes
from acr_testkit.fuse import Fuse

SECONDS_BETWEEN_RECORDS = 1


@dataclass(slots=True)
class MemoryLog:
    """Topics by name, each a list of partitions. ``watch`` sees each record as it is appended.

    Appends take no record above ``bytes_max``.
    """

    partition_counts: Mapping[str, int] = field(default_factory=dict)
    fuse: Fuse = field(default_factory=Fuse)
    watch: Callable[[LogRecord], None] = lambda record: None
    topics: dict[str, list[list[LogRecord]]] = field(default_factory=dict)
    bytes_max: int = 10 * 1024 * 1024

    async def append(self, record: NewRecord) -> LogPosition:
        """Append one record."""
        return (await self.append_all([record]))[0]

    async def append_all(self, records: Sequence[NewRecord]) -> list[LogPosition]:
        """Append records one after the other; the fuse may blow between any two."""
        positions = []
        for record in records:
            if record_bytes(record) > self.bytes_max:
                raise TooLarge("Kafka: MessageSizeTooLargeError", record_bytes(record))
            async with self.fuse.effect():
                positions.append(self.put(record))
        return positions

    def put(self, record: NewRecord) -> LogPosition:
        """Append one record at once, as another program would: no fuse, no waiting."""
        partitions = self._partitions(record.topic)
        number = record.partition
        if number is None or number >= len(partitions):
            number = zlib.crc32(record.key or b"") % len(partitions)
        position = LogPosition(record.topic, number, len(partitions[number]))
        # Time is counted, not read, so that runs can be compared.
        time = EPOCH + timedelta(seconds=position.offset * SECONDS_BETWEEN_RECORDS)
        kept = LogRecord(position, record.key, record.value, tuple(record.headers), time)
        self.watch(kept)
        partitions[number].append(kept)
        return position

    def end(self, topic: str, partition: int) -> int:
        """Give the offset that the partition's next record will get."""
        return len(self._partitions(topic)[partition])

    def records(self, topic: str) -> list[LogRecord]:
        """Give all records of a topic, partition by partition."""
        return [record for partition in self._partitions(topic) for record in partition]

    def _partitions(self, topic: str) -> list[list[LogRecord]]:
        partitions = self.topics.get(topic)
        if partitions is None:
            count = self.partition_counts.get(topic, 1)
            partitions = self.topics[topic] = [[] for _ in range(count)]
        return partitions


@dataclass(slots=True)
class MemorySource:
    """Reads a topic of a memory log, in the shape of the real source.

    It holds what it was assigned until told otherwise, whoever else reads the same: every second
    source of a topic makes one of the two a zombie. ``on_idle`` is called when all is read and, as it
    was read ahead, the reader has come back for more.
    """

    log: MemoryLog
    topic: str
    mine: Collection[int]
    on_idle: Callable[[], None] = lambda: None
    committed: dict[int, int] = field(default_factory=dict)
    _came_back: bool = False
    _offsets: dict[int, int] = field(default_factory=dict)

    def unplaced(self) -> frozenset[int]:
        """Name the partitions that wait to be told where to begin."""
        return self.assigned() - self._offsets.keys()

    def assigned(self) -> frozenset[int]:
        """Name all partitions that are ours."""
        return frozenset(self.mine)

    def displace(self) -> None:
        """Let every partition wait for its place again."""
        self._offsets.clear()

    async def place(self, offsets: Mapping[int, int]) -> None:
        """Begin reading each partition at its offset.

        Raises:
            LogRestarted: if a partition ends before its offset.
        """
        async with self.log.fuse.effect():
            for partition, offset in offsets.items():
                if offset > self.log.end(self.topic, partition):
                    raise LogRestarted(f"{self.topic}/{partition} is settled to {offset}")
            self._offsets |= {p: at for p, at in offsets.items() if p in self.mine}

    async def next_batch(self, records_max: int, wait_seconds: float) -> list[LogRecord]:
        """Give the next records, in order within each partition; never waits."""
        async with self.log.fuse.effect():
            batch: list[LogRecord] = []
            for partition, offset in sorted(self._offsets.items()):
                kept = self.log.topics.get(self.topic, [[]])[partition]
                records = kept[offset : offset + records_max - len(batch)]
                self._offsets[partition] = offset + len(records)
                batch += records
        if not batch and not self.unplaced() and self._came_back:
            self.on_idle()
        self._came_back = not batch
        # A source that never let others run would starve them.
        await asyncio.sleep(0)
        return batch

    def ends(self) -> dict[int, int]:
        """Tell each placed partition's end."""
        return {partition: self.log.end(self.topic, partition) for partition in self._offsets}

    async def fetch_ends(self, partitions: Collection[int]) -> dict[int, int]:
        """Tell where partitions end at this moment."""
        async with self.log.fuse.effect():
            return {partition: self.log.end(self.topic, partition) for partition in partitions}

    async def commit(self, next_offsets: Mapping[int, int]) -> None:
        """Note how far the group is."""
        async with self.log.fuse.effect():
            self.committed |= {p: at for p, at in next_offsets.items() if p in self.mine}
