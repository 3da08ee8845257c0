"""Runs converters in tests: files as bytes, a sender's header, and what came of them."""

import io
import json
from datetime import UTC, datetime
from typing import Any

from acr_registries.catalogue import load_registries
from acr_registries.contract import open_contract
from acr_registries.conversion import CheckedRecord, convert_file
from acr_registries.data_files import read_tables
from acr_registries.forms import Form
from acr_registries.record_layout import Layout, read_layouts

RECEIVED_AT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
FACILITY = "900101"


def sender(**program: Any) -> dict[str, Any]:
    """Make the header elements that a sender gives beside a file."""
    return {
        "partnerid": "demovendor",
        "creationdate": "2026-06-01T08:00:00Z",
        "modificationdate": "2026-06-01T08:00:00Z",
        "programspecificdata": {"facilityid": FACILITY, **program},
    }


def converted(
    registry: str, form: str, content: bytes, header: dict[str, Any] | None = None
) -> list[CheckedRecord]:
    """Convert a file and check each record."""
    found = load_registries()[registry]
    return [*convert_file(found, form, io.BytesIO(content), header or sender(), RECEIVED_AT)]


def submission_of(record: CheckedRecord) -> dict[str, Any]:
    """Read a converted record's submission."""
    assert record.body is not None, record.remarks
    read: dict[str, Any] = json.loads(record.body)
    return read


def problems(records: list[CheckedRecord]) -> list[tuple[int, str, str]]:
    """Give line, field and message of everything that keeps records out."""
    return [
        (each.line, each.field, each.message)
        for record in records
        if record.body is None
        for each in record.remarks
        if each.severity.value == "error"
    ]


def lcsr_layout(version: str = "1.8") -> Layout:
    """Give a layout of the batch file."""
    tables = read_tables("acr_registries.lcsr", "batch_columns.toml")
    return _layout("lcsr", tables["versions"], "Exams.0", tables, None, version)


def grid_layout(kind: str, version: str, payload: type[Form]) -> Layout:
    """Give a layout of an upload file."""
    tables = read_tables("acr_registries.grid", "upload_columns.toml")
    return _layout("grid", tables[kind]["versions"], "records.0", tables, payload, version)


def _layout(
    registry: str,
    versions: dict[str, Any],
    root: str,
    tables: dict[str, Any],
    payload: type[Form] | None,
    version: str,
) -> Layout:
    bound = open_contract(load_registries()[registry]).bound
    model = bound[payload] if payload else next(iter(bound.values()))
    return read_layouts(versions, root, tables["list_separator"], model)[version]
