"""A table of a bundle, for machines as CSV and for people as HTML. Pure."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from acr_bundles.pages import page


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the CSV, its heading for people, and what it holds.

    Where ``link`` is set, its values are names of files of the bundle. ``leads_to`` is the page of
    the bundle that has a section for each of those values that are among the table's ``anchors``.
    What all rows of a section have alike is said ``once`` above them.
    """

    name: str
    heading: str
    about: str = ""
    link: bool = False
    leads_to: str = ""
    once: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under columns. ``group`` names the column by whose value a page is divided.

    ``abouts`` says what each section is about; ``anchors`` are names that have a section on the
    pages that columns lead to; ``row_anchor`` names the column by whose value a row can be linked.
    ``see`` are pages to read with it: file and title.
    """

    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    group: str = ""
    abouts: Mapping[str, str] = field(default_factory=dict)
    anchors: frozenset[str] = frozenset()
    row_anchor: str = ""
    see: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A value on a page, where it leads to, if anywhere, and what it can be linked by."""

    text: str
    target: str = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page: what is said once, and the columns and rows of the rest."""

    name: str
    about: str
    once: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def table_csv(table: Table) -> bytes:
    """Write a table by RFC 4180: a heading line, CRLF, quotes where they are needed, UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows(table.rows)
    return text.getvalue().encode()


def table_html(table: Table, contract_title: str) -> bytes:
    """Write a table as a page, in sections where it is grouped; columns without a value are left out."""
    sections = _sections(table)
    shown = {column.name for section in sections for column in section.columns}
    shown |= {column.name for column in table.columns if column.once}
    return page(
        "table.html.j2",
        contract_title=contract_title,
        table=table,
        told=[each for each in table.columns if each.about and each.name in shown],
        sections=sections,
    )


def _sections(table: Table) -> list[Section]:
    names = [column.name for column in table.columns]
    place = names.index(table.group) if table.group else None
    grouped: dict[str, list[tuple[str, ...]]] = {}
    for row in table.rows:
        grouped.setdefault("" if place is None else row[place], []).append(row)
    return [_section(table, name, rows, frozenset(grouped)) for name, rows in grouped.items()]


def _section(
    table: Table, name: str, rows: list[tuple[str, ...]], sections: frozenset[str]
) -> Section:
    values = {
        column.name: {row[place] for row in rows} - {""}
        for place, column in enumerate(table.columns)
    }
    once = [
        each for each in table.columns if each.once and len(values[each.name]) == 1 and table.group
    ]
    kept = [
        (place, each)
        for place, each in enumerate(table.columns)
        if values[each.name] and each not in once and each.name != table.group
    ]
    return Section(
        name,
        table.abouts.get(name, ""),
        tuple((each.heading, next(iter(values[each.name]))) for each in once),
        tuple(each for _, each in kept),
        tuple(tuple(_cell(table, each, row[at], sections) for at, each in kept) for row in rows),
    )


def _cell(table: Table, column: Column, text: str, sections: frozenset[str]) -> Cell:
    last_word = text.rpartition(" ")[2]
    target = ""
    if column.link:
        target = text
    elif column.leads_to and last_word in table.anchors:
        target = f"{column.leads_to}#{last_word}"
    elif column.name == "type" and last_word in sections:
        target = f"#{last_word}"
    return Cell(text, target, text if column.name == table.row_anchor else "")


def figure(value: float | None) -> str:
    """Write a number as short as it can be; nothing for none."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else f"{value:.12g}"
