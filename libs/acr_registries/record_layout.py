"""Where the fields of a file's record go in a payload: column order as data, one layout a version.

The order of columns was never published whole; so it stands in TOML files, which an operator can lay
over. Nothing is read from a file of a sender here.
"""

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
    """A field of a record. ``name`` is what people call it, ``path`` its place in the payload, or
    empty where that is not known."""

    name: str
    path: Path
    kind: Kind


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
        words = versions.get(table.get("same_as", ""), table).get("columns")
        if words is None:
            raise BadDeclaration(f"the layout of version {version} names no columns")
        columns = tuple(_columns(words.split(), _path(root), model))
        fields = {pointer(PAYLOAD, *each.path): each.name for each in columns if each.path}
        names = frozenset(
            str(word).lower() for each in columns for word in (each.name, *each.path[-1:])
        )
        layouts[version] = Layout(version, columns, separator, fields, names)
    return layouts


def _columns(words: list[str], root: Path, model: type[Form]) -> Iterator[Column]:
    last_words = [word.rpartition(".")[2] for word in words]
    for number, (word, last) in enumerate(zip(words, last_words, strict=True), 1):
        if word == UNKNOWN:
            yield Column(f"field {number}", (), Kind.TEXT)
            continue
        path = (*root, *_path(word))
        name = last if last_words.count(last) == 1 else word
        yield Column(name, path, kind_at(model, path))


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
    for column, cell in zip(columns, cells, strict=False):
        if cell:
            try:
                _put(filled.payload, column, cell, layout.separator)
            except BadText as error:
                problem = ConversionProblem(row.line, column.name, str(error))
                filled.problems.append(problem)
    return filled


def _is_header_row(layout: Layout, cells: list[str]) -> bool:
    named = sum(cell.strip().lower() in layout.words for cell in cells[:HEADER_ROW_CELLS])
    return named > 1


def _put(payload: dict[str, Any], column: Column, cell: str, separator: str) -> None:
    if not column.path:
        raise BadText(_UNKNOWN_KINDS)
    value = read_value(column.kind, cell, separator)
    holder: Any = payload
    *way, last = column.path
    for step, following in zip(way, column.path[1:], strict=True):
        holder = _within(holder, step, [] if isinstance(following, int) else {})
    if isinstance(holder, list):
        _within(holder, int(last), value)
    else:
        holder[last] = value


def _within(holder: Any, step: str | int, without: JsonValue) -> Any:
    """Give what a step leads to, made where it is not there."""
    if isinstance(holder, dict):
        return holder.setdefault(step, without)
    index = int(step)
    if index > len(holder):
        raise BadText("The entry before this one is blank. Fill entries from the first on.")
    if index == len(holder):
        holder.append(without)
    return holder[index]
