"""The typed tables of the registries as PostgreSQL tells of them: comments, types, keys, rights."""

import asyncpg
import pytest

from acr_postgres.pool import open_pool
from acr_registries.catalogue import load_registries
from acr_registries.projection import open_projection
from acr_registries.projection_sql import projection_sql
from acr_settings.settings import PostgresSettings

REGISTRIES = sorted(load_registries())
COLUMNS = """
SELECT c.relname AS table, c.relkind::text AS kind, a.attname AS column,
       format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AS needed,
       col_description(c.oid, a.attnum) AS comment, obj_description(c.oid) AS about
FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = $1::text::regnamespace AND c.relkind IN ('r', 'v')
ORDER BY c.relname, a.attnum
"""
PARENTS = """
SELECT conrelid::regclass::text AS child, confrelid::regclass::text AS parent, confdeltype::text AS act
FROM pg_constraint WHERE contype = 'f' AND connamespace = $1::text::regnamespace
"""
TYPES = {"timestamptz": "timestamp with time zone"}


@pytest.fixture(params=REGISTRIES)
def name(request: pytest.FixtureRequest, prepared: None) -> str:
    return str(request.param)


async def tables_of(pool: asyncpg.Pool, schema: str) -> list[asyncpg.Record]:
    rows = await pool.fetch(COLUMNS, schema)
    assert rows
    return list(rows)


async def test_every_table_column_and_view_has_its_comment(
    name: str, writer_pool: asyncpg.Pool
) -> None:
    for row in await tables_of(writer_pool, name):
        assert row["about"], row["table"]
        assert row["comment"] or row["kind"] == "v", (row["table"], row["column"])


async def test_columns_are_of_the_type_that_the_declaration_tells(
    name: str, writer_pool: asyncpg.Pool
) -> None:
    found = {
        (row["table"], row["column"]): (row["type"], row["needed"], row["comment"])
        for row in await tables_of(writer_pool, name)
    }

    for table in open_projection(load_registries()[name]).tables.values():
        for column in table.all_columns:
            due = TYPES.get(column.sql_type, column.sql_type), column.needed, column.comment
            assert found[table.name, column.name] == due


async def test_every_table_hangs_below_its_parent_and_goes_with_it(
    name: str, writer_pool: asyncpg.Pool
) -> None:
    found = {
        (row["child"], row["parent"], row["act"]) for row in await writer_pool.fetch(PARENTS, name)
    }

    assert found == {
        (f"{name}.{table.name}", f"{name}.{table.parent}", "c")
        for table in open_projection(load_registries()[name]).tables.values()
        if table.parent is not None
    }


async def test_every_index_that_is_declared_is_there(name: str, writer_pool: asyncpg.Pool) -> None:
    rows = await writer_pool.fetch("SELECT indexname FROM pg_indexes WHERE schemaname = $1", name)

    declared = {index.name for index in open_projection(load_registries()[name]).indexes}
    assert declared <= {row["indexname"] for row in rows}


async def test_codes_and_thresholds_are_there_to_join(name: str, writer_pool: asyncpg.Pool) -> None:
    lists = projection_sql(open_projection(load_registries()[name])).lists
    async with writer_pool.acquire() as connection:
        await connection.execute("SET ROLE acr_reader")
        codes = await connection.fetch(f"SELECT * FROM {name}.codes")
        thresholds = await connection.fetch(f"SELECT * FROM {name}.thresholds")
        await connection.execute("SET ROLE acr_writer")

    assert sorted(map(tuple, codes)) == sorted(lists["codes"])
    assert sorted(map(tuple, thresholds)) == sorted(lists["thresholds"])


async def test_the_reader_reads_every_table_and_view_and_writes_none(
    name: str, writer_pool: asyncpg.Pool, postgres_settings: PostgresSettings
) -> None:
    names = {row["table"] for row in await tables_of(writer_pool, name)}
    async with open_pool(postgres_settings, "acr_reader", "test") as pool:
        for each in sorted(names):
            await pool.fetch(f'SELECT * FROM {name}."{each}" LIMIT 1')
        for statement in (f"DELETE FROM {name}.submissions", f"TRUNCATE {name}.submissions"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await pool.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE {name}.another ()",
        "DROP SCHEMA {name} CASCADE",
        "DROP TABLE {name}.submissions",
        "TRUNCATE {name}.submissions",
        "ALTER TABLE {name}.submissions ADD COLUMN another text",
        "UPDATE {name}.submissions SET status = ''",
        "DELETE FROM {name}.codes",
        "DELETE FROM acr.projections",
    ],
)
async def test_the_writer_has_no_more_rights_than_it_needs(
    name: str, writer_pool: asyncpg.Pool, statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await writer_pool.execute(statement.format(name=name))
