"""The batch file of LCSR, delimited or xlsx, as submissions: one exam, or one follow-up, a record.

Source: LCSR reference, 2.4 and 2.5. The order of columns is data (`batch_columns.toml`).
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from acr_registries.catalogue import load_registries
from acr_registries.contract import open_contract
from acr_registries.data_files import read_tables
from acr_registries.record_layout import Layout, read_layouts
from acr_registries.registry import ConversionProblem, Converted
from acr_registries.row_files import (
    PROGRAM,
    Header,
    Named,
    RowFile,
    Unnamed,
    convert_rows,
    program_of,
    row_file,
)
from acr_registries.written_rows import Row

REGISTRY = "lcsr"
COLUMNS_FILE = "batch_columns.toml"
VERSION, FACILITY, EXAM = "File_Version_Number", "Facility_ID", "Exam_Unique_ID"
EXAM_DAY, FOLLOW_UP_DAY = "Exam_Date", "Date_Of_Follow_Up"
_EXAMS, _FOLLOW_UPS = "Exams", "Follow_Ups"


@dataclass(frozen=True, slots=True)
class _BatchFile:
    form: RowFile
    layouts: Mapping[str, Layout]


@functools.cache
def _batch_file() -> _BatchFile:
    tables = read_tables(__package__, COLUMNS_FILE)
    registry = load_registries()[REGISTRY]
    (model,) = open_contract(registry).bound.values()
    form = row_file(tables)
    layouts = read_layouts(tables["versions"], f"{_EXAMS}.0", form.separator, model)
    return _BatchFile(form, layouts)


def convert_batch_file(
    file: BinaryIO, header: Mapping[str, Any]
) -> Iterator[Converted | ConversionProblem]:
    """Convert a batch file.

    The layout is that of the version which the record itself declares in its first field; else of
    the header's `contractversion`; else the newest that does not declare one, or the newest of all.
    Rows without facility go to the one in the header's `programspecificdata`.
    """
    batch = _batch_file()

    def choose(row: Row) -> Layout:
        return _choose(batch.layouts, row, header)

    def name(layout: Layout, payload: dict[str, Any]) -> Named:
        return _name(layout, payload, header)

    yield from convert_rows(REGISTRY, batch.form, file, header, choose, name)


def _choose(layouts: Mapping[str, Layout], row: Row, header: Header) -> Layout:
    newest = [*layouts.values()][-1]
    asked = header.get("contractversion")
    if asked is not None:
        if asked not in layouts:
            raise Unnamed(VERSION, _unknown_version(layouts))
        return layouts[asked]
    if not row.cells:
        return newest
    declared = row.cells[0]
    if declared in layouts:
        return layouts[declared]
    silent = [each for each in layouts.values() if each.columns[0].name != VERSION]
    fitting = [each for each in silent if len(each.columns) == len(row.cells)]
    if fitting:
        return fitting[-1]
    if declared.lower() == VERSION.lower():  # A row of names; the newest layout tells so.
        return newest
    raise Unnamed(VERSION, _unknown_version(layouts))


def _unknown_version(layouts: Mapping[str, Layout]) -> str:
    return f"There is no such file version. Known ones are {', '.join(layouts)}."


def _name(layout: Layout, payload: dict[str, Any], header: Header) -> Named:
    exam: dict[str, Any] = payload.setdefault(_EXAMS, [{}])[0]
    program = program_of(header)
    facility = exam.setdefault(FACILITY, program.get("facilityid", ""))
    if not facility:
        message = "The record names no facility. Fill the field, or name the facility on the command line."
        raise Unnamed(FACILITY, message)
    if not (key := exam.get(EXAM)):
        raise Unnamed(EXAM, "The field is the key of the record. Fill it.")
    fields = _header_fields(layout)
    follow_ups = exam.get(_FOLLOW_UPS)
    words: tuple[str, ...] = (facility, key)
    if follow_ups and EXAM_DAY not in exam:
        payload, words, fields = _follow_up_alone(layout, exam, follow_ups[0])
    own = {
        "contractversion": layout.version,
        PROGRAM: {**program, "facilityid": facility},
    }
    return Named(words, own, payload, fields)


def _follow_up_alone(
    layout: Layout, exam: Mapping[str, Any], follow_up: Mapping[str, Any]
) -> tuple[dict[str, Any], tuple[str, ...], Mapping[str, str]]:
    """Make the follow-up of an exam that was sent before; it has a key of its own (U4)."""
    if unwanted := next((n for n in exam if n not in (VERSION, FACILITY, EXAM, _FOLLOW_UPS)), None):
        message = (
            f"The record has a follow-up and no {EXAM_DAY}, so it stands for a follow-up alone. Leave "
            f"the fields of the exam blank, or fill {EXAM_DAY}."
        )
        raise Unnamed(str(unwanted), message)
    alone = {EXAM: exam[EXAM], FACILITY: exam[FACILITY], **follow_up}
    told = follow_up.get("Follow_Up_Unique_ID") or "|".join(
        str(follow_up.get(name, "")) for name in (FOLLOW_UP_DAY, "Follow_Up_Diagnostic")
    )
    words = (alone[FACILITY], alone[EXAM], "follow-up", told)
    return {_FOLLOW_UPS: [alone]}, words, _loose_fields(layout)


@functools.cache
def _header_fields(layout: Layout) -> Mapping[str, str]:
    return {**layout.fields, "/dartheader/contractversion": VERSION}


@functools.cache
def _loose_fields(layout: Layout) -> Mapping[str, str]:
    nested, alone = f"/payload/{_EXAMS}/0/{_FOLLOW_UPS}/0/", f"/payload/{_FOLLOW_UPS}/0/"
    moved = {
        alone + place.removeprefix(nested): name
        for place, name in layout.fields.items()
        if place.startswith(nested)
    }
    own = {f"{alone}{name}": name for name in (EXAM, FACILITY)}
    return {**own, **moved, "/dartheader/contractversion": VERSION}
