"""Reads the rows that records have in the typed tables, as rows are made. Never writes."""

import functools
from collections.abc import Callable, Sequence

from acr_domain.submission import SubmissionKey
from acr_postgres.pool import Connection, query
from acr_postgres.rows import as_uuid
from acr_registries.projection import Projection, Table
from acr_registries.projection_rows import Row
from acr_registries.projection_sql import quoted


async def rows_of(
    connection: Connection, projection: Projection, keys: Sequence[SubmissionKey]
) -> dict[str, list[Row]]:
    """Give the rows of records by table, values as rows that are made have them."""
    partner_ids = [key.partner_id for key in keys]
    header_ids = [as_uuid(key.header_id) for key in keys]
    found: dict[str, list[Row]] = {}
    for name, table in projection.tables.items():
        columns = ", ".join(f"held.{quoted(column.name)}" for column in table.all_columns)
        text = query("rows_of_records").format(
            columns=columns, table=f"{quoted(projection.schema)}.{quoted(name)}"
        )
        as_made = _as_made(table)
        found[name] = [
            as_made(tuple(row)) for row in await connection.fetch(text, partner_ids, header_ids)
        ]
    return found


@functools.cache
def _as_made(table: Table) -> Callable[[Sequence[object]], Row]:
    kinds = [column.sql_type for column in table.all_columns]
    guids = [place for place, kind in enumerate(kinds) if kind == "uuid"]
    lists = [place for place, kind in enumerate(kinds) if kind.endswith("[]")]

    def convert(row: Sequence[object]) -> Row:
        values = list(row)
        for place in guids:
            if values[place] is not None:
                values[place] = str(values[place])
        for place in lists:
            held = values[place]
            if isinstance(held, list):
                values[place] = tuple(held)
        return tuple(values)

    return convert
