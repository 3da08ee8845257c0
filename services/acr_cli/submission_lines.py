"""Reads submissions from files, one at a time: whole JSON files, or a line each. Memory stays flat."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK_BYTES = 256 * 1024
LINES_SUFFIXES = frozenset({".ndjson", ".jsonl"})
SUFFIXES = LINES_SUFFIXES | {".json"}
STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Line:
    """One submission's bytes and where they stand; ``body`` is None where they are too many.

    ``number`` is the line, from 1; ``read_bytes`` how much of all files was read when it came.
    """

    file: str
    number: int
    body: bytes | None
    read_bytes: int


def listed(paths: list[Path]) -> list[Path]:
    """Put the submission files of each folder in its place, in alphabetical order.

    Raises:
        OSError: if a folder cannot be read.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(each for each in path.iterdir() if each.suffix.lower() in SUFFIXES)
        else:
            files.append(path)
    return files


def read_file(path: Path, standard_input: BinaryIO, bytes_max: int) -> Iterator[Line]:
    """Read a file's submissions: a line each of NDJSON and standard input, else the file is one.

    Raises:
        OSError: if the file cannot be read.
    """
    if str(path) == STANDARD_INPUT:
        yield from read_lines("-", standard_input, bytes_max)
        return
    with path.open("rb") as file:
        if path.suffix.lower() in LINES_SUFFIXES:
            yield from read_lines(str(path), file, bytes_max)
        else:
            body = file.read(bytes_max + 1)
            yield Line(str(path), 1, None if len(body) > bytes_max else body, len(body))


def read_lines(name: str, file: BinaryIO, bytes_max: int) -> Iterator[Line]:
    """Read lines, not holding more of one than ``bytes_max``; blank ones are passed over."""
    number, read, pending, too_long = 1, 0, b"", False
    while chunk := file.read(CHUNK_BYTES):
        read += len(chunk)
        *ends, rest = chunk.split(b"\n")
        for end in ends:
            line = pending + end
            if too_long or len(line) > bytes_max:
                yield Line(name, number, None, read)
            elif line.strip():
                yield Line(name, number, line, read)
            number, pending, too_long = number + 1, b"", False
        pending += rest
        if len(pending) > bytes_max:
            pending, too_long = b"", True
    if too_long:
        yield Line(name, number, None, read)
    elif pending.strip():
        yield Line(name, number, pending, read)
