"""The upload files of GRID, delimited or xlsx, as submissions: one exam or one form a record.

Source: GRID reference, 2.3. The order of columns is data (`upload_columns.toml`).
"""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from acr_registries.catalogue import load_registries
from acr_registries.contract import open_contract
from acr_registries.data_files import read_tables
from acr_registries.grid.model import ANNUAL, EXAM, FACILITY_MONTH, PAYLOADS, PHYSICIAN_MONTH
from acr_registries.record_layout import Layout, read_layouts
from acr_registries.registry import ConversionProblem, Converted, Converter
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

REGISTRY = "grid"
COLUMNS_FILE = "upload_columns.toml"
FACILITY, YEAR, MONTH, PHYSICIAN = "facilityid", "year", "month", "physicianid"
EXAM_KEY, COMPLETED = "examuniqueid", "examcompletiondatetime"
# What tells the records of one facility apart (2.1).
_KEYS = {
    EXAM: (EXAM_KEY,),
    ANNUAL: (YEAR,),
    FACILITY_MONTH: (YEAR, MONTH),
    PHYSICIAN_MONTH: (YEAR, MONTH, PHYSICIAN),
}
_RECORDS = "records"
_TIME_BEGIN = re.compile(r"([0-9]{4})-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Upload:
    kind: str
    form: RowFile
    layouts: Mapping[str, Layout]


@functools.cache
def _upload(kind: str) -> _Upload:
    tables = read_tables(__package__, COLUMNS_FILE)
    own = tables[kind]
    form = row_file({**tables, **own})
    model = open_contract(load_registries()[REGISTRY]).bound[PAYLOADS[kind]]
    layouts = read_layouts(own["versions"], f"{_RECORDS}.0", form.separator, model)
    return _Upload(kind, form, layouts)


def _converter(kind: str) -> Converter:
    def convert(
        file: BinaryIO, header: Mapping[str, Any]
    ) -> Iterator[Converted | ConversionProblem]:
        """Convert an upload file of one kind of record.

        The file's version is the header's `contractversion` or `mappingversion`, else the newest.
        Records without facility go to the one in the header's `programspecificdata`.
        """
        upload = _upload(kind)

        def choose(_: Row) -> Layout:
            return _choose(upload.layouts, header)

        def name(layout: Layout, payload: dict[str, Any]) -> Named:
            return _name(kind, layout, payload, header)

        yield from convert_rows(REGISTRY, upload.form, file, header, choose, name)

    return convert


UPLOAD_CONVERTERS: Mapping[str, Converter] = {
    kind: _converter(kind) for kind in (EXAM, ANNUAL, FACILITY_MONTH, PHYSICIAN_MONTH)
}


def _choose(layouts: Mapping[str, Layout], header: Header) -> Layout:
    asked = header.get("contractversion") or program_of(header).get("mappingversion")
    if asked is None:
        return [*layouts.values()][-1]
    if asked not in layouts:
        known = ", ".join(layouts)
        raise Unnamed("mappingversion", f"There is no such file version. Known ones are {known}.")
    return layouts[asked]


def _name(kind: str, layout: Layout, payload: dict[str, Any], header: Header) -> Named:
    record: dict[str, Any] = payload.setdefault(_RECORDS, [{}])[0]
    program = program_of(header)
    facility = _facility(kind, record, program)
    key = tuple(str(_needed(record, name)) for name in _KEYS[kind])
    told = {
        **program,
        "recordtype": kind,
        "facilityid": facility,
        "reportingyear": _completion_year(record) if kind == EXAM else record[YEAR],
        "reportingmonth": record.get(MONTH),
        # Forms have versions of their own, beside those of the contract.
        "mappingversion": layout.version,
        "recordcount": 1,
    }
    own = {"contractversion": None, PROGRAM: _without_none(told)}
    return Named((kind, facility, *key), own, payload, _fields(kind, layout))


def _without_none(elements: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in elements.items() if value is not None}


@functools.cache
def _fields(kind: str, layout: Layout) -> Mapping[str, str]:
    program = f"/dartheader/{PROGRAM}/"
    return {
        **layout.fields,
        f"{program}reportingyear": COMPLETED if kind == EXAM else YEAR,
        f"{program}reportingmonth": MONTH,
        f"{program}facilityid": FACILITY,
    }


def _facility(kind: str, record: dict[str, Any], program: Mapping[str, Any]) -> str:
    facility = record.get(FACILITY) or program.get(FACILITY, "")
    if not facility:
        message = "The record names no facility. Fill the field, or name the facility on the command line."
        raise Unnamed(FACILITY, message)
    if kind != EXAM:
        record[FACILITY] = facility
    return str(facility)


def _needed(record: Mapping[str, Any], name: str) -> Any:
    if (value := record.get(name)) is None:
        raise Unnamed(name, "The field is part of the record's key. Fill it.")
    return value


def _completion_year(record: Mapping[str, Any]) -> int:
    completed = _TIME_BEGIN.match(str(_needed(record, COMPLETED)))
    if completed is None:
        message = "The field must be a date and time, like 2026-01-31T20:17:56-05:00."
        raise Unnamed(COMPLETED, message)
    return int(completed[1])
