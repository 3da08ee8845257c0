"""Puts an export into the empty topics of a new cluster, every record at the offset that it had.

The database's positions are offsets: were they to mean other records, consumers would pass some over.
So offsets that held no record get placeholders, which every reader takes for the gap that they were.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from acr_archive.exporting import Progress, require_same
from acr_archive.folder import ArchivedTopic, BadArchive, Folder
from acr_archive.segments import Segment, kept, record_sum
from acr_archive.verifying import records_of
from acr_avro.kept_records import KeptRecord
from acr_domain.submission import LogPosition
from acr_kafka.records import EPOCH, NewRecord, is_placeholder, placeholder, record_bytes
from acr_kafka.restoring import append_at
from acr_kafka.stretches import Bounds, StretchReader
from acr_kafka.writer import LogWriter

APPEND_RECORDS = 1000
APPEND_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Imported:
    """What was put into one topic, and what it holds beyond the export, by partition."""

    topic: str
    records: int
    placeholders: int
    ends: Mapping[int, int]
    beyond: Mapping[int, int]


async def import_topic(
    folder: Folder, reader: StretchReader, writer: LogWriter, name: str, progress: Progress
) -> Imported:
    """Put one topic back, going on where a former attempt stopped.

    Raises:
        BadArchive: if the export is damaged, or the topic is not empty and holds something else.
        Displaced: if somebody else writes to the topic.
        Unavailable: if the brokers do not answer; repeat it then.
    """
    topic = folder.topic(name)
    if topic is None:
        raise BadArchive(f"{folder.path} holds no export of {name}")
    bounds = await reader.bounds(name)
    require_room(topic, bounds)
    total = sum(max(0, topic.end(each) - held.end) for each, held in bounds.items())
    counts = _Counts(progress, total)
    for partition, held in sorted(bounds.items()):
        await _require_same_end(folder, reader, topic, partition, held.end)
        for at, records in _batches(folder, topic, partition, held.end):
            await append_at(writer, at, records)
            counts.note(records)
    beyond = {p: held.end - topic.end(p) for p, held in bounds.items() if held.end > topic.end(p)}
    ends = {partition: max(topic.end(partition), held.end) for partition, held in bounds.items()}
    return Imported(name, counts.records, counts.placeholders, ends, beyond)


def require_room(topic: ArchivedTopic, bounds: Mapping[int, Bounds]) -> None:
    """Check that a topic can take an export: as many partitions, and nothing else in them.

    Raises:
        BadArchive: if it cannot.
    """
    if len(bounds) != topic.partitions:
        raise BadArchive(
            f"{topic.name} has {len(bounds)} partitions, but {topic.partitions} were exported: a key's "
            "versions would lie in other partitions. Make the topic with as many"
        )
    begun = [p for p, held in bounds.items() if held.begin > 0]
    if begun:
        raise BadArchive(
            f"{topic.name}/{begun[0]} does not begin at 0: import goes into empty topics"
        )
    lacking = [p for p, held in bounds.items() if held.end < topic.end(p)]
    ahead = [p for p, held in bounds.items() if held.end > topic.end(p)]
    if lacking and ahead:
        raise BadArchive(
            f"{topic.name}/{ahead[0]} holds more than was exported, while {topic.name}/{lacking[0]} lacks "
            "records: somebody has written to it. Import goes into empty topics, with gateways stopped"
        )


async def _require_same_end(
    folder: Folder, reader: StretchReader, topic: ArchivedTopic, partition: int, end: int
) -> None:
    """Check the last record that a topic holds of an export, where it holds some."""
    segments = topic.segments[partition]
    if end >= topic.end(partition):
        await require_same(reader, topic.name, partition, segments[-1] if segments else None)
        return
    if end == 0:
        return
    found = [
        record_sum(each)
        for segment in _from(segments, end - 1)
        for each in records_of(folder, segment)
        if each.offset == end - 1
    ]
    async for piece in reader.read(topic.name, partition, end - 1, end, 1):
        told = [record_sum(kept(each)) for each in piece.records]
        if told != found:
            raise BadArchive(
                f"{topic.name}/{partition} holds another record at offset {end - 1} than the export: "
                "import goes into empty topics"
            )


def _from(segments: Iterable[Segment], offset: int) -> Iterator[Segment]:
    return (each for each in segments if each.end > offset)


def _batches(
    folder: Folder, topic: ArchivedTopic, partition: int, begin: int
) -> Iterator[tuple[int, list[NewRecord]]]:
    """Give what is to be appended after an offset, each batch with the offset of its first record."""
    for segment in _from(topic.segments[partition], begin):
        records = _from_offset(
            placed(topic.name, partition, segment, records_of(folder, segment)), begin
        )
        yield from batched(max(begin, segment.begin), records)
        begin = segment.end


def _from_offset(records: Iterable[tuple[int, NewRecord]], begin: int) -> Iterator[NewRecord]:
    return (record for offset, record in records if offset >= begin)


def placed(
    topic: str, partition: int, segment: Segment, records: Iterable[KeptRecord]
) -> Iterator[tuple[int, NewRecord]]:
    """Give a record for each offset of a segment: those that were kept, and placeholders between."""
    at, time = segment.begin, EPOCH
    for record in records:
        for offset in range(at, record.offset):
            yield offset, placeholder(LogPosition(topic, partition, offset), time)
        time = record.timestamp
        yield (
            record.offset,
            NewRecord(topic, record.key, record.value, record.headers, partition, time),
        )
        at = record.offset + 1
    for offset in range(at, segment.end):
        yield offset, placeholder(LogPosition(topic, partition, offset), time)


def batched(begin: int, records: Iterable[NewRecord]) -> Iterator[tuple[int, list[NewRecord]]]:
    """Divide records that follow each other into parts that are appended at once."""
    at, part, size = begin, list[NewRecord](), 0
    for record in records:
        if part and (len(part) >= APPEND_RECORDS or size + record_bytes(record) > APPEND_BYTES):
            yield at, part
            at, part, size = at + len(part), [], 0
        part.append(record)
        size += record_bytes(record)
    if part:
        yield at, part


class _Counts:
    """Counts what was appended, and shows it."""

    def __init__(self, progress: Callable[[int, int], None], total: int) -> None:
        self.records, self.placeholders = 0, 0
        self._progress, self._total = progress, total

    def note(self, records: Sequence[NewRecord]) -> None:
        """Count a batch."""
        empty = sum(is_placeholder(each) for each in records)
        self.placeholders += empty
        self.records += len(records) - empty
        self._progress(self.records + self.placeholders, self._total)
