"""What the roles may do: the writer settles and no more, the reader reads and no more."""

import asyncpg
import pytest

from acr_postgres.migrations import PARTITIONED_TABLES
from acr_postgres.pool import open_pool
from acr_settings.settings import PostgresSettings

TABLES = (*PARTITIONED_TABLES, "positions", "projections")
DDL = (
    "CREATE TABLE acr.another ()",
    "CREATE SCHEMA another",
    "DROP TABLE acr.versions",
    "TRUNCATE acr.versions",
    "ALTER TABLE acr.versions ADD COLUMN another text",
    "CREATE TABLE public.another ()",
)
READER_WRITES = (
    "INSERT INTO acr.positions VALUES ('x', 0, 0, 0, '')",
    "UPDATE acr.positions SET consumer = ''",
)


async def refused(settings: PostgresSettings, role: str, statement: str) -> None:
    async with open_pool(settings, role, "test") as pool:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(statement)


@pytest.mark.parametrize("statement", [*DDL, *(f"DELETE FROM acr.{name}" for name in TABLES)])
async def test_the_writer_has_no_ddl_and_no_delete(
    prepared: None, postgres_settings: PostgresSettings, statement: str
) -> None:
    await refused(postgres_settings, "acr_writer", statement)


@pytest.mark.parametrize(
    "statement", [*DDL, *READER_WRITES, *(f"DELETE FROM acr.{name}" for name in TABLES)]
)
async def test_the_reader_cannot_write(
    prepared: None, postgres_settings: PostgresSettings, statement: str
) -> None:
    await refused(postgres_settings, "acr_reader", statement)


@pytest.mark.parametrize("role", ["acr_writer", "acr_reader"])
async def test_both_can_read_everything(
    prepared: None, postgres_settings: PostgresSettings, role: str
) -> None:
    async with open_pool(postgres_settings, role, "test") as pool:
        for name in (*TABLES, "schema_migrations"):
            await pool.fetch(f"SELECT * FROM acr.{name} LIMIT 1")


@pytest.mark.parametrize("role", ["acr_writer", "acr_reader"])
async def test_sessions_have_their_role_name_bounds_and_schema(
    prepared: None, postgres_settings: PostgresSettings, role: str
) -> None:
    settings = postgres_settings.model_copy(update={"statement_timeout_seconds": 7})
    async with open_pool(settings, role, "acr-test-7") as pool:
        row = await pool.fetchrow(
            "SELECT current_user, current_setting('application_name') AS name, "
            "current_setting('statement_timeout') AS statement, "
            "current_setting('idle_in_transaction_session_timeout') AS idle, "
            "current_schema() AS schema"
        )

    assert row is not None
    assert tuple(row) == (role, "acr-test-7", "7s", "7s", "acr")
