"""A table of a bundle, for machines as CSV and for people as HTML. Pure."""

import csv
import io
from dataclasses import dataclass

from acr_bundles.pages import page


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the CSV, its heading for people, and what it holds.

    Where ``link`` is set, its values are names of files of the bundle.
    """

    name: str
    heading: str
    about: str = ""
    link: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts under columns. ``group`` names the column by whose value a page is divided."""

    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    group: str = ""


def table_csv(table: Table) -> bytes:
    """Write a table by RFC 4180: a heading line, CRLF, quotes where they are needed, UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in table.columns])
    writer.writerows(table.rows)
    return text.getvalue().encode()


def table_html(table: Table, contract_title: str) -> bytes:
    """Write a table as a page, in sections where it is grouped."""
    names = [column.name for column in table.columns]
    place = names.index(table.group) if table.group else None
    sections: dict[str, list[tuple[str, ...]]] = {}
    for row in table.rows:
        kept = row if place is None else row[:place] + row[place + 1 :]
        sections.setdefault("" if place is None else row[place], []).append(kept)
    return page(
        "table.html.j2",
        contract_title=contract_title,
        table=table,
        columns=[each for each in table.columns if each.name != table.group],
        sections=sections,
    )


def figure(value: float | None) -> str:
    """Write a number as short as it can be; nothing for none."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else f"{value:.12g}"
