"""Reads delimited text and xlsx files as rows of cells, one at a time. Knows no registry.

A file is a stranger's: every row, cell and line is bounded, and what cannot be read is told as a
`BadRow`, never raised. The file is only read. Cells are never quoted: they may hold patients' data.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from acr_registries.workbook_rows import read_workbook
from acr_registries.written_rows import CONTROL, BadRow, Row

LINE_BYTES_MAX = 256 * 1024  # 84 texts of 255 characters, each of four bytes, have a third of it.
FIELDS_MAX = 1_000
_ZIP_MAGIC = b"PK\x03\x04"
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

Rows: TypeAlias = Iterator[Row | BadRow]


@dataclass(frozen=True, slots=True)
class TextForm:
    """How a text file is written. ``line_end`` is `crlf`, or `any` where LF alone will do."""

    delimiter: str = "|"
    line_end: str = "crlf"


def read_rows(file: BinaryIO, text_form: TextForm) -> Rows:
    """Read a file's rows: xlsx where its first bytes say so, else delimited UTF-8 text."""
    head = file.read(len(_ZIP_MAGIC))
    if head == _ZIP_MAGIC:
        yield from read_workbook(file, text_form.delimiter)
        return
    if head.startswith(_WIDE_MARKS):
        yield BadRow(1, None, "The file is UTF-16. Save it as UTF-8 text.")
        return
    seen = False
    for number, line in _lines(file, head):
        seen = True
        yield _row(number, line, text_form)
    if not seen:
        yield BadRow(1, None, "The file is empty. It must hold at least one record.")


def _lines(file: BinaryIO, head: bytes) -> Iterator[tuple[int, bytes | None]]:
    """Give the lines with their numbers; None for one beyond the bound."""
    line = head.removeprefix(codecs.BOM_UTF8)
    number = 0
    while True:
        if not line.endswith(b"\n"):
            line += file.readline(LINE_BYTES_MAX - len(line) + 1)
        if not line:
            return
        number += 1
        if len(line) > LINE_BYTES_MAX:
            _skip_line(file, line)
            yield number, None
        else:
            # The head may hold more than one line, all of them shorter than four bytes.
            first, mark, line = line.partition(b"\n")
            yield number, first + mark
            continue
        line = b""


def _skip_line(file: BinaryIO, line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = file.readline(LINE_BYTES_MAX)


def _row(number: int, line: bytes | None, form: TextForm) -> Row | BadRow:
    if line is None:
        message = (
            f"The line has more than {LINE_BYTES_MAX // 1024} KiB. Write one record a line, each "
            "ended by CR LF."
        )
        return BadRow(number, None, message)
    ended = line.endswith(b"\n")
    content = line.removesuffix(b"\n")
    if ended and form.line_end == "crlf" and not content.endswith(b"\r"):
        message = "The line ends with LF alone. End lines with CR LF, as Windows does."
        return BadRow(number, None, message)
    try:
        text = content.removesuffix(b"\r").decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"Byte {error.start + 1} of the line is not UTF-8. Save the file as UTF-8 text."
        return BadRow(number, None, message)
    if not text:
        return BadRow(number, None, "The line is empty. Remove it.")
    return _cells(number, text, form)


def _cells(number: int, text: str, form: TextForm) -> Row | BadRow:
    if text.count(form.delimiter) >= FIELDS_MAX:
        return BadRow(number, None, f"The record has more than {FIELDS_MAX} fields.")
    cells = text.split(form.delimiter)
    if CONTROL.search(text):
        place = next(index for index, cell in enumerate(cells) if CONTROL.search(cell))
        message = "The field holds a control character, such as NUL or a tab. Remove it."
        return BadRow(number, place, message)
    return Row(number, cells, padded=False)
