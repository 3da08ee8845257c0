"""Compares tables of two schemas by checksums, and tells which rows differ. Changes nothing.

A table's checksum is the sum of its rows' hashes: their order has no part in it. Sums are kept by
buckets of keys, so that only rows of buckets that differ are looked at one by one.
"""

import uuid
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import asyncpg

from acr_postgres.migrations import PARTITIONED_TABLES
from acr_postgres.pool import Connection, query
from acr_registries.projection import ROOT, Projection
from acr_registries.projection_sql import quoted

# What tells when the work was done, not what came of it: no rebuild can give the same.
OWN_TIMES: Mapping[str, frozenset[str]] = {
    "arrivals": frozenset({"settled_at"}),
    "dead_letters": frozenset({"failed_at"}),
}
# Tables whose rows have a place in the order of the log, and the column that says which.
PLACED: Mapping[str, str] = {
    "arrivals": "log_offset",
    "dead_letters": "log_offset",
    "amendments": "settled_to",
}
EXAMPLES_MAX = 5
_ROWS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class ComparedTable:
    """One table and how its rows are compared, as text for the statements.

    ``place`` is the log position or submission by which a row may be told without its values;
    ``offset`` the column that places rows in the order of the log, where they have one.
    """

    name: str
    schema: str
    key: str
    columns: str
    place: str
    registry: str | None = None
    offset: str | None = None

    @property
    def source(self) -> str:
        """The table as the statements name it."""
        return f"{self.schema}.{self.name} AS held"


@dataclass(frozen=True, slots=True)
class TableSum:
    """Rows of a table and the sum of their hashes; ``buckets`` has both by bucket."""

    rows: int
    checksum: int
    buckets: Mapping[int, tuple[int, int]]


@dataclass(slots=True)
class Difference:
    """How two states of one table differ, in rows; examples are positions or submissions."""

    table: str
    only_live: int = 0
    only_rebuilt: int = 0
    differing: int = 0
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, place: str | None) -> None:
        """Count one row."""
        setattr(self, what, getattr(self, what) + 1)
        told = self.examples.setdefault(what, [])
        if len(told) < EXAMPLES_MAX:
            told.append(place or "unknown")


async def compared_tables(
    connection: Connection, registry: str, projection: Projection | None
) -> list[ComparedTable]:
    """List what is compared of a registry: its partitions, and its typed tables where it has some."""
    tables = []
    for table in PARTITIONED_TABLES:
        name, place = f"{table}_{registry}", _place(table, registry)
        key, columns = await _columns(connection, f"acr.{name}", OWN_TIMES.get(table, frozenset()))
        tables.append(ComparedTable(name, "acr", key, columns, place, registry, PLACED.get(table)))
    if projection is not None:
        schema = quoted(projection.schema)
        for table in projection.tables:
            key, columns = await _columns(connection, f"{schema}.{quoted(table)}", frozenset())
            place = _root_place(schema, table)
            tables.append(ComparedTable(quoted(table), schema, key, columns, place))
    return tables


async def _columns(
    connection: Connection, table: str, left_out: Collection[str]
) -> tuple[str, str]:
    found = await connection.fetch(query("table_columns"), table)
    compared = [_compared(each) for each in found if each["name"] not in left_out]
    key = [_compared(each) for each in found if each["is_key"]]
    return ", ".join(key), ", ".join(compared)


def _compared(column: asyncpg.Record) -> str:
    # As text only where that may show what equality passes over: writing it takes longer than hashing.
    name = f"held.{column['name']}"
    return name if column["is_exact"] else f"{name}::text"


def _place(table: str, registry: str) -> str:
    if table != "records":
        return "held.partition || '/' || held.log_offset"
    return query("place_of_record").format(versions=f"acr.versions_{registry}")


def _root_place(schema: str, table: str) -> str:
    if table == ROOT:
        return "held.submission_id::text"
    return query("place_of_typed_row").format(root=f"{schema}.{ROOT}")


async def table_sum(
    connection: Connection,
    table: ComparedTable,
    source: str | None = None,
    arguments: Sequence[object] = (),
) -> TableSum:
    """Sum a table, or the rows of it that a source with arguments gives."""
    rows = await connection.fetch(
        query("bucket_sums").format(
            key=table.key, columns=table.columns, source=source or table.source
        ),
        *arguments,
    )
    buckets = {row["bucket"]: (row["rows"], int(row["sum"])) for row in rows}
    return TableSum(
        sum(count for count, _ in buckets.values()),
        sum(total for _, total in buckets.values()),
        buckets,
    )


def differing_buckets(live: TableSum, rebuilt: TableSum) -> list[int]:
    """Name the buckets whose rows are not the same."""
    return sorted(
        bucket
        for bucket in live.buckets.keys() | rebuilt.buckets.keys()
        if live.buckets.get(bucket) != rebuilt.buckets.get(bucket)
    )


async def find_difference(
    live: Connection,
    rebuilt: Connection,
    table: ComparedTable,
    buckets: Sequence[int],
) -> Difference:
    """Count the rows of some buckets that only one of two connections sees, or sees otherwise.

    Both have a transaction open. Memory stays flat: rows are compared as they come.
    """
    difference = Difference(table.name)
    ours, theirs = _rows(live, table, buckets), _rows(rebuilt, table, buckets)
    here, there = await anext(ours, None), await anext(theirs, None)
    while here is not None or there is not None:
        if there is None or (here is not None and here["key"] < there["key"]):
            difference.add("only_live", here["place"] if here else None)
            here = await anext(ours, None)
        elif here is None or there["key"] < here["key"]:
            difference.add("only_rebuilt", there["place"])
            there = await anext(theirs, None)
        else:
            if here["sum"] != there["sum"]:
                difference.add("differing", here["place"])
            here, there = await anext(ours, None), await anext(theirs, None)
    return difference


async def _rows(
    connection: Connection, table: ComparedTable, buckets: Sequence[int]
) -> AsyncIterator[asyncpg.Record]:
    text = query("bucket_rows").format(
        key=table.key, columns=table.columns, place=table.place, source=table.source
    )
    cursor = await connection.cursor(text, list(buckets))
    while found := await cursor.fetch(_ROWS_AT_ONCE):
        for row in found:
            yield row


async def keys_since(
    connection: Connection, registry: str, since: Mapping[int, int]
) -> set[tuple[str, uuid.UUID]]:
    """Name the records that arrivals from some positions on are about."""
    rows = await connection.fetch(query("keys_since"), registry, list(since), list(since.values()))
    return {(row["partner_id"], row["header_id"]) for row in rows}


async def sum_since(
    connection: Connection,
    table: ComparedTable,
    since: Mapping[int, int],
    keys: Sequence[tuple[str, uuid.UUID]],
) -> TableSum:
    """Sum only rows of arrivals from some positions on, and those of the records they are about."""
    name = f"{table.schema}.{table.name}"
    if table.offset is not None:
        source = query("source_since").format(
            table=name, registry=table.registry, offset=table.offset
        )
        return await table_sum(connection, table, source, (list(since), list(since.values())))
    also = f" AND held.registry = '{table.registry}'" if table.registry else ""
    source = query("source_of_keys").format(table=name, also=also)
    arguments = ([partner for partner, _ in keys], [header for _, header in keys])
    return await table_sum(connection, table, source, arguments)
