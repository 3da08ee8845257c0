"""Looks at an export as it lies there: checksums, order, and that nothing is missing. Changes nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from acr_archive.folder import ArchivedTopic, BadArchive, Folder, file_sum
from acr_archive.segments import Segment, record_sum
from acr_avro.kept_records import KeptRecord, NotKept, read_kept
from acr_kafka.stretches import Gap


@dataclass(slots=True)
class Verified:
    """What was found of one topic; it grows with each segment."""

    topic: str
    records: int = 0
    size: int = 0
    segments: int = 0
    ends: dict[int, int] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def verify(folder: Folder, progress: Callable[[int, int], None]) -> list[Verified]:
    """Read every segment of every topic again.

    Raises:
        BadArchive: if the folder holds no export.
    """
    found = []
    for name in folder.topics():
        told = Verified(name)
        found.append(told)
        try:
            topic = folder.topic(name)
        except BadArchive as error:
            told.problems.append(str(error))
            continue
        if topic is not None:
            _verify_topic(folder, topic, told, progress)
    return found


def _verify_topic(
    folder: Folder, topic: ArchivedTopic, told: Verified, progress: Callable[[int, int], None]
) -> None:
    for partition, segments in enumerate(topic.segments):
        told.ends[partition] = topic.end(partition)
        for segment in segments:
            try:
                for _ in records_of(folder, segment):
                    told.records += 1
            except BadArchive as error:
                told.problems.append(str(error))
            told.size += segment.size
            told.segments += 1
            told.gaps += segment.named_gaps()
            progress(told.records, told.records)


def records_of(folder: Folder, segment: Segment) -> Iterator[KeptRecord]:
    """Read the records of a segment, after its checksum.

    Raises:
        BadArchive: if it is not what its document tells; perhaps only after some records.
    """
    path = folder.data(segment)
    if not path.is_file():
        raise BadArchive(f"{path} is missing")
    if (path.stat().st_size, file_sum(path)) != (segment.size, segment.sha256):
        raise BadArchive(f"{path} is damaged: its checksum is not the one it had")
    yield from _checked(path, segment)


def _checked(path: Path, segment: Segment) -> Iterator[KeptRecord]:
    at, count, last = segment.begin, 0, None
    gaps = dict(segment.gaps)
    with path.open("rb") as file:
        try:
            for record in read_kept(file):
                at = _after_gaps(at, gaps)
                if record.offset != at:
                    raise BadArchive(f"{path} holds offset {record.offset} where {at} was due")
                yield record
                at, count, last = at + 1, count + 1, record
        except NotKept as error:
            raise BadArchive(f"{path}: {error}") from None
    if (_after_gaps(at, gaps), count) != (segment.end, segment.records):
        raise BadArchive(
            f"{path} holds {count} records up to {at}, not {segment.records} up to {segment.end}"
        )
    if last is not None and segment.last_record != (last.offset, record_sum(last)):
        raise BadArchive(f"{path}: the document beside it tells of another last record")


def _after_gaps(at: int, gaps: dict[int, int]) -> int:
    while at in gaps:
        at = gaps[at]
    return at
