"""A PostgreSQL of these tests' own, which they may crowd, suspend and kill; and a passing transaction."""

import secrets
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
from pydantic import SecretStr

from acr_localstack.postgres import PostgresServer, running_postgres
from acr_localstack.shelter import temporary_data
from acr_postgres.exact_times import use_exact_times
from acr_settings.settings import PostgresSettings


@pytest.fixture(scope="session")
def server() -> Iterator[PostgresServer]:
    # So few connections that a test can take them all.
    few = {"max_connections": "8"}
    with (
        temporary_data() as data,
        running_postgres(data=data, report=print, extra_settings=few) as server,
    ):
        yield server


@pytest.fixture
def own(server: PostgresServer) -> PostgresSettings:
    """How to reach that server as its owner."""
    return PostgresSettings(dsn=SecretStr(server.dsn))


@pytest.fixture
async def empty(server: PostgresServer) -> AsyncIterator[PostgresSettings]:
    """How to reach a database with nothing in it."""
    name = f"d{secrets.token_hex(6)}"
    connection = await asyncpg.connect(server.dsn)
    await connection.execute(f"CREATE DATABASE {name}")
    yield PostgresSettings(dsn=SecretStr(server.dsn.rsplit("/", 1)[0] + f"/{name}"))
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture
async def database(
    prepared: None, postgres_settings: PostgresSettings
) -> AsyncIterator[asyncpg.Connection]:
    """The owner's connection to the shared database, in a transaction that is taken back."""
    connection = await asyncpg.connect(postgres_settings.dsn.get_secret_value())
    try:
        await use_exact_times(connection)
        transaction = connection.transaction()
        await transaction.start()
        yield connection
        await transaction.rollback()
    finally:
        await connection.close()
