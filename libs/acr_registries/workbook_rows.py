"""Reads the first sheet of an xlsx workbook row by row, in bounded memory. Knows no registry.

openpyxl builds whole rows, all shared texts and every style before it can be asked whether they are
too many, so that a small file can fill the memory. Here each part is read as bounded XML events;
openpyxl says what its formats and serial days mean.
"""

import zipfile
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from acr_registries.bounded_xml import UnreadableXml, XmlReader, read_events
from acr_registries.sheet_cells import CELL_CHARACTERS_MAX, Cell, cell_text, whole
from acr_registries.workbook_parts import Parts, Styles, Targets, TextTable, TooMuch, WorkbookPart
from acr_registries.written_rows import BadRow, Row

SHEET_BYTES_MAX = 1024**3
ROWS_MAX = 1_048_576  # Excel's own.
COLUMNS_MAX = 1_000
_NO_WORKBOOK = "The file is no readable xlsx workbook. Save it again as xlsx, or send text."
_TOO_MUCH = "The workbook holds more than can be read. Split it, or send text."
# What zipfile and zlib raise about broken and encrypted archives.
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError),
    *(KeyError, ValueError, UnreadableXml),
)


def read_workbook(file: BinaryIO, delimiter: str) -> Iterator[Row | BadRow]:
    """Read the rows of the first sheet that hold anything; a cell must not hold the delimiter."""
    line = 0
    try:
        for row in _read(file, delimiter):
            line = row.line
            yield row
        if line == 0:
            yield BadRow(1, None, "The first sheet is empty. It must hold at least one record.")
    except TooMuch:
        yield BadRow(line + 1, None, _TOO_MUCH)
    except _BROKEN:
        yield BadRow(line + 1, None, _NO_WORKBOOK)


def _read(file: BinaryIO, delimiter: str) -> Iterator[Row | BadRow]:
    with Parts(file) as parts:
        workbook = parts.read("xl/workbook.xml", WorkbookPart())
        targets = parts.read("xl/_rels/workbook.xml.rels", Targets())
        if workbook.first_sheet is None or workbook.first_sheet not in targets.by_id:
            raise KeyError
        styles = parts.read("xl/styles.xml", Styles(), needed=False)
        texts = parts.read("xl/sharedStrings.xml", TextTable(), needed=False)
        sheet = _Sheet(delimiter, texts.found, styles.dates(), since_1904=workbook.since_1904)
        with parts.open(targets.by_id[workbook.first_sheet], SHEET_BYTES_MAX) as stream:
            steps = read_events(stream, sheet)
            while _step(steps, sheet):
                while sheet.rows:
                    yield sheet.rows.popleft()
        if sheet.fault is not None:
            raise sheet.fault


def _step(steps: Iterator[int], sheet: "_Sheet") -> bool:
    """Read on; a fault is kept, since the rows before it are good. Tell whether there was anything."""
    try:
        return sheet.fault is None and next(steps, None) is not None
    except (TooMuch, *_BROKEN) as fault:
        sheet.fault = fault
        return True


@dataclass(slots=True)
class _Place:
    row: int = 0
    column: int = 0


class _Sheet(XmlReader):
    """Gathers cells to rows; rows are to be taken from it as they come."""

    def __init__(
        self, delimiter: str, texts: list[str], dates: frozenset[int], *, since_1904: bool
    ) -> None:
        self.rows: deque[Row | BadRow] = deque()
        self.fault: Exception | None = None
        self._delimiter = delimiter
        self._texts = texts
        self._dates = dates
        self._since_1904 = since_1904
        self._at = _Place()
        self._cells: list[str] = []
        self._bad: BadRow | None = None
        self._cell: Cell | None = None
        self._taking = False
        self._phonetic = False

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        match name:
            case "c":
                self._start_cell(attributes)
            case "v" | "t":
                self._taking = self._cell is not None and not self._phonetic
            case "f" if self._cell is not None:
                self._cell.formula = True
            case "rPh":
                self._phonetic = True
            case "row":
                self._start_row(attributes)

    def text(self, text: str) -> None:
        cell = self._cell
        if self._taking and cell is not None and len(cell.content) <= CELL_CHARACTERS_MAX:
            cell.content += text

    def end(self, name: str) -> None:
        match name:
            case "v" | "t":
                self._taking = False
            case "c":
                self._end_cell()
            case "rPh":
                self._phonetic = False
            case "row":
                self._end_row()

    def _start_row(self, attributes: dict[str, str]) -> None:
        claimed = whole(attributes.get("r", "")) or 0
        self._at = _Place(max(claimed, self._at.row + 1))
        if self._at.row > ROWS_MAX:
            raise TooMuch
        self._cells, self._bad = [], None

    def _start_cell(self, attributes: dict[str, str]) -> None:
        claimed = _column(attributes.get("r", ""))
        self._at.column = claimed if claimed > self._at.column else self._at.column + 1
        self._cell = Cell(
            kind=attributes.get("t", "n"),
            dated=whole(attributes.get("s", "0")) in self._dates,
        )

    def _end_cell(self) -> None:
        cell, self._cell = self._cell, None
        if cell is None or self._bad is not None or (not cell.content and not cell.formula):
            return
        place = self._at.column - 1
        if place >= COLUMNS_MAX:
            message = f"The record has more than {COLUMNS_MAX} fields."
            self._bad = BadRow(self._at.row, None, message)
            return
        text, problem = cell_text(cell, self._texts, since_1904=self._since_1904)
        if problem is None and self._delimiter in text:
            problem = (
                f"The cell holds the character {self._delimiter}, which parts fields. Remove it."
            )
        if problem is not None:
            self._bad = BadRow(self._at.row, place, problem)
            return
        self._cells += [""] * (place - len(self._cells))
        self._cells.append(text)

    def _end_row(self) -> None:
        if self._bad is not None:
            self.rows.append(self._bad)
        elif any(self._cells):
            self.rows.append(Row(self._at.row, self._cells, padded=True))


def _column(reference: str) -> int:
    """Give the number, from 1, of a cell's column (`AB12` is 28); 0 where it is none."""
    number = 0
    for letter in reference[:3]:
        if not "A" <= letter <= "Z":
            break
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
