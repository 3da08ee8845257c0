"""Turns the data dictionary into the order in which people read it: what an element is comes first. Pure.

A form that stands in several places is told once, with all its places.
"""

from collections.abc import Iterator
from dataclasses import replace

from acr_bundles.tables import Column, Table
from acr_registries.contract import Contract

_AT = Column("at", "Stands at", once=True)
_ORDER = (
    *("form", "at", "name", "text", "type", "need", "when", "unit", "limits", "typical", "codes"),
    *("pattern", "since", "until", "number", "column", "source"),
)
_SOURCE = "Where it comes from. What is assumed is filled from domain knowledge; an operator may change it."
_JOINED = ("at", "column")
_HEADER_ABOUTS = {
    "dartheader": "Whose record it is and which version. Every registry has the same header.",
    "programspecificdata": "The part of the header that is the registry's own.",
}


def dictionary_page(contract: Contract, table: Table) -> Table:
    """Make the table of the page of the rows of the CSV."""
    columns = {each.name: each for each in (*table.columns, _AT)}
    columns["codes"] = replace(columns["codes"], leads_to="codes.html")
    columns["source"] = replace(columns["source"], about=_SOURCE, once=True)
    told: dict[tuple[str, ...], dict[str, list[str]]] = {}
    for row in _placed(table):
        same = tuple("" if name in _JOINED else row[name] for name in _ORDER)
        joined = told.setdefault(same, {name: [] for name in _JOINED})
        for name in _JOINED:
            if row[name] and row[name] not in joined[name]:
                joined[name].append(row[name])
    rows = (
        tuple(
            ", ".join(joined[name]) if name in _JOINED else cell
            for name, cell in zip(_ORDER, same, strict=True)
        )
        for same, joined in told.items()
    )
    forms = {form.__name__: form.binding.about for form in contract.bound_models()}
    return replace(
        table,
        columns=tuple(columns[name] for name in _ORDER),
        rows=tuple(rows),
        abouts={**_HEADER_ABOUTS, **forms},
        anchors=frozenset(contract.codes),
    )


def _placed(table: Table) -> Iterator[dict[str, str]]:
    """Give the rows with the place of the form that holds the element."""
    names = [column.name for column in table.columns]
    for row in table.rows:
        told = dict(zip(names, row, strict=True))
        place = told["path"].removesuffix("[]").rpartition(".")[0]
        yield {**told, "at": place}
