"""Where the fields of a file's record go in a payload: column order as data, one layout a version.

The order of columns was never published whole; so it stands in TOML files, which an operator can lay
over. Nothing is read from a file of a sender here.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from acr_domain.findings import pointer
from acr_domain.strict_json import JsonValue
from acr_registries.element_kinds import BadText, Kind, kind_at, read_value
from acr_registries.elements import BadDeclaration
from acr_registries.forms import Form, Path
from acr_registries.registry import ConversionProblem
from acr_registries.written_rows import Row

PAYLOAD = "payload"
UNKNOWN = "-"  # A column that the file has and no source tells of.
HEADER_ROW_CELLS = 8  # So many cells tell a row of names.
_UNKNOWN_KINDS = "The field is not known to this layout. Leave it blank, or name it in the layout."


@dataclass(frozen=True, slots=True)
class Column:
    """A field of a record.

    ``name`` is what people call it; ``element`` its name in the object of the payload to which
    ``holder`` leads. Where that is not known, ``element`` is empty.
    """

    name: str
    holder: Path
    element: str
    kind: Kind

    @property
    def path(self) -> Path:
        """Lead from the payload to the element."""
        return (*self.holder, self.element)


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The columns of one version of a file form.

    ``separator`` parts the entries of a list. ``fields`` names the columns by JSON Pointer;
    ``words`` has all their names in lower case.
    """

    version: str
    columns: tuple[Column, ...]
    separator: str
    fields: Mapping[str, str]
    words: frozenset[str]

    def name_at(self, place: int | None) -> str:
        """Name the column at an index; a place beyond them by its number."""
        if place is None:
            return ""
        return self.columns[place].name if place < len(self.columns) else f"field {place + 1}"


@dataclass(slots=True)
class Filled:
    """A record's payload, with what kept fields out of it; it grows while it is filled."""

    payload: dict[str, Any] = field(default_factory=dict)
    problems: list[ConversionProblem] = field(default_factory=list)


def read_layouts(
    versions: Mapping[str, Mapping[str, str]], root: str, separator: str, model: type[Form]
) -> dict[str, Layout]:
    """Read layouts by version, oldest first.

    A version gives `columns`, words of paths below ``root`` in order, or names another as `same_as`.
    ``model`` is the bound form of the payload, which tells what its elements hold.

    Raises:
        BadDeclaration: if a version gives neither.
    """
    layouts: dict[str, Layout] = {}
    for version, table in versions.items():
        # An operator's own columns are laid beside our `same_as`, and go before it.
        words = table.get("columns") or versions.get(table.get("same_as", ""), {}).get("columns")
        if words is None:
            raise BadDeclaration(f"the layout of version {version} names no columns")
        columns = tuple(_columns(words.split(), _path(root), model))
        fields = {pointer(PAYLOAD, *each.path): each.name for each in columns if each.element}
        names = frozenset(
            word.lower() for each in columns for word in (each.name, each.element) if word
        )
        layouts[version] = Layout(version, columns, separator, fields, names)
    return layouts


def _columns(words: list[str], root: Path, model: type[Form]) -> Iterator[Column]:
    last_words = [word.rpartition(".")[2] for word in words]
    for number, (word, last) in enumerate(zip(words, last_words, strict=True), 1):
        if word == UNKNOWN:
            yield Column(f"field {number}", (), "", Kind.TEXT)
            continue
        *holder, element = (*root, *_path(word))
        name = last if last_words.count(last) == 1 else word
        kind = kind_at(model, (*holder, element))
        yield Column(name, tuple(holder), str(element), kind)


def _path(words: str) -> Path:
    return tuple(int(step) if step.isdigit() else step for step in words.split(".") if step)


def fill(layout: Layout, row: Row) -> Filled:
    """Put a record's fields where they belong; blank ones are left out."""
    filled = Filled()
    cells, columns = row.cells, layout.columns
    if len(cells) > len(columns) or (len(cells) < len(columns) and not row.padded):
        message = (
            f"The record has {len(cells)} fields; version {layout.version} of the file has "
            f"{len(columns)}. Check the version and the columns' order."
        )
        filled.problems.append(ConversionProblem(row.line, "", message))
        return filled
    if _is_header_row(layout, cells):
        message = "This is a row of column names, which files do not have. Remove it."
        filled.problems.append(ConversionProblem(row.line, "", message))
        return filled
    holders: dict[Path, dict[str, Any]] = {}
    for column, cell in zip(columns, cells, strict=False):
        if not cell:
            continue
        try:
            value = read_value(column.kind, cell, layout.separator)
            holder = holders.get(column.holder)
            if holder is None:
                holder = holders[column.holder] = _holder(filled.payload, column)
            holder[column.element] = value
        except BadText as error:
            filled.problems.append(ConversionProblem(row.line, column.name, str(error)))
    return filled


def _is_header_row(layout: Layout, cells: list[str]) -> bool:
    named = sum(cell.strip().lower() in layout.words for cell in cells[:HEADER_ROW_CELLS])
    return named > 1


def _holder(payload: dict[str, Any], column: Column) -> dict[str, Any]:
    """Find the object that a column's value goes to, made where it is not there."""
    if not column.element:
        raise BadText(_UNKNOWN_KINDS)
    here: Any = payload
    for step, following in itertools.pairwise((*column.holder, column.element)):
        without: JsonValue = [] if isinstance(following, int) else {}
        if isinstance(step, str):
            here = here.setdefault(step, without)
            continue
        if step > len(here):
            raise BadText("The entry before this one is blank. Fill entries from the first on.")
        if step == len(here):
            here.append(without)
        here = here[step]
    found: dict[str, Any] = here
    return found
