"""Lines of submissions: cut at every place, bounded in length, flat in memory."""

import io
import tracemalloc
from pathlib import Path

import pytest

from acr_cli import submission_lines
from acr_cli.submission_lines import listed, read_file, read_lines

BYTES_MAX = 1000


class Endless(io.RawIOBase):
    """A line without an end, until so many bytes were read."""

    def __init__(self, size: int, piece: bytes) -> None:
        self.left = size
        self.piece = piece

    def read(self, size: int = -1) -> bytes:
        taken = min(size, self.left)
        self.left -= taken
        return (self.piece * (taken // len(self.piece) + 1))[:taken]


def told(data: bytes) -> list[tuple[int, bytes | None]]:
    return [(each.number, each.body) for each in read_lines("-", io.BytesIO(data), BYTES_MAX)]


@pytest.mark.parametrize("chunk", [1, 2, 3, 7, 64])
def test_lines_are_the_same_wherever_the_chunks_end(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission_lines, "CHUNK_BYTES", chunk)

    assert told(b'{"a":1}\n\n  \r\n{"b":2}\r\n{"c":3}') == [
        (1, b'{"a":1}'),
        (4, b'{"b":2}\r'),
        (5, b'{"c":3}'),
    ]


@pytest.mark.parametrize("chunk", [10, 333, 100_000])
def test_a_line_over_the_bound_is_told_and_the_next_is_read(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submission_lines, "CHUNK_BYTES", chunk)
    long, fits = b"x" * (BYTES_MAX + 1), b"y" * BYTES_MAX

    assert told(long + b"\n" + fits + b"\n" + long) == [(1, None), (2, fits), (3, None)]


def test_a_hundred_megabytes_without_an_end_are_one_problem_in_little_memory() -> None:
    tracemalloc.start()
    lines = list(read_lines("-", Endless(100_000_000, b"x" * 4096), BYTES_MAX))  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert [(each.number, each.body) for each in lines] == [(1, None)]
    assert peak < 5_000_000


def test_a_json_file_is_one_submission_and_is_bounded(tmp_path: Path) -> None:
    fits, long = tmp_path / "fits.json", tmp_path / "long.json"
    fits.write_bytes(b"\n" * BYTES_MAX)
    long.write_bytes(b"\n" * (BYTES_MAX + 1))

    (one,) = read_file(fits, io.BytesIO(), BYTES_MAX)
    (other,) = read_file(long, io.BytesIO(), BYTES_MAX)

    assert one.body == b"\n" * BYTES_MAX
    assert other.body is None


def test_a_folder_is_its_submission_files_in_order(tmp_path: Path) -> None:
    for name in ("b.json", "a.ndjson", "c.JSONL", "read.me"):
        (tmp_path / name).touch()

    assert [each.name for each in listed([tmp_path])] == ["a.ndjson", "b.json", "c.JSONL"]
