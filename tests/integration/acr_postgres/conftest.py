"""A PostgreSQL of these tests' own, which they may crowd, suspend and kill."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from acr_localstack.postgres import PostgresServer, running_postgres
from acr_localstack.shelter import temporary_data
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
