"""Rows of the typed tables, made of submissions by their bodies. Pure, and fast: no loop by element.

What cannot be read any more, because limits or versions have changed since it was accepted, becomes
a row of the root table alone: a stored record never stops a partition.
"""

import functools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from acr_domain.errors import InvalidSubmission
from acr_domain.findings import Severity
from acr_domain.submission import Submission, SubmissionKey
from acr_registries.forms import Form, values_getter
from acr_registries.header import CANCELLED, IN_PROGRESS
from acr_registries.projection import (
    FACTS,
    HEADER_COLUMNS,
    RECORD_KEY,
    ROOT,
    Projection,
    has_row_key,
)
from acr_registries.projection_layout import Layout
from acr_registries.reading import read_contents
from acr_registries.registry import Contents

Row: TypeAlias = tuple[Any, ...]
Rows: TypeAlias = dict[str, list[Row]]
"""Rows by table, in the order in which they can be inserted."""

COMPLETE, INCOMPLETE, UNREADABLE = "complete", "incomplete", "unreadable"

# What an unforeseen value can do to arithmetic of ours on it. A record is kept whatever it holds.
_NOT_COMPUTABLE = (ArithmeticError, ValueError, TypeError, LookupError, AttributeError)


@dataclass(slots=True)
class Projected:
    """What a batch changes in the tables: the former rows of ``keys`` leave, ``rows`` come.

    ``unreadable`` counts records of which only the root row could be made. It grows as records are
    added.
    """

    projection: Projection
    keys: list[SubmissionKey] = field(default_factory=list)
    rows: Rows = field(default_factory=dict)
    unreadable: int = 0

    @property
    def count(self) -> int:
        """How many rows come."""
        return sum(map(len, self.rows.values()))


def project(
    projection: Projection,
    submissions: Iterable[Submission],
    read: Mapping[str, Contents] | None = None,
) -> Projected:
    """Make the rows of records from their current versions, one of each record.

    ``read`` holds, by submission id, contents that this very declaration has read already.
    """
    known = read or {}
    projected = Projected(projection, rows={table: [] for table in projection.tables})
    maker = _maker(projection)
    for submission in submissions:
        projected.keys.append(submission.key)
        projected.unreadable += not maker.add(
            submission, projected.rows, known.get(submission.submission_id)
        )
    return projected


@functools.cache
def _maker(projection: Projection) -> "_RowMaker":
    return _RowMaker(projection)


class _RowMaker:
    """Makes a registry's rows. What can be known beforehand is worked out once, here."""

    def __init__(self, projection: Projection) -> None:
        self._registry = projection.registry
        columns = [column.name for column in projection.tables[ROOT].all_columns]
        leading = len(RECORD_KEY) + len(FACTS) + len(HEADER_COLUMNS)
        names: dict[str, None] = {}
        for model in self._registry.program_models:
            names |= dict.fromkeys(model.model_fields)
        self._program = tuple(names)
        self._header = operator.attrgetter(*(column.name for column in HEADER_COLUMNS))
        payload = columns[leading + len(names) :]
        self._no_header = (None,) * len(HEADER_COLUMNS)
        self._no_program = (None,) * len(names)
        self._no_payload = (None,) * len(payload)
        self._emitters: dict[type[Form], _Emitter] = {
            form: _emitter(layout, projection, payload)
            for form, layout in projection.layouts.items()
        }

    def add(self, submission: Submission, rows: Rows, contents: Contents | None = None) -> bool:
        """Add the rows of one record; False where only the root row could be made."""
        try:
            if contents is None:
                contents = read_contents(self._registry, submission.body, {})
            made = self._rows(submission, contents)
        except (InvalidSubmission, *_NOT_COMPUTABLE):
            made = None
        if made is None:
            row = self._facts(submission, UNREADABLE, None)
            rows[ROOT].append(row + self._no_header + self._no_program + self._no_payload)
            return False
        for table, added in made:
            rows[table].append(added)
        return True

    def _rows(self, submission: Submission, contents: Contents) -> list[tuple[str, Row]] | None:
        if contents.form is None and contents.notes:
            return None  # The payload fitted its form when it was accepted, and does no more.
        row = self._facts(submission, _status(submission, contents), contents.version.name)
        row += self._header(contents.header)
        row += tuple(map(vars(contents.program).get, self._program))
        if contents.form is None:
            return [(ROOT, row + self._no_payload)]
        below: list[tuple[str, Row]] = []
        form = type(contents.form).binding.declared
        key = _key(submission) + ((1,) if form.table and form.row_key else ())
        flat = self._emitters[form].emit(contents.form, contents, key, below)
        return [(ROOT, row + (flat or self._no_payload)), *below]

    def _facts(self, submission: Submission, status: str, version: str | None) -> Row:
        severities = [finding.severity for finding in submission.findings]
        return (
            *_key(submission),
            submission.version_no,
            status,
            version,
            submission.submission_id,
            submission.received_at,
            severities.count(Severity.INCOMPLETE),
            severities.count(Severity.WARNING),
        )


def _key(submission: Submission) -> Row:
    return submission.key.partner_id, submission.key.header_id


def _status(submission: Submission, contents: Contents) -> str:
    if contents.header.recordstatus in (CANCELLED, IN_PROGRESS):
        return contents.header.recordstatus
    incomplete = any(each.severity is Severity.INCOMPLETE for each in submission.findings)
    return INCOMPLETE if incomplete else COMPLETE


@dataclass(frozen=True, slots=True)
class _Emitter:
    """Makes the row of one form, and the rows of those below it. Without a table: the root's part.

    ``take`` gives the values of all its columns, ``arrange`` puts them in the table's order.
    """

    table: str
    take: Callable[[Any, Contents], Row]
    arrange: Callable[[Row], Row] | None
    branches: tuple[tuple[Callable[[Any], Any], str, bool, bool, "_Emitter"], ...]

    def emit(
        self, form: Form, contents: Contents, key: Row, into: list[tuple[str, Row]]
    ) -> Row | None:
        """Add rows of a form with its key; give the values where they are part of the root row."""
        row = self.take(form, contents)
        if self.table:
            row = key + row
        if self.arrange is not None:
            row = self.arrange(row)
        if self.table:
            into.append((self.table, row))
        for find, name, many, keyed, emitter in self.branches:
            found = find(form)
            if many:
                for place, each in enumerate(found or (), 1):
                    emitter.emit(each, contents, (*key, place), into)
            elif found is not None:
                emitter.emit(found, contents, (*key, name) if keyed else key, into)
        return None if self.table else row


def _emitter(layout: Layout, projection: Projection, payload: Sequence[str] = ()) -> _Emitter:
    table = layout.form.table
    names = [column.name for column in layout.columns]
    wanted: Sequence[str] = payload
    if table:
        here = projection.tables[table]
        wanted = [column.name for column in here.all_columns]
        names = [column.name for column in here.key] + names
    return _Emitter(
        table=table,
        take=_take(layout),
        arrange=_arrange(names, wanted),
        branches=tuple(
            (
                _finder(branch.way),
                branch.name,
                branch.many,
                has_row_key(branch),
                _emitter(branch.layout, projection),
            )
            for branch in layout.branches
        ),
    )


def _take(layout: Layout) -> Callable[[Any, Contents], Row]:
    """Make a function that gives the values of a form's columns, in the layout's order."""
    own = values_getter(layout.attributes)
    computes = tuple(each.compute for each in layout.derived)
    flat = tuple(
        (attribute, _take(inner), (None,) * len(inner.columns)) for attribute, inner in layout.flat
    )

    def take(form: Any, contents: Contents) -> Row:
        row = own(form)
        if computes:
            row += tuple([compute(form, contents) for compute in computes])
        for attribute, inner, nothing in flat:
            value = getattr(form, attribute)
            row += nothing if value is None else inner(value, contents)
        return row

    return take


def _finder(way: tuple[str, ...]) -> Callable[[Any], Any]:
    if len(way) == 1:
        return operator.attrgetter(way[0])

    def find(form: Any) -> Any:
        for attribute in way:
            form = getattr(form, attribute)
            if form is None:
                return None
        return form

    return find


def _arrange(names: Sequence[str], wanted: Sequence[str]) -> Callable[[Row], Row] | None:
    """Make a function that puts values in another order, with None where there is no value."""
    if list(names) == list(wanted):
        return None
    places: Mapping[str, int] = {name: place for place, name in enumerate(names)}
    nothing = len(names)
    order = [places.get(name, nothing) for name in wanted]
    if len(order) < 2:
        return lambda row: tuple((*row, None)[place] for place in order)
    pick = operator.itemgetter(*order)
    return lambda row: pick((*row, None))
