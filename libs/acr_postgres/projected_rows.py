"""Writes rows of a registry's typed tables, inside a transaction that somebody else has opened."""

from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Poison, Unavailable
from acr_postgres.pool import Connection, query
from acr_postgres.rows import as_uuid
from acr_registries.projection import Projection
from acr_registries.projection_rows import Projected
from acr_registries.projection_sql import projection_shape, quoted


async def replace_rows(connection: Connection, projected: Projected) -> bool:
    """Replace the rows of records; False where the registry has no typed tables, and none are due.

    Whoever calls it has stored a version in the same transaction, so that tables are not made anew
    meanwhile.

    Raises:
        Unavailable: if the tables are of another shape than the declaration at hand.
        Poison: if a column refuses a value.
    """
    name = projected.projection.schema
    if not await has_tables(connection, projected.projection):
        return False
    await connection.execute(
        query("delete_projected").format(schema=quoted(name)),
        [key.partner_id for key in projected.keys],
        [as_uuid(key.header_id) for key in projected.keys],
    )
    await insert_rows(connection, projected)
    return True


async def has_tables(connection: Connection, projection: Projection) -> bool:
    """Tell whether a registry has typed tables.

    Raises:
        Unavailable: if they are of another shape than the declaration at hand.
    """
    found = await connection.fetchrow(query("projection_state"), projection.schema)
    if found is not None and found["shape"] != projection_shape(projection):
        raise Unavailable(
            f"the typed tables of {projection.schema} have another shape than this service: run "
            "`acr-connect migrate` of the same version"
        )
    return found is not None


async def insert_rows(connection: Connection, projected: Projected) -> None:
    """Insert rows of records that have none.

    Raises:
        Poison: if a column refuses a value.
    """
    tables = projected.projection.tables
    for table, rows in projected.rows.items():
        if not rows:
            continue
        try:
            await connection.copy_records_to_table(
                table,
                schema_name=projected.projection.schema,
                columns=[column.name for column in tables[table].all_columns],
                records=rows,
            )
        except (ValueError, TypeError, OverflowError):
            raise Poison(ErrorClass.DATA_EXCEPTION, "A value does not fit its column.") from None
