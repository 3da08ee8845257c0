"""The typed tables of a registry as SQL text. Pure: it is run by `acr_postgres` alone.

The text has three parts: the tables, what is laid on them once they are filled (keys and indexes),
and their dressing (comments, rights, codes, thresholds, views). The first two are the shape: where
it changes, tables are made and filled anew; dressing is laid on again without touching rows.
"""

import functools
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any

from acr_registries.projection import CODES, THRESHOLDS, VIEWS_FILE, Projection, Table
from acr_registries.projection_columns import Column

PROJECTION_FILE = "projection.sql"
# Bytes; PostgreSQL cuts longer names off.
IDENTIFIER_BYTES_MAX = 63

_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*")
# Words that cannot be a column's name without quotes (PostgreSQL manual, appendix C: reserved).
_RESERVED_WORDS = """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check
    collate collation column concurrently constraint create cross current_catalog current_date
    current_role current_schema current_time current_timestamp current_user default deferrable desc
    distinct do else end except false fetch for foreign freeze from full grant group having ilike in
    initially inner intersect into is isnull join lateral leading left like limit localtime
    localtimestamp natural not notnull null offset on only or order outer overlaps placing primary
    references returning right select session_user similar some symmetric system_user table
    tablesample then to trailing true union unique user using variadic verbose when where window
    with
"""
_CODE_COLUMNS = (
    Column("list", "text", "The code list.", needed=True),
    Column("code", "text", "The code, as columns hold it.", needed=True),
    Column("meaning", "text", "What the code says.", needed=True),
    Column("since", "text", "First contract version that has it; empty: the first of all."),
    Column("until", "text", "Last contract version that has it; empty: the current one."),
)
_THRESHOLD_COLUMNS = (
    Column("name", "text", "The threshold.", needed=True),
    Column("value", "double precision", "The figure that rules compare with.", needed=True),
    Column("unit", "text", "Its unit; empty where it has none.", needed=True),
    Column("meaning", "text", "What it is for.", needed=True),
    Column("source", "text", "Where it comes from.", needed=True),
)
_LISTS = (
    Table(
        CODES,
        "The registry's code lists: join a coded column on list and code. Key: list, code.",
        None,
        (),
        _CODE_COLUMNS[:2],
        _CODE_COLUMNS[2:],
    ),
    Table(
        THRESHOLDS,
        "The figures that the registry's rules compare with. Key: name.",
        None,
        (),
        _THRESHOLD_COLUMNS[:1],
        _THRESHOLD_COLUMNS[1:],
    ),
)


@dataclass(frozen=True, slots=True)
class ProjectionSql:
    """The text of a registry's tables, in the order in which it is run.

    ``lists`` are the rows of code lists and thresholds, by table. ``views`` is the registry's own
    `views.sql`.
    """

    tables: str
    keys: str
    dressing: str
    views: str
    lists: dict[str, list[tuple[Any, ...]]]

    @property
    def shape(self) -> str:
        """SHA-256, in hexadecimal digits, of what decides the rows: tables of equal shape agree."""
        return _digest(self.tables, self.keys)

    @property
    def look(self) -> str:
        """SHA-256, in hexadecimal digits, of all that is laid on the tables beside their rows."""
        return _digest(self.dressing, self.views, repr(self.lists))

    @property
    def text(self) -> str:
        """The whole, as a file for people; codes and views stand in files of their own."""
        return f"{_HEAD}\n{self.tables}\n{self.keys}\n{self.dressing}"


_HEAD = """\
-- The typed tables of this registry: always the current version of each record, written by the
-- consumer in the transaction that stores the version.
-- Made of the declaration by `python -m acr_registries.projection_files`; not edited by hand.
"""


@functools.cache
def projection_sql(projection: Projection) -> ProjectionSql:
    """Write the tables of a registry as SQL; made once."""
    schema = quoted(projection.schema)
    tables = [*projection.tables.values(), *_LISTS]
    views = resources.files(projection.registry.package).joinpath(VIEWS_FILE)
    return ProjectionSql(
        tables="\n".join(
            [f"CREATE SCHEMA {schema};\n", *(_create(schema, each) for each in tables)]
        ),
        keys="\n".join([*_foreign_keys(schema, tables), *_indexes(schema, projection)]) + "\n",
        dressing="\n".join([*_comments(schema, tables), *_rights(schema, projection)]) + "\n",
        views=views.read_text(encoding="utf-8") if views.is_file() else "",
        lists={CODES: _codes(projection), THRESHOLDS: _thresholds(projection)},
    )


@functools.cache
def projection_shape(projection: Projection) -> str:
    """Tell the shape of a registry's tables; see `ProjectionSql.shape`."""
    return projection_sql(projection).shape


def quoted(name: str) -> str:
    """Spell a name so that PostgreSQL reads it as one."""
    if _PLAIN_NAME.fullmatch(name) and name not in _reserved():
        return name
    return '"' + name.replace('"', '""') + '"'


@functools.cache
def _reserved() -> frozenset[str]:
    return frozenset(_RESERVED_WORDS.split())


def _create(schema: str, table: Table) -> str:
    lines = [
        f"    {quoted(column.name)} {column.sql_type}{' NOT NULL' if column.needed else ''},"
        for column in table.all_columns
    ]
    key = _listed(column.name for column in table.key)
    lines.append(f"    PRIMARY KEY ({key})")
    return f"CREATE TABLE {schema}.{quoted(table.name)} (\n" + "\n".join(lines) + "\n);\n"


def _foreign_keys(schema: str, tables: Iterable[Table]) -> Iterator[str]:
    for table in tables:
        if table.parent is not None:
            key = _listed(table.parent_key)
            yield (
                f"ALTER TABLE {schema}.{quoted(table.name)} ADD FOREIGN KEY ({key})\n"
                f"    REFERENCES {schema}.{quoted(table.parent)} ({key}) ON DELETE CASCADE;"
            )


def _indexes(schema: str, projection: Projection) -> Iterator[str]:
    for index in projection.indexes:
        yield f"-- {index.why}"
        yield (
            f"CREATE INDEX {quoted(index.name)} ON {schema}.{quoted(index.table)} "
            f"({_listed(index.columns)});"
        )


def _comments(schema: str, tables: Iterable[Table]) -> Iterator[str]:
    for table in tables:
        name = f"{schema}.{quoted(table.name)}"
        yield f"COMMENT ON TABLE {name} IS\n    {_literal(table.about)};"
        for column in table.all_columns:
            yield (
                f"COMMENT ON COLUMN {name}.{quoted(column.name)} IS\n"
                f"    {_literal(column.comment)};"
            )


def _rights(schema: str, projection: Projection) -> Iterator[str]:
    tables = ", ".join(f"{schema}.{quoted(name)}" for name in projection.tables)
    yield f"GRANT USAGE ON SCHEMA {schema} TO acr_reader, acr_writer;"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO acr_reader;"
    yield f"GRANT SELECT, INSERT, DELETE ON {tables} TO acr_writer;"


def _codes(projection: Projection) -> list[tuple[Any, ...]]:
    # A code that two contract versions tell differently has one row: what it says today.
    rows = {
        (each.name, code.code): (each.name, code.code, code.text, code.since, code.until)
        for each in projection.contract.codes.values()
        for code in each.codes
    }
    return list(rows.values())


def _thresholds(projection: Projection) -> list[tuple[Any, ...]]:
    return [
        (each.name, float(each.value), each.unit, each.text, each.source)
        for each in projection.contract.thresholds.values()
    ]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(quoted, names))


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
