"""Writes rows of a registry's typed tables, inside a transaction that somebody else has opened."""

import functools
from dataclasses import dataclass

import asyncpg

from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Poison, Unavailable
from acr_postgres.pool import Connection, query
from acr_postgres.rows import as_uuid
from acr_registries.projection import Projection
from acr_registries.projection_rows import Projected
from acr_registries.projection_sql import projection_shape, quoted

# COPY costs two round trips and a parse each time; a prepared INSERT one, and more for each row.
ROWS_COPIED_MIN = 4


@dataclass(slots=True)
class TypedTables:
    """A registry's typed tables, as one process knows them.

    ``seen`` says that they were there; that there are none is never remembered.
    """

    seen: bool = False

    async def replace_rows(self, connection: Connection, projected: Projected) -> bool:
        """Do as `replace_rows`, and where tables were there before, ask and delete by one statement.

        Raises:
            Unavailable: if the tables are of another shape than the declaration at hand, or gone.
            Poison: if a column refuses a value.
        """
        if not self.seen:
            self.seen = await replace_rows(connection, projected)
            return self.seen
        name = projected.projection.schema
        self.seen = False
        try:
            found = await connection.fetchrow(
                query("delete_seen").format(schema=quoted(name)), name, *_keys(projected)
            )
        except (asyncpg.InvalidSchemaNameError, asyncpg.UndefinedTableError):
            found = None
        if found is None:
            raise Unavailable(f"the typed tables of {name} are gone; whether all are is asked next")
        _require_shape(projected.projection, found["shape"])
        self.seen = True
        await insert_rows(connection, projected)
        return True


async def replace_rows(connection: Connection, projected: Projected) -> bool:
    """Replace the rows of records; False where the registry has no typed tables, and none are due.

    Whoever calls it has stored a version in the same transaction, so that tables are not made anew
    meanwhile.

    Raises:
        Unavailable: if the tables are of another shape than the declaration at hand.
        Poison: if a column refuses a value.
    """
    if not await has_tables(connection, projected.projection):
        return False
    schema = quoted(projected.projection.schema)
    await connection.execute(query("delete_projected").format(schema=schema), *_keys(projected))
    await insert_rows(connection, projected)
    return True


async def has_tables(connection: Connection, projection: Projection) -> bool:
    """Tell whether a registry has typed tables.

    Raises:
        Unavailable: if they are of another shape than the declaration at hand.
    """
    found = await connection.fetchrow(query("projection_state"), projection.schema)
    if found is not None:
        _require_shape(projection, found["shape"])
    return found is not None


async def insert_rows(connection: Connection, projected: Projected) -> None:
    """Insert rows of records that have none.

    Raises:
        Poison: if a column refuses a value.
    """
    schema, tables = projected.projection.schema, projected.projection.tables
    for table, rows in projected.rows.items():
        if not rows:
            continue
        columns = tuple(column.name for column in tables[table].all_columns)
        try:
            if len(rows) < ROWS_COPIED_MIN:
                await connection.executemany(_insert(schema, table, columns), rows)
            else:
                await connection.copy_records_to_table(
                    table, schema_name=schema, columns=columns, records=rows
                )
        except (ValueError, TypeError, OverflowError):
            raise Poison(ErrorClass.DATA_EXCEPTION, "A value does not fit its column.") from None


@functools.cache
def _insert(schema: str, table: str, columns: tuple[str, ...]) -> str:
    # All these names come from declarations, never from outside.
    return query("insert_projected").format(
        table=f"{quoted(schema)}.{quoted(table)}",
        columns=", ".join(map(quoted, columns)),
        values=", ".join(f"${place}" for place, _ in enumerate(columns, 1)),
    )


def _keys(projected: Projected) -> tuple[list[str], list[str]]:
    partners = [key.partner_id for key in projected.keys]
    return partners, [as_uuid(key.header_id) for key in projected.keys]


def _require_shape(projection: Projection, shape: str) -> None:
    if shape != projection_shape(projection):
        raise Unavailable(
            f"the typed tables of {projection.schema} have another shape than this service: run "
            "`acr-connect migrate` of the same version"
        )
