"""The parts of an xlsx workbook beside its rows: sheets' places, shared texts, date formats.

Each part is bounded in bytes and in what is kept of it, whatever the archive claims.
"""

import struct
import zipfile
from types import TracebackType
from typing import IO, BinaryIO, Self, TypeVar

from acr_registries.bounded_xml import XmlReader, read_events
from acr_registries.sheet_cells import whole

DIRECTORY_BYTES_MAX = 1024**2
PART_BYTES_MAX = 64 * 1024**2
SHARED_TEXTS_MAX = 2_000_000
SHARED_CHARACTERS_MAX = 64 * 1024**2
STYLES_MAX = 100_000
FORMAT_CHARACTERS_MAX = 255
_END_RECORD_BYTES, _COMMENT_BYTES_MAX = 22, 65_535
# The ZIP64 end record and its locator stand before the end record, and are believed instead of it.
_LONG_END_BYTES, _LOCATOR_BYTES = 56, 20
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})

ReaderT = TypeVar("ReaderT", bound=XmlReader)


class TooMuch(Exception):
    """The workbook is beyond a bound."""


class Parts:
    """The archive's parts, read one at a time; a context manager that leaves the file open."""

    def __init__(self, file: BinaryIO) -> None:
        """Open the archive.

        Raises:
            TooMuch: if its directory alone is beyond the bound.
            zipfile.BadZipFile: if it is none.
        """
        _check_directory(file)
        self._archive = zipfile.ZipFile(file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _: type[BaseException] | None,
        __: BaseException | None,
        ___: TracebackType | None,
    ) -> None:
        self._archive.close()

    def open(self, name: str, bytes_max: int) -> IO[bytes]:
        """Open a part.

        Raises:
            TooMuch: if it unfolds beyond its bound; zipfile reads no more than it declares.
            KeyError: if there is none of that name.
        """
        part = self._archive.getinfo(name)
        if part.file_size > bytes_max:
            raise TooMuch
        return self._archive.open(part)

    def read(self, name: str, reader: ReaderT, *, needed: bool = True) -> ReaderT:
        """Read a part whole; one that is not needed may be missing."""
        if not needed and name not in self._archive.NameToInfo:
            return reader
        with self.open(name, PART_BYTES_MAX) as stream:
            for _ in read_events(stream, reader):
                pass
        return reader


def _check_directory(file: BinaryIO) -> None:
    """Bound the directory, of which zipfile makes objects before it can be asked how many."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END_RECORD_BYTES - _COMMENT_BYTES_MAX))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END_RECORD_BYTES:
        raise zipfile.BadZipFile
    (directory_bytes,) = struct.unpack_from("<L", tail, place + 12)
    file.seek(max(0, size - len(tail) + place - _LONG_END_BYTES - _LOCATOR_BYTES))
    before = file.read(_LONG_END_BYTES + _LOCATOR_BYTES)
    if before.startswith(b"PK\x06\x06") and before[_LONG_END_BYTES:].startswith(b"PK\x06\x07"):
        (directory_bytes,) = struct.unpack_from("<Q", before, 40)
    if directory_bytes > DIRECTORY_BYTES_MAX:
        raise TooMuch


class WorkbookPart(XmlReader):
    """Which sheet is the first, and from which day serial days count."""

    first_sheet: str | None = None
    since_1904 = False

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        """Take what is looked for."""
        if name == "sheet" and self.first_sheet is None:
            ids = [value for key, value in attributes.items() if key.endswith(":id")]
            self.first_sheet = ids[0] if ids else None
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in ("1", "true")

    def end(self, name: str) -> None:
        """Nothing to do."""

    def text(self, text: str) -> None:
        """Nothing to do."""


class Targets(XmlReader):
    """Where the workbook's parts stand in the archive, by their ids."""

    def __init__(self) -> None:
        """Begin with none."""
        self.by_id: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        """Take a relationship."""
        if name != "Relationship":
            return
        if len(self.by_id) >= STYLES_MAX:
            raise TooMuch
        target = attributes.get("Target", "")
        place = target[1:] if target.startswith("/") else f"xl/{target}"
        self.by_id[attributes.get("Id", "")] = place

    def end(self, name: str) -> None:
        """Nothing to do."""

    def text(self, text: str) -> None:
        """Nothing to do."""


class TextTable(XmlReader):
    """The texts that cells refer to by number."""

    def __init__(self) -> None:
        """Begin with none."""
        self.found: list[str] = []
        self._characters = 0
        self._pieces: list[str] = []
        self._taking = False
        self._phonetic = False

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        """Begin a text, or a piece of one; how it is pronounced is no part of it."""
        if name == "si":
            self._pieces = []
        elif name == "rPh":
            self._phonetic = True
        elif name == "t":
            self._taking = not self._phonetic

    def text(self, text: str) -> None:
        """Take a piece."""
        if self._taking:
            self._pieces.append(text)
            self._characters += len(text)
            if self._characters > SHARED_CHARACTERS_MAX:
                raise TooMuch

    def end(self, name: str) -> None:
        """End a text, or a piece of one."""
        if name == "t":
            self._taking = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.found.append("".join(self._pieces))
            if len(self.found) > SHARED_TEXTS_MAX:
                raise TooMuch


class Styles(XmlReader):
    """Which styles show a number as a date."""

    def __init__(self) -> None:
        """Begin with none."""
        self._formats: dict[int, str] = {}
        self._style_formats: list[int] = []
        self._in_cells = False

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        """Take a number format, or the format of a style."""
        if name == "cellXfs":
            self._in_cells = True
        elif name == "xf" and self._in_cells:
            self._style_formats.append(whole(attributes.get("numFmtId", "")) or 0)
        elif name == "numFmt":
            code = attributes.get("formatCode", "")[:FORMAT_CHARACTERS_MAX]
            self._formats[whole(attributes.get("numFmtId", "")) or 0] = code
        if len(self._style_formats) + len(self._formats) > STYLES_MAX:
            raise TooMuch

    def end(self, name: str) -> None:
        """Leave the list of cell styles."""
        if name == "cellXfs":
            self._in_cells = False

    def text(self, text: str) -> None:
        """Nothing to do."""

    def dates(self) -> frozenset[int]:
        """Give the numbers of the styles that show dates."""
        # Half a second to import, which services that never read a workbook are spared.
        from openpyxl.styles.numbers import is_date_format

        own = {number for number, code in self._formats.items() if is_date_format(code)}
        dated = own | (_DATE_FORMATS - self._formats.keys())
        return frozenset(
            index for index, number in enumerate(self._style_formats) if number in dated
        )
