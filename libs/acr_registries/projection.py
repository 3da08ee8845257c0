"""The typed tables of a registry, derived from its declaration. Pure: nothing here runs SQL.

One table holds a row for each record, `submissions`; below it hangs one for each form that names a
table. All hold the current version of each record only.
"""

import functools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from acr_registries.contract import Contract, open_contract
from acr_registries.data_files import read_tables
from acr_registries.elements import BadDeclaration, Element
from acr_registries.forms import Form
from acr_registries.projection_columns import Column, program_column
from acr_registries.projection_layout import Branch, Layout, lay_out
from acr_registries.registry import Registry

ROOT = "submissions"
# Tables of every registry beside those of its forms.
CODES, THRESHOLDS = "codes", "thresholds"
INDEXES_FILE = "indexes.toml"
VIEWS_FILE = "views.sql"

RECORD_KEY = (
    Column("partner_id", "text", "Sender, as the header's `partnerid` names it.", needed=True),
    Column("header_id", "uuid", "Id of the record, the header's `id`.", needed=True),
)
FACTS = (
    Column("version_no", "bigint", "The current version, the header's `versionno`.", needed=True),
    Column(
        "status",
        "text",
        "complete, incomplete (a finding of that severity), in_progress or cancelled (as the sender "
        "says), or unreadable (today's declaration cannot read the body; the record is kept).",
        needed=True,
    ),
    Column("contract_version", "text", "Contract version by which the body was read."),
    Column("submission_id", "uuid", "Submission that brought the version.", needed=True),
    Column("received_at", "timestamptz", "When the gateway received it.", needed=True),
    Column("incomplete_findings", "bigint", "Findings that call it incomplete.", needed=True),
    Column("warning_findings", "bigint", "Findings that warn.", needed=True),
)
HEADER_COLUMNS = (
    Column("appid", "text", "Application that sent it, the header's `appid`."),
    Column("dartprojectid", "text", "Project of the sender, the header's `dartprojectid`."),
    Column("projectname", "text", "Name of that project, the header's `projectname`."),
    Column("programdartid", "text", "Program at the registry, the header's `programdartid`."),
    Column("mediatype", "text", "Form of the data at its source, the header's `mediatype`."),
    Column("creationdate", "timestamptz", "When the sender made the record."),
    Column("modificationdate", "timestamptz", "When the sender last changed the record."),
)
_ROOT_ABOUT = (
    "One row for each record: its current version, with the header's elements. Key: partner_id, "
    "header_id."
)
_SCHEMA_NAME = re.compile(r"(?!pg_)[a-z][a-z0-9_]{0,40}")
_TAKEN_NAMES = frozenset({"acr", "public", "information_schema"})
# A B-tree entry holds a third of a page: 2,704 bytes; a character has at most 4.
_INDEXED_CHARACTERS_MAX = 600


@dataclass(frozen=True, slots=True)
class Table:
    """One table. ``key`` leads with the key of ``parent``, the table that it hangs below."""

    name: str
    about: str
    parent: str | None
    parent_key: tuple[str, ...]
    key: tuple[Column, ...]
    columns: tuple[Column, ...]

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Key and columns, in the order in which rows have them."""
        return self.key + self.columns


@dataclass(frozen=True, slots=True)
class Index:
    """An index that measures and joins need."""

    table: str
    columns: tuple[str, ...]
    why: str

    @property
    def name(self) -> str:
        """Its name in the schema."""
        return "_".join((self.table, *self.columns))


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """A registry's tables, parents before what hangs below them, and how forms fill them.

    ``layouts`` are those of the payload's forms. The schema has the registry's name.
    """

    registry: Registry
    contract: Contract
    tables: Mapping[str, Table]
    indexes: tuple[Index, ...]
    layouts: Mapping[type[Form], Layout]

    @property
    def schema(self) -> str:
        """Name of the schema, which is also the registry's."""
        return self.registry.name


@functools.cache
def open_projection(registry: Registry) -> Projection:
    """Derive a registry's tables from its declaration; made once.

    Raises:
        BadDeclaration: if it cannot be held in tables.
    """
    if not _SCHEMA_NAME.fullmatch(registry.name) or registry.name in _TAKEN_NAMES:
        raise BadDeclaration(f"{registry.name}: no schema can have the name of this registry")
    contract = open_contract(registry)
    layouts = {form: lay_out(form, contract) for form in registry.forms}
    drafts = _Drafts({})
    root = drafts.root(registry, contract)
    own = frozenset(root.columns)
    for form, layout in layouts.items():
        drafts.add_payload(form, layout, root, own)
    tables = {draft.name: draft.table() for draft in drafts.in_order()}
    indexes = tuple(_read_indexes(registry, tables))
    return Projection(registry, contract, tables, indexes, layouts)


@dataclass(slots=True)
class _Draft:
    """A table in the making. It grows with each place at which its form stands."""

    name: str
    about: str
    key: tuple[Column, ...]
    parents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    columns: dict[str, Column] = field(default_factory=dict)

    def add(self, columns: tuple[Column, ...]) -> None:
        for column in columns:
            former = self.columns.setdefault(column.name, column)
            if former.sql_type != column.sql_type or column.name in _names(self.key):
                raise BadDeclaration(f"{self.name}: two columns are named {column.name}")

    def table(self) -> Table:
        # Where forms of several tables hold it, what all have in common is the record.
        several = len(self.parents) > 1
        parents = {ROOT: _names(RECORD_KEY)} if several else self.parents
        parent, parent_key = next(iter(parents.items()), (None, ()))
        columns = tuple(self.columns.values())
        return Table(self.name, self.about, parent, parent_key, self.key, columns)


@dataclass(frozen=True, slots=True)
class _Drafts:
    by_name: dict[str, _Draft]

    def root(self, registry: Registry, contract: Contract) -> _Draft:
        draft = self.by_name[ROOT] = _Draft(ROOT, _ROOT_ABOUT, RECORD_KEY)
        draft.add(FACTS + HEADER_COLUMNS)
        described = _program_elements(registry, contract)
        columns = {
            (model, attribute): program_column(model, attribute, described.get(attribute))
            for model in registry.program_models
            for attribute in model.model_fields
        }
        _check_apart(draft, draft.columns, columns.values())
        draft.add(tuple(columns.values()))
        return draft

    def add_payload(
        self, form: type[Form], layout: Layout, root: _Draft, own: Collection[str]
    ) -> None:
        seen: set[tuple[str, ...]] = set()
        if form.table:
            self._add(layout, root, _row_key(form, many=True), (), seen)
            return
        _check_twice(root, layout.columns)
        _check_apart(root, own, layout.columns)
        root.add(tuple(column.optional() for column in layout.columns))
        self._add_branches(layout, root, (), seen)

    def _add(
        self,
        layout: Layout,
        parent: _Draft,
        own_key: tuple[Column, ...],
        place: tuple[str, ...],
        seen: set[tuple[str, ...]],
    ) -> None:
        form, key = layout.form, parent.key + own_key
        if (here := (form.table, *place)) in seen or form.table in (ROOT, CODES, THRESHOLDS):
            raise BadDeclaration(
                f"{form.__name__}: two of its rows would have one key, or one name"
            )
        seen.add(here)
        draft = self.by_name.setdefault(form.table, _Draft(form.table, layout.about, key))
        if [(each.name, each.sql_type) for each in draft.key] != [
            (each.name, each.sql_type) for each in key
        ]:
            raise BadDeclaration(f"{form.table}: its key differs from place to place")
        draft.parents[parent.name] = _names(parent.key)
        _check_twice(draft, layout.columns)
        draft.add(layout.columns)
        self._add_branches(layout, draft, place, seen)

    def _add_branches(
        self, layout: Layout, draft: _Draft, place: tuple[str, ...], seen: set[tuple[str, ...]]
    ) -> None:
        for branch in layout.branches:
            own_key = _row_key(branch.layout.form, many=branch.many)
            step = () if not own_key else ("*",) if branch.many else (branch.name,)
            self._add(branch.layout, draft, own_key, place + step, seen)

    def in_order(self) -> Iterator[_Draft]:
        """Give parents before what hangs below them: a table's key is longer than its parent's."""
        yield from self.by_name.values()


def _row_key(form: type[Form], *, many: bool) -> tuple[Column, ...]:
    if not form.row_key:
        return ()
    if many:
        comment = "Place in the list of the submission, from 1."
        return (Column(form.row_key, "bigint", comment, needed=True),)
    comment = "Name of the element that holds the form."
    return (Column(form.row_key, "text", comment, needed=True),)


def has_row_key(branch: Branch) -> bool:
    """Tell whether rows of a branch have a key of their own below their parent's."""
    return bool(branch.layout.form.row_key)


def _check_twice(draft: _Draft, columns: tuple[Column, ...]) -> None:
    names = [column.name for column in columns]
    if twice := {name for name in names if names.count(name) > 1}:
        raise BadDeclaration(
            f"{draft.name}: two elements of one row are {', '.join(sorted(twice))}"
        )


def _check_apart(draft: _Draft, own: Collection[str], columns: Iterable[Column]) -> None:
    if taken := sorted({column.name for column in columns} & set(own)):
        raise BadDeclaration(f"{draft.name} has a column of another kind named {', '.join(taken)}")


def _names(columns: tuple[Column, ...]) -> tuple[str, ...]:
    return tuple(column.name for column in columns)


def _program_elements(registry: Registry, contract: Contract) -> Mapping[str, Element]:
    told: dict[str, Element] = {}
    for model in registry.program_models:
        for each in model.__mro__:
            if each.__name__ in contract.forms:
                told = {**contract.forms[each.__name__].elements, **told}
    return told


def _read_indexes(registry: Registry, tables: Mapping[str, Table]) -> Iterator[Index]:
    for each in read_tables(registry.package, INDEXES_FILE).get("indexes", ()):
        index = Index(each["table"], tuple(each["columns"]), each["why"])
        table = tables.get(index.table)
        known = {column.name: column for column in table.all_columns} if table else {}
        if missing := [name for name in index.columns if name not in known]:
            raise BadDeclaration(f"{index.name}: there is no such column: {', '.join(missing)}")
        if sum(known[name].characters_max for name in index.columns) > _INDEXED_CHARACTERS_MAX:
            raise BadDeclaration(f"{index.name}: its texts may be too long for an index")
        yield index
