"""A connection on which nothing comes any more costs one wait for an answer, and not a second one."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

import asyncpg
import pytest
from pydantic import SecretStr

from acr_localstack.ports import free_port
from acr_postgres.pool import connected, open_pool, transaction
from acr_settings.settings import PostgresSettings
from acr_testkit.tcp_proxy import CuttingProxy

STATEMENT_SECONDS = 1.5
ANSWER_SECONDS = STATEMENT_SECONDS + 1
Use = Callable[[asyncpg.Pool, CuttingProxy], Awaitable[None]]


@pytest.fixture
async def proxy(own: PostgresSettings) -> AsyncIterator[tuple[CuttingProxy, PostgresSettings]]:
    dsn, port = urlsplit(own.dsn.get_secret_value()), free_port()
    assert dsn.port is not None
    through = dsn._replace(netloc=dsn.netloc.replace(str(dsn.port), str(port))).geturl()
    settings = PostgresSettings(dsn=SecretStr(through), statement_timeout_seconds=STATEMENT_SECONDS)
    async with CuttingProxy(dsn.port).listening(port) as standing:
        yield standing, settings


async def _statement(pool: asyncpg.Pool, proxy: CuttingProxy) -> None:
    async with connected(pool) as connection:
        await connection.fetchval("SELECT 1")
        proxy.abandon()
        await connection.fetchval("SELECT 2")


async def _begin(pool: asyncpg.Pool, proxy: CuttingProxy) -> None:
    await pool.fetchval("SELECT 1")
    proxy.abandon()
    async with transaction(pool):
        pass


async def _within_a_transaction(pool: asyncpg.Pool, proxy: CuttingProxy) -> None:
    async with transaction(pool) as connection:
        await connection.fetchval("SELECT 1")
        proxy.abandon()
        await connection.fetchval("SELECT 2")


async def _commit(pool: asyncpg.Pool, proxy: CuttingProxy) -> None:
    async with transaction(pool) as connection:
        await connection.fetchval("SELECT 1")
        proxy.abandon()


@pytest.mark.parametrize("use", [_statement, _begin, _within_a_transaction, _commit])
async def test_silence_costs_one_wait(
    proxy: tuple[CuttingProxy, PostgresSettings], use: Use
) -> None:
    standing, settings = proxy
    async with open_pool(settings, "none", "test-silence") as pool:
        began = time.monotonic()

        # The server itself ends a transaction in which nothing happens.
        with pytest.raises((TimeoutError, asyncpg.ConnectionDoesNotExistError)):
            await use(pool, standing)

        # The second wait is as long as the first.
        assert time.monotonic() - began < 2 * ANSWER_SECONDS
        assert await pool.fetchval("SELECT 3") == 3


async def _take_what_is_not_there(pool: asyncpg.Pool) -> None:
    async with transaction(pool) as connection:
        await connection.execute("CREATE TEMPORARY TABLE taken_back ()")
        await connection.execute("SELECT * FROM no_such_table")


async def test_an_error_within_a_transaction_takes_it_back_and_keeps_the_connection(
    own: PostgresSettings,
) -> None:
    async with open_pool(own, "none", "test-silence") as pool:
        backend = await pool.fetchval("SELECT pg_backend_pid()")

        with pytest.raises(asyncpg.UndefinedTableError):
            await _take_what_is_not_there(pool)

        assert await pool.fetchval("SELECT to_regclass('taken_back')") is None
        assert await pool.fetchval("SELECT pg_backend_pid()") == backend
