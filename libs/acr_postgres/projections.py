"""Makes the typed tables of a registry and fills them from what is stored; for the owner alone."""

from acr_postgres.filling import Report, fill_from
from acr_postgres.pool import Connection, query
from acr_registries.projection import Projection, open_projection
from acr_registries.projection_sql import ProjectionSql, projection_sql, quoted
from acr_registries.registry import Registry


class SchemaTaken(Exception):
    """The database has something that is not ours where typed tables or views are to be."""


async def bring_up(
    connection: Connection, registry: Registry, report: Report, *, refill: bool
) -> str | None:
    """Bring a registry's typed tables up to date; tells what was done, None for nothing.

    Tables of another shape are made anew and filled in one transaction; meanwhile nothing of this
    registry is settled, and readers wait. ``refill`` does so in any case: after a change of what is
    computed.

    Raises:
        SchemaTaken: if there is a schema of that name already, or views of others read what goes.
    """
    projection = open_projection(registry)
    sql = projection_sql(projection)
    state = await connection.fetchrow(query("projection_state"), registry.name)
    if state is None and await connection.fetchval(query("schema_exists"), registry.name):
        raise SchemaTaken(
            f"the database has a schema {registry.name} that was not made by this program: "
            "rename or drop it"
        )
    if refill or state is None or state["shape"] != sql.shape:
        async with connection.transaction():
            records = await _make_anew(connection, projection, report)
        return f"tables of {registry.name}, {records} records"
    if state["look"] != sql.look:
        async with connection.transaction():
            await _dress(connection, projection, sql)
            await connection.execute(query("note_projection_look"), registry.name, sql.look)
        return f"comments, codes and views of {registry.name}"
    return None


async def _make_anew(connection: Connection, projection: Projection, report: Report) -> int:
    schema = quoted(projection.schema)
    # What is amended is projected too, and perhaps without storing a version.
    await connection.execute(query("claim_tables"), projection.schema)
    # A consumer stores versions before it projects them: with this lock it waits, and what it
    # stores afterwards it projects into the new tables.
    await connection.execute(f"LOCK TABLE acr.versions_{projection.schema} IN SHARE MODE")
    await _require_no_readers(connection, projection.schema, ["r", "v"])
    await connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    return await fill_new_tables(connection, projection.registry, report)


async def fill_new_tables(connection: Connection, registry: Registry, report: Report) -> int:
    """Make the typed tables of a registry that has none, in the caller's transaction.

    Gives the number of records with which they were filled.
    """
    projection = open_projection(registry)
    sql = projection_sql(projection)
    await connection.execute(sql.tables)
    records = await fill_from(connection, projection, report)
    # After the rows: an index is built faster than it grows.
    await connection.execute(sql.keys)
    await _lay_on(connection, projection, sql)
    await take_statistics(connection, projection)
    await connection.execute(
        query("note_projection_filled"), projection.schema, sql.shape, sql.look, records
    )
    return records


async def take_statistics(connection: Connection, projection: Projection) -> None:
    """Let PostgreSQL learn what the typed tables hold, so that it plans for that."""
    schema = quoted(projection.schema)
    for table in projection.tables:
        await connection.execute(f"ANALYZE {schema}.{quoted(table)}")


async def _require_no_readers(connection: Connection, registry: str, kinds: list[str]) -> None:
    """Refuse to drop what views of others read: they would go with it, unsaid."""
    rows = await connection.fetch(query("readers_upon"), registry, kinds, ["v", "m"])
    found = [row["name"] for row in rows]
    if found:
        raise SchemaTaken(
            f"tables or views of {registry} are made anew, and views of others read them: keep the "
            f"definition of {', '.join(found)} (pg_get_viewdef), drop them, repeat this, and make "
            "them again"
        )


async def _dress(connection: Connection, projection: Projection, sql: ProjectionSql) -> None:
    schema = quoted(projection.schema)
    views = await connection.fetch(query("schema_views"), projection.schema)
    if views:
        await _require_no_readers(connection, projection.schema, ["v"])
        names = ", ".join(f"{schema}.{quoted(view['viewname'])}" for view in views)
        await connection.execute(f"DROP VIEW {names} CASCADE")
    await _lay_on(connection, projection, sql)


async def _lay_on(connection: Connection, projection: Projection, sql: ProjectionSql) -> None:
    schema = quoted(projection.schema)
    for table, rows in sql.lists.items():
        await connection.execute(query("clear_list").format(table=f"{schema}.{quoted(table)}"))
        await connection.copy_records_to_table(table, schema_name=projection.schema, records=rows)
    if sql.views:
        await connection.execute(sql.views)
    # Last, since rights are given on all that is there.
    await connection.execute(sql.dressing)
