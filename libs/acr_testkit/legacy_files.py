"""Writes legacy files as facilities' own programs do: records of fields, as text or as a workbook."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

from acr_registries.forms import Path
from acr_registries.record_layout import Layout

CR_LF = "\r\n"


def record_cells(layout: Layout, payload: Any) -> list[Any]:
    """Give the fields of one record in the layout's order; None where there is nothing."""
    return [_value(payload, column.path) if column.element else None for column in layout.columns]


def _value(payload: Any, path: Path) -> Any:
    for step in path:
        if isinstance(step, int):
            payload = payload[step] if isinstance(payload, list) and step < len(payload) else None
        else:
            payload = payload.get(step) if isinstance(payload, dict) else None
    return payload


def cell_words(cell: Any, separator: str) -> str:
    """Write one field as text."""
    match cell:
        case None:
            return ""
        case bool():
            return "Y" if cell else "N"
        case list():
            return separator.join(map(str, cell))
        case _:
            return str(cell)


def as_text(layout: Layout, records: Iterable[Sequence[Any]]) -> bytes:
    """Write records as a delimited file."""
    lines = ("|".join(cell_words(cell, layout.separator) for cell in record) for record in records)
    return "".join(line + CR_LF for line in lines).encode()


def as_workbook(layout: Layout, records: Iterable[Sequence[Any]]) -> bytes:
    """Write records as the first sheet of a workbook; numbers are numbers there."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet()
    for record in records:
        sheet.append(
            [
                cell
                if isinstance(cell, (int, float))
                else cell_words(cell, layout.separator) or None
                for cell in record
            ]
        )
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def as_xml(name: str, value: Any, attributes: str = "") -> str:
    """Write a value as an element; lists as one element an entry, None as an empty one."""
    if isinstance(value, list):
        return "\n".join(as_xml(name, each) for each in value)
    inner = (
        "\n".join(as_xml(key, each) for key, each in value.items())
        if isinstance(value, dict)
        else cell_words(value, ";")
    )
    return f"<{name}{attributes}>{inner}</{name}>"
