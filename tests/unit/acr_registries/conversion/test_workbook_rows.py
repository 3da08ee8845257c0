"""Workbooks of strangers: cells become the texts that a delimited file would have, or a problem."""

import io
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import Workbook

from acr_registries.file_rows import TextForm, read_rows
from acr_registries.written_rows import BadRow, Row

SHEET = "xl/worksheets/sheet1.xml"
ROW = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>{1}</t></is></c></row>'


def workbook(*records: list[Any], **options: Any) -> bytes:
    book = Workbook(**options)
    sheet = book.active or book.create_sheet()
    for record in records:
        sheet.append(record)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rows(content: bytes) -> list[Row | BadRow]:
    return [*read_rows(io.BytesIO(content), TextForm())]


def cells(content: bytes) -> list[list[str]]:
    return [row.cells for row in rows(content) if isinstance(row, Row)]


def changed(parts: dict[str, bytes | None], content: bytes | None = None) -> bytes:
    """Give a workbook with parts replaced or, where None, taken out."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content or workbook(["a"]))) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        names = dict.fromkeys([*old.namelist(), *parts])
        for name in names:
            part = parts[name] if name in parts else old.read(name)
            if part is not None:
                new.writestr(name, part)
    return file.getvalue()


def sheet_of(inner: str) -> bytes:
    return changed({SHEET: f"<worksheet><sheetData>{inner}</sheetData></worksheet>".encode()})


def test_cells_become_texts_as_a_delimited_file_would_have_them() -> None:
    record = [
        "te\u00a0xt",
        12,
        3.9,
        1.0,
        True,
        None,
        date(2026, 5, 18),
        datetime(2026, 5, 18, 9, 30),  # noqa: DTZ001
        "z",
    ]

    assert cells(workbook(record)) == [
        ["te\u00a0xt", "12", "3.9", "1", "Y", "", "2026-05-18", "2026-05-18T09:30:00", "z"]
    ]


def test_days_count_from_1904_where_the_workbook_says_so() -> None:
    book = Workbook()
    book.epoch = datetime(1904, 1, 1)  # noqa: DTZ001
    book.active.append([date(2026, 5, 18)])  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)

    assert cells(file.getvalue()) == [["2026-05-18"]]


def test_rows_without_anything_are_passed_over_and_lines_are_those_of_the_sheet() -> None:
    found = rows(workbook(["a"], [None], [], ["b", None]))

    assert [(row.line, row.cells) for row in found if isinstance(row, Row)] == [
        (1, ["a"]),
        (4, ["b"]),
    ]


def test_a_missing_cell_is_blank_and_prefixed_names_are_read() -> None:
    sheet = '<x:row r="7"><x:c r="C7"><x:v>5</x:v></x:c><x:c r="A7"><x:v>6</x:v></x:c></x:row>'

    assert cells(sheet_of(sheet)) == [["", "", "5", "6"]]


@pytest.mark.parametrize(
    ("cell", "words", "place"),
    [
        ("=1+1", "formula", 1),
        ("a|b", "|", 1),
        ("a\nb", "line break", 1),
        ("x" * 40_000, "more than 32767", 1),
    ],
)
def test_a_cell_that_no_record_can_hold_is_told_by_its_place(
    cell: str, words: str, place: int
) -> None:
    bad, good = rows(sheet_of(_cell_row(cell) + ROW.format(2, "fine")))

    assert isinstance(bad, BadRow)
    assert words in bad.message
    assert bad.place == place
    assert isinstance(good, Row)


def _cell_row(cell: str) -> str:
    if cell.startswith("="):
        return f'<row r="1"><c r="B1"><f>{cell[1:]}</f><v>2</v></c></row>'
    return ROW.format(1, cell).replace('"A1"', '"B1"')


def test_an_error_of_the_spreadsheet_and_a_lost_text_are_told() -> None:
    found = rows(sheet_of('<row><c t="e"><v>#N/A</v></c></row><row><c t="s"><v>99</v></c></row>'))

    assert [type(row) for row in found] == [BadRow, BadRow]


def bomb(name: str, size: int, unit: bytes = b" ") -> Callable[[], bytes]:
    return lambda: changed({name: b"<a>" + unit * (size // len(unit)) + b"</a>"})


SECRET = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><a>&c;</a>'


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"PK\x03\x04" + b"\0" * 1000,
        lambda: workbook(["a"])[:-100],
        lambda: workbook(["a"])[: len(workbook(["a"])) // 2],
        lambda: workbook(),
        lambda: changed({SHEET: None}),
        lambda: changed({"xl/workbook.xml": None}),
        lambda: changed({"xl/workbook.xml": b"<workbook/>"}),
        lambda: changed({SHEET: b"no xml"}),
        lambda: changed({SHEET: SECRET.encode()}),
        lambda: changed({"xl/styles.xml": SECRET.encode()}),
        lambda: changed({SHEET: b"<a>" * 10_000}),
        lambda: changed({SHEET: b"\xff\xfe" + "<a/>".encode("utf-16-le")}),
        bomb("xl/sharedStrings.xml", 70 * 1024**2, b"<b/>"),
        bomb("xl/sharedStrings.xml", 20 * 1024**2, b"<si/>"),
        lambda: changed({"xl/styles.xml": b"<cellXfs>" + b"<xf/>" * 200_000 + b"</cellXfs>"}),
        lambda: sheet_of('<row r="99999999"><c><v>1</v></c></row>'),
    ],
)
def test_a_broken_or_malicious_workbook_is_one_problem(make: Callable[[], bytes]) -> None:
    found = rows(make())

    assert [type(row) for row in found] == [BadRow]


def peak_bytes(content: bytes) -> tuple[list[type], int]:
    tracemalloc.start()
    try:
        kinds = [type(row) for row in read_rows(io.BytesIO(content), TextForm())]
        return kinds, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "inner",
    [
        "<row>" + "<c/>" * 500_000 + "</row>",
        "<row>" + '<c t="inlineStr"><is><t>a</t></is></c>' * 100_000 + "</row>",
        '<row><c t="inlineStr"><is><t>' + "x" * 20_000_000 + "</t></is></c></row>",
        '<row><c t="inlineStr"><is>' + f"<t>{'x' * 1_000}</t>" * 60_000 + "</is></c></row>",
        "<row " + " ".join(f'a{number}="1"' for number in range(100_000)) + "/>",
        "<!-- " + "x" * 20_000_000 + " -->",
    ],
    ids=["cells", "filled-cells", "text", "texts", "attributes", "comment"],
)
def test_a_wide_row_or_a_huge_cell_takes_little_memory(inner: str) -> None:
    content = sheet_of(inner)

    kinds, peak = peak_bytes(content)

    assert len(kinds) == 1
    assert peak < 32 * 1024**2


def test_a_directory_of_a_million_parts_is_refused_before_it_is_read() -> None:
    end = b"PK\x05\x06" + b"\0" * 6 + b"\xff\xff" + (50_000_000).to_bytes(4, "little") + b"\0" * 6

    (found,) = rows(b"PK\x03\x04" + b"\0" * 100 + end)

    assert isinstance(found, BadRow)
    assert "more than can be read" in found.message


def test_a_directory_is_refused_by_its_true_size_where_two_are_told() -> None:
    parts = 30_000
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(parts):
            archive.writestr(f"{number:05}", b"")
    *_, directory_bytes, directory_at, _ = struct.unpack("<4s4H2LH", packed.getvalue()[-22:])
    counts = struct.pack("<4Q", parts, parts, directory_bytes, directory_at)
    long_end = b"PK\x06\x06" + struct.pack("<Q2H2L", 44, 45, 45, 0, 0) + counts
    locator = b"PK\x06\x07" + struct.pack("<LQL", 0, directory_at + directory_bytes, 1)
    modest = b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, 0, 0, 0, 0, 0)

    (found,) = rows(packed.getvalue()[:-22] + long_end + locator + modest)

    assert isinstance(found, BadRow)
    assert "more than can be read" in found.message


def test_rows_before_a_fault_are_given() -> None:
    found = rows(sheet_of(ROW.format(1, "good") + "<row><c></row>"))

    assert [type(row) for row in found] == [Row, BadRow]
    assert [row.line for row in found] == [1, 2]


def test_services_that_read_no_workbook_do_not_load_its_library() -> None:
    program = (
        "import sys; from acr_registries.catalogue import load_registries; load_registries(); "
        "sys.exit('openpyxl' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0


@pytest.mark.parametrize("number", ["9" * 5_000, "-1", "\u0663", "1.5", ""])
def test_numbers_of_rows_styles_and_texts_are_claims(number: str) -> None:
    inner = f'<row r="{number}"><c s="{number}" t="s"><v>{number}</v></c><c><v>1</v></c></row>'

    (found,) = rows(sheet_of(inner))

    assert found.line == 1


def test_a_row_of_more_fields_than_any_record_has_is_told() -> None:
    wide, far = rows(sheet_of("<row>" + "<c><v>1</v></c>" * 2_000 + "</row>" + FAR))

    for row in (wide, far):
        assert isinstance(row, BadRow)
        assert "more than 1000 fields" in row.message


FAR = '<row><c r="XFD2"><v>1</v></c></row>'
