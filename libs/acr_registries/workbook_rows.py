"""Reads the first sheet of an xlsx workbook row by row, by openpyxl, behind bounds of its own.

A workbook is a zip of XML: before openpyxl sees any of it, one pass over its parts makes sure that
none unfolds beyond its bound, declares entities or has a row that would not fit into memory.
"""

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any, BinaryIO

from acr_registries.written_rows import BadRow, Row

PARTS_MAX = 1_000
SHEET_BYTES_MAX = 2 * 1024**3
OTHER_BYTES_MAX = 64 * 1024**2  # Shared texts, styles: what openpyxl holds in memory, all together.
ROW_BYTES_MAX = 1024**2
ROWS_MAX = 1_048_576  # Excel's own.
COLUMNS_MAX = 512
CELL_CHARACTERS_MAX = 32_767  # Excel's own.
_CHUNK_BYTES = 256 * 1024
_SHEETS = "xl/worksheets/"

# openpyxl tells a broken part by whatever its code meets first.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError),
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, SyntaxError, OverflowError),
)
_NO_WORKBOOK = "The file is no readable xlsx workbook. Save it again as xlsx, or send text."


def read_workbook(file: BinaryIO, delimiter: str) -> Iterator[Row | BadRow]:
    """Read the rows of the first sheet that hold anything; a cell must not hold the delimiter."""
    line = 0
    try:
        if problem := _unfit(file):
            yield BadRow(1, None, problem)
            return
        seen = False
        for line, cells in _sheet_rows(file):
            if row := _row(line, cells, delimiter):
                seen = True
                yield row
        if not seen:
            yield BadRow(1, None, "The first sheet is empty. It must hold at least one record.")
    except _BROKEN:
        yield BadRow(line + 1, None, _NO_WORKBOOK)


def _sheet_rows(file: BinaryIO) -> Iterator[tuple[int, tuple[Any, ...]]]:
    # Half a second to import, which services that never read a workbook are spared.
    from openpyxl import load_workbook

    workbook = load_workbook(file, read_only=True, keep_links=False)
    try:
        sheet = workbook.worksheets[0]
        sheet.reset_dimensions()  # They are the sender's claim.
        rows = sheet.iter_rows(min_row=1, max_row=ROWS_MAX, min_col=1, max_col=COLUMNS_MAX)
        yield from enumerate(rows, 1)
    finally:
        workbook.close()


def _row(line: int, cells: tuple[Any, ...], delimiter: str) -> Row | BadRow | None:
    texts: list[str] = []
    filled = 0
    for place, cell in enumerate(cells):
        value = cell.value
        if value is None or value == "":
            texts.append("")
            continue
        text = _text(value)
        if message := _bad_cell(cell.data_type, text, delimiter):
            return BadRow(line, place, message)
        texts.append(text)
        filled = place + 1
    if filled == COLUMNS_MAX:
        return BadRow(line, None, f"The record has {COLUMNS_MAX} fields or more.")
    return Row(line, texts[:filled], padded=True) if filled else None


def _bad_cell(data_type: str, text: str, delimiter: str) -> str | None:
    if data_type == "f":
        return "The cell holds a formula. Replace it by its value."
    if data_type == "e":
        return "The cell holds an error of the spreadsheet. Replace it by a value."
    if delimiter in text:
        return f"The cell holds the character {delimiter}, which parts fields. Remove it."
    if len(text) > CELL_CHARACTERS_MAX:
        return f"The cell has more than {CELL_CHARACTERS_MAX} characters. Shorten it."
    if not text.isprintable():
        return "The cell holds a line break or control character. Remove it."
    return None


def _text(value: object) -> str:
    match value:
        case bool():
            return "Y" if value else "N"
        case float() if value.is_integer():
            return f"{value:.0f}"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _unfit(file: BinaryIO) -> str | None:
    """Say why a workbook should not be opened, if it should not."""
    others = 0
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if len(parts) > PARTS_MAX:
            return f"The workbook has more than {PARTS_MAX} parts. Save only its first sheet."
        for part in parts:
            sheet = part.filename.startswith(_SHEETS)
            if not sheet:
                others += part.file_size
            if others > OTHER_BYTES_MAX or part.file_size > SHEET_BYTES_MAX:
                return "The workbook unfolds to more than can be read. Split it, or send text."
            if part.filename.endswith((".xml", ".rels")) and (
                problem := _unfit_part(archive, part, rows_bounded=sheet)
            ):
                return problem
    return None


def _unfit_part(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, *, rows_bounded: bool
) -> str | None:
    with archive.open(part) as stream:
        since_row = 0
        tail = b""
        while chunk := stream.read(_CHUNK_BYTES):
            seen = tail + chunk
            if b"<!DOCTYPE" in seen or b"<!ENTITY" in seen or b"\0" in seen:
                return _NO_WORKBOOK
            last_row = seen.rfind(b"row>")
            since_row = since_row + len(chunk) if last_row < 0 else len(seen) - last_row
            if rows_bounded and since_row > ROW_BYTES_MAX + _CHUNK_BYTES:
                return "A row of the sheet has too many cells. Send one record a row."
            tail = seen[-16:]
    return None
