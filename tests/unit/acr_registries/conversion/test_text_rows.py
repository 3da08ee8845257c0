"""Delimited text of strangers: every line is a row or a problem, and none fills the memory."""

import io
import tracemalloc
from collections.abc import Iterator
from typing import BinaryIO, cast

import pytest

from acr_registries.file_rows import FIELDS_MAX, LINE_BYTES_MAX, TextForm, read_rows
from acr_registries.written_rows import BadRow, Row


def rows(content: bytes, form: TextForm | None = None) -> list[Row | BadRow]:
    return [*read_rows(io.BytesIO(content), form or TextForm())]


def cells(content: bytes) -> list[list[str]]:
    return [row.cells for row in rows(content) if isinstance(row, Row)]


class Endless(io.RawIOBase):
    """A file of so many bytes, none of which is held; it tells how many are asked for at once."""

    def __init__(self, size: int, byte: bytes) -> None:
        self.left, self.byte = size, byte

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        size = min(len(buffer), self.left)
        buffer[:size] = self.byte * size
        self.left -= size
        return size


def test_fields_lie_between_bars_and_blank_ones_are_empty() -> None:
    assert cells(b"a|b||d\r\n|\r\n") == [["a", "b", "", "d"], ["", ""]]


@pytest.mark.parametrize("content", [b"a\r\nb\r\n", b"a\r\nb"])
def test_lines_count_from_one_and_the_last_may_be_open(content: bytes) -> None:
    assert [(row.line, row.cells) for row in rows(content) if isinstance(row, Row)] == [
        (1, ["a"]),
        (2, ["b"]),
    ]


def test_several_lines_within_the_first_four_bytes_are_all_seen() -> None:
    assert cells(b"a\r\nb\r\nc\r\n") == [["a"], ["b"], ["c"]]
    assert [type(row) for row in rows(b"\n\n\n\n")] == [BadRow] * 4


def test_a_byte_order_mark_is_no_part_of_the_first_field() -> None:
    assert cells(b"\xef\xbb\xbfa|b\r\n") == [["a", "b"]]


def problem(content: bytes) -> str:
    (found,) = [row for row in rows(content) if isinstance(row, BadRow)]
    return found.message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"a|b\n", "LF alone"),
        (b"\r\n", "The line is empty"),
        (b"a|caf\xe9\r\n", "not UTF-8"),
        ("a|b\r\n".encode("utf-16"), "UTF-16"),
        (b"a|b\0c\r\n", "control character"),
        (b"a|b\tc\r\n", "control character"),
        (b"|" * FIELDS_MAX + b"\r\n", "more than 1000 fields"),
        (b"|" * 1_000_000 + b"\r\n", "more than 256 KiB"),
        (b"x" * (LINE_BYTES_MAX + 1), "more than 256 KiB"),
    ],
)
def test_what_cannot_be_a_record_is_told(content: bytes, words: str) -> None:
    assert words in problem(content)


def test_lf_alone_is_taken_where_the_data_says_so() -> None:
    assert [type(row) for row in rows(b"a\nb\r\n", TextForm(line_end="any"))] == [Row, Row]


def test_the_line_after_a_bad_one_is_read_with_its_own_number() -> None:
    content = b"caf\xe9\r\n" + b"x" * 3 * LINE_BYTES_MAX + b"\r\nc|d\r\n"

    found = rows(content)

    assert [type(row) for row in found] == [BadRow, BadRow, Row]
    assert [row.line for row in found] == [1, 2, 3]


def test_the_place_of_a_control_character_is_told() -> None:
    (found,) = rows(b"a|b|c\x01\r\n")

    assert isinstance(found, BadRow)
    assert found.place == 2


@pytest.mark.parametrize("byte", [b"x", b"|", b"\0"])
def test_200_megabytes_without_line_end_is_one_problem_and_little_memory(byte: bytes) -> None:
    file = io.BufferedReader(Endless(200 * 1024 * 1024, byte))  # type: ignore[type-var]
    tracemalloc.start()
    try:
        found: Iterator[Row | BadRow] = read_rows(cast(BinaryIO, file), TextForm())
        kinds = [type(row) for row in found]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert kinds == [BadRow]
    assert peak < 6 * LINE_BYTES_MAX
