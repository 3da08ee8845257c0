"""Migrations: once each, however many run them, and the schema is asked for before work begins."""

import asyncio
import os
import sys

import asyncpg
import pytest

from acr_domain.errors import Unavailable
from acr_postgres.migrations import (
    PARTITIONED_TABLES,
    SchemaBehind,
    migrate,
    read_migrations,
    require_schema,
)
from acr_postgres.pool import open_pool
from acr_settings.settings import PostgresSettings

RUNS = 4
MIGRATES = """
import asyncio
from acr_postgres.migrations import migrate
from acr_settings.settings import PostgresSettings
print(len(asyncio.run(migrate(PostgresSettings(), ["one", "two"]))))
"""


def everything(registries: int) -> int:
    return len(read_migrations()) + registries * len(PARTITIONED_TABLES)


async def test_the_first_run_does_everything_and_the_second_nothing(
    empty: PostgresSettings,
) -> None:
    assert len(await migrate(empty, ["one"])) == everything(1)
    assert await migrate(empty, ["one"]) == []
    assert await migrate(empty, ["one", "two"]) == [f"{name}_two" for name in PARTITIONED_TABLES]


async def test_several_at_once_in_one_process_do_everything_once(empty: PostgresSettings) -> None:
    done = await asyncio.gather(*(migrate(empty, ["one", "two"]) for _ in range(RUNS)))

    assert sorted(map(len, done)) == [0] * (RUNS - 1) + [everything(2)]


async def test_several_processes_at_once_do_everything_once(empty: PostgresSettings) -> None:
    environ = {**os.environ, "ACR_POSTGRES_DSN": empty.dsn.get_secret_value()}
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", MIGRATES, env=environ, stdout=asyncio.subprocess.PIPE
        )
        for _ in range(RUNS)
    ]
    printed = [(await process.communicate())[0] for process in processes]

    assert [process.returncode for process in processes] == [0] * RUNS
    assert sorted(map(int, printed)) == [0] * (RUNS - 1) + [everything(2)]


async def test_a_table_in_use_is_waited_for_a_while_and_then_left_alone(
    empty: PostgresSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    await migrate(empty, ["one"])
    monkeypatch.setattr("acr_postgres.migrations._LOCK_TIMEOUT", "100ms")
    busy = await asyncpg.connect(empty.dsn.get_secret_value())
    await busy.execute("BEGIN; LOCK TABLE acr.versions")

    with pytest.raises(Unavailable, match="LockNotAvailable"):
        await migrate(empty, ["one", "two"])

    await busy.close()
    assert len(await migrate(empty, ["one", "two"])) == len(PARTITIONED_TABLES)


async def test_an_empty_database_or_an_older_schema_is_behind(empty: PostgresSettings) -> None:
    async with open_pool(empty, "none", "test") as pool:
        with pytest.raises(SchemaBehind, match=r"at version 0, .* run `acr-connect migrate`"):
            await require_schema(pool)
    await migrate(empty, [])
    async with open_pool(empty, "acr_reader", "test") as pool:
        await require_schema(pool)
    owner = await asyncpg.connect(empty.dsn.get_secret_value())
    await owner.execute("DELETE FROM acr.schema_migrations")
    await owner.close()

    async with open_pool(empty, "acr_writer", "test") as pool:
        with pytest.raises(SchemaBehind, match="at version 0"):
            await require_schema(pool)


async def test_a_newer_schema_will_do(empty: PostgresSettings) -> None:
    await migrate(empty, [])
    owner = await asyncpg.connect(empty.dsn.get_secret_value())
    await owner.execute("INSERT INTO acr.schema_migrations (version, name) VALUES (9999, 'later')")
    await owner.close()

    async with open_pool(empty, "acr_reader", "test") as pool:
        await require_schema(pool)
    assert await migrate(empty, []) == []
