"""The folder of an export: who may read it, what counts as finished, one export at a time.

A file counts when the document beside it is there, and that is written last: both are synced to the
disk and renamed into place. Names tell topics, partitions and offsets, nothing else.
"""

import fcntl
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO, cast

from acr_archive.segments import Segment, read_segment, segment_name

FOLDER_MODE, FILE_MODE = 0o700, 0o600
FORMAT = 1
UNFINISHED = ".part"
_READ_BYTES = 1024 * 1024


class BadArchive(Exception):
    """A folder is no export, is damaged, or is not to be used; the text says why."""


class SegmentFile:
    """A file that is being written; it counts its bytes and their checksum."""

    def __init__(self, file: BinaryIO, path: Path) -> None:
        """Begin the checksum."""
        self.file = file
        self.path = path
        self.size = 0
        self._sum = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Write bytes."""
        self._sum.update(data)
        self.size += len(data)
        return self.file.write(data)

    def flush(self) -> None:
        """Hand them on to the system."""
        self.file.flush()

    def seekable(self) -> bool:
        """Tell that it only grows."""
        return False

    def stream(self) -> IO[bytes]:
        """Give itself as the stream that a writer of containers takes; it only writes and flushes."""
        return cast("IO[bytes]", self)

    @property
    def sha256(self) -> str:
        """The checksum of what was written."""
        return self._sum.hexdigest()


@dataclass(frozen=True, slots=True)
class ArchivedTopic:
    """One topic of an export: its partitions, and the finished segments of each, in order."""

    name: str
    partitions: int
    segments: tuple[tuple[Segment, ...], ...]

    def end(self, partition: int) -> int:
        """Tell up to which offset, without it, a partition is kept."""
        segments = self.segments[partition]
        return segments[-1].end if segments else 0


@dataclass(frozen=True, slots=True)
class Folder:
    """The folder of an export."""

    path: Path

    def topics(self) -> list[str]:
        """Name the topics that it has.

        Raises:
            BadArchive: if there is no such folder, or it is none of ours.
        """
        if not self.path.is_dir():
            raise BadArchive(f"there is no folder {self.path}")
        found = sorted(each.parent.name for each in self.path.glob("*/topic.json"))
        if not found:
            raise BadArchive(f"{self.path} holds no export: no topic.json in any folder of it")
        return found

    def topic(self, name: str) -> ArchivedTopic | None:
        """Read what is finished of a topic; None where nothing was ever exported of it.

        Raises:
            BadArchive: if a document cannot be read, or segments do not follow each other.
        """
        file = self.path / name / "topic.json"
        if not file.is_file():
            return None
        told = _document(file)
        if told.get("format") != FORMAT or told.get("topic") != name:
            raise BadArchive(f"{file} is of another format or topic than this program knows")
        count = int(told["partitions"])
        return ArchivedTopic(
            name, count, tuple(self._segments(name, each) for each in range(count))
        )

    def _segments(self, topic: str, partition: int) -> tuple[Segment, ...]:
        segments: list[Segment] = []
        for file in sorted(self.partition(topic, partition).glob("*.json")):
            try:
                segment = read_segment(file.read_text(encoding="utf-8"))
            except ValueError as error:
                raise BadArchive(f"{file}: {error}") from None
            before = segments[-1] if segments else None
            follows = (before.end, before.sha256) if before else (0, None)
            place = (segment.topic, segment.partition, segment.name)
            if (
                place != (topic, partition, file.stem)
                or (segment.begin, segment.previous) != follows
            ):
                raise BadArchive(
                    f"{file} does not follow the segment before it: one is missing or foreign"
                )
            segments.append(segment)
        return tuple(segments)

    def begin_topic(self, name: str, partitions: int) -> None:
        """Make the folders of a topic that is exported for the first time."""
        folders = [self.path / name, *(self.partition(name, each) for each in range(partitions))]
        for folder in folders:
            folder.mkdir(mode=FOLDER_MODE, exist_ok=True)
        document = {"format": FORMAT, "topic": name, "partitions": partitions}
        _write(self.path / name / "topic.json", json.dumps(document) + "\n")
        _sync(self.path)

    def partition(self, topic: str, partition: int) -> Path:
        """The folder of a partition."""
        return self.path / topic / f"{partition:05d}"

    def data(self, segment: Segment) -> Path:
        """The file with the records of a segment."""
        return self.partition(segment.topic, segment.partition) / f"{segment.name}.avro"

    @contextmanager
    def new_segment(self, topic: str, partition: int, begin: int) -> Iterator[SegmentFile]:
        """Open a file for what begins at an offset; it is left unfinished until it is `finish`ed."""
        path = self.partition(topic, partition) / f"{segment_name(begin)}.avro{UNFINISHED}"
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "wb") as file:
            yield SegmentFile(file, path)

    def finish(self, written: SegmentFile, segment: Segment) -> None:
        """Let a file count: sync it, put it in its place, then the document beside it."""
        written.file.flush()
        os.fsync(written.file.fileno())
        data = self.data(segment)
        written.path.rename(data)
        _write(data.with_suffix(".json"), segment.text())

    @contextmanager
    def held(self) -> Iterator[None]:
        """Make the folder where it is missing, and keep others from it meanwhile.

        Raises:
            BadArchive: if somebody else may read it, or another command works in it.
        """
        self.path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        if stat.S_IMODE(self.path.stat().st_mode) & 0o077:
            raise BadArchive(
                f"others may read {self.path}, and patient data goes into it: chmod 700 {self.path}"
            )
        lock = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT, FILE_MODE)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            raise BadArchive(f"another command works in {self.path}") from None
        try:
            yield
        finally:
            os.close(lock)


def file_sum(path: Path) -> str:
    """Give the SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while data := file.read(_READ_BYTES):
            found.update(data)
    return found.hexdigest()


def _document(file: Path) -> dict[str, Any]:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        raise BadArchive(f"{file} is no JSON") from None
    return told if isinstance(told, dict) else {}


def _write(path: Path, text: str) -> None:
    unfinished = path.with_name(path.name + UNFINISHED)
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Let what was renamed in a folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
