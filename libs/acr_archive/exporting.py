"""Writes what came to topics since the last export into files. Changes no topic.

Each partition is read from where the last export ended up to where the partition ends at the beginning
of the command. Amendments are looked at first: what they speak of is then in the submissions' files.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from acr_archive.folder import ArchivedTopic, BadArchive, Folder, SegmentFile
from acr_archive.segments import Segment, kept, record_sum
from acr_avro.kept_records import KeptRecord, KeptWriter
from acr_kafka.records import LogRecord
from acr_kafka.stretches import Bounds, Gap, Piece, StretchReader

READ_RECORDS = 2000
SEGMENT_BYTES_MAX = 256 * 1024 * 1024

Progress: TypeAlias = Callable[[int, int], None]
"""Told the records that are done, and how many offsets there are in all."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is to be exported of one partition: from ``begin`` up to, and without, ``end``.

    The log begins at ``held``; ``last`` is the last segment that is finished.
    """

    topic: str
    partition: int
    begin: int
    held: int
    end: int
    last: Segment | None


@dataclass(frozen=True, slots=True)
class Exported:
    """What one export wrote of one topic."""

    topic: str
    records: int
    size: int
    ends: Mapping[int, int]
    gaps: tuple[Gap, ...]


async def plan(
    folder: Folder, reader: StretchReader, topics: Iterable[str], until: datetime | None
) -> list[Stretch]:
    """Find out what is to be exported, looking at the topics in this order.

    Raises:
        BadArchive: if a topic is missing, or is not the one that was exported before.
        Unavailable: if the brokers do not tell.
    """
    stretches: list[Stretch] = []
    for topic in topics:
        bounds = await reader.bounds(topic)
        if not bounds:
            raise BadArchive(f"there is no topic {topic}")
        known = folder.topic(topic)
        if known is None:
            folder.begin_topic(topic, len(bounds))
            known = ArchivedTopic(topic, len(bounds), ((),) * len(bounds))
        if known.partitions != len(bounds):
            raise BadArchive(
                f"{topic} has {len(bounds)} partitions, but {known.partitions} were exported: "
                "export into another folder"
            )
        ends = {partition: held.end for partition, held in bounds.items()}
        if until is not None:
            ends = await reader.offsets_at(topic, bounds, until)
        stretches += [_stretch(known, each, held, ends) for each, held in sorted(bounds.items())]
    return stretches


def _stretch(
    known: ArchivedTopic, partition: int, held: Bounds, ends: Mapping[int, int]
) -> Stretch:
    begin = known.end(partition)
    if held.end < begin:
        raise BadArchive(
            f"{known.name}/{partition} ends at {held.end}, but was exported up to {begin}: the topic "
            "was made anew or lost records; export into another folder"
        )
    segments = known.segments[partition]
    last = segments[-1] if segments else None
    return Stretch(known.name, partition, begin, held.begin, max(begin, ends[partition]), last)


async def export(
    folder: Folder,
    reader: StretchReader,
    stretches: Iterable[Stretch],
    progress: Progress,
    segment_bytes_max: int = SEGMENT_BYTES_MAX,
) -> list[Exported]:
    """Write stretches into files; what is finished stays, whatever ends the command.

    Raises:
        BadArchive: if the log does not hold what was exported before.
        Unavailable: if the brokers cannot be read from.
        OSError: if the files cannot be written.
    """
    todo = list(stretches)
    total, done = sum(each.end - each.begin for each in todo), 0
    found: dict[str, list[Segment]] = {each.topic: [] for each in todo}
    for stretch in todo:
        await require_same(reader, stretch.topic, stretch.partition, stretch.last)
        writing = _Writing(folder, stretch, segment_bytes_max)
        while writing.at < stretch.end:
            segment = await writing.segment(reader)
            found[stretch.topic].append(segment)
            done += segment.end - segment.begin
            progress(done, total)
    ends = {(each.topic, each.partition): each.end for each in todo}
    return [_exported(topic, segments, ends) for topic, segments in found.items()]


async def require_same(
    reader: StretchReader, topic: str, partition: int, last: Segment | None
) -> None:
    """Check that the log still holds the last record that a segment tells of, where it holds any.

    Raises:
        BadArchive: if it holds another one.
    """
    if last is None or last.last_record is None:
        return
    offset, wanted = last.last_record
    if (await reader.bounds(topic))[partition].begin > offset:
        return
    async for piece in reader.read(topic, partition, offset, offset + 1, 1):
        if [record_sum(kept(each)) for each in piece.records] != [wanted]:
            raise BadArchive(
                f"{topic}/{partition} holds another record at offset {offset} than the one in this "
                "folder: the topic was made anew, or the folder is another cluster's"
            )


class _Writing:
    """Writes one partition, segment after segment; ``at`` and ``last`` move with each."""

    def __init__(self, folder: Folder, stretch: Stretch, segment_bytes_max: int) -> None:
        self.at = stretch.begin
        self._folder = folder
        self._stretch = stretch
        self._last = stretch.last
        self._bytes_max = segment_bytes_max

    async def segment(self, reader: StretchReader) -> Segment:
        """Write one segment: all that is left, or as much as its size allows."""
        stretch, begin = self._stretch, self.at
        with self._folder.new_segment(stretch.topic, stretch.partition, begin) as file:
            writer = KeptWriter(
                file.stream(), {"topic": stretch.topic, "partition": str(stretch.partition)}
            )
            tally = _Tally(begin, self._last)
            tally.pass_over(
                Gap(stretch.partition, begin, max(begin, min(stretch.held, stretch.end)))
            )
            self.at = tally.end
            if self.at < stretch.end:
                async for piece in reader.read(
                    stretch.topic, stretch.partition, self.at, stretch.end, READ_RECORDS
                ):
                    tally.take(piece, writer)
                    if file.size >= self._bytes_max:
                        break
            writer.end()
            segment = tally.segment(stretch, file)
            self._folder.finish(file, segment)
        self.at, self._last = segment.end, segment
        return segment


class _Tally:
    """Counts what goes into a segment. It changes with each piece."""

    def __init__(self, begin: int, before: Segment | None) -> None:
        self.begin, self.end = begin, begin
        self._before = before
        self._records = 0
        self._gaps: list[tuple[int, int]] = []
        self._last: KeptRecord | None = None

    def pass_over(self, gap: Gap) -> None:
        """Note offsets that hold nothing."""
        if gap.end > gap.begin:
            self._gaps.append((gap.begin, gap.end))
            self.end = max(self.end, gap.end)

    def take(self, piece: Piece, writer: KeptWriter) -> None:
        """Write the records of a piece."""
        for gap in piece.gaps:
            self.pass_over(gap)
        for record in piece.records:
            self._write(record, writer)
        self.end = piece.end

    def _write(self, record: LogRecord, writer: KeptWriter) -> None:
        self._last = kept(record)
        writer.write(self._last)
        self._records += 1

    def segment(self, stretch: Stretch, file: SegmentFile) -> Segment:
        """Tell what the file holds."""
        before = self._before
        last = before.last_record if before else None
        if self._last is not None:
            last = (self._last.offset, record_sum(self._last))
        return Segment(
            topic=stretch.topic,
            partition=stretch.partition,
            begin=self.begin,
            end=self.end,
            records=self._records,
            gaps=tuple(self._gaps),
            size=file.size,
            sha256=file.sha256,
            previous=before.sha256 if before else None,
            last_record=last,
        )


def _exported(topic: str, segments: list[Segment], ends: Mapping[tuple[str, int], int]) -> Exported:
    return Exported(
        topic,
        sum(each.records for each in segments),
        sum(each.size for each in segments),
        {partition: end for (name, partition), end in ends.items() if name == topic},
        tuple(gap for each in segments for gap in each.named_gaps()),
    )
