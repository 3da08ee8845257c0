"""A system of these tests' own, whose parts may be stopped and killed; all run again afterwards."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from acr_testkit.fragile_system import Fragile, fragile_system

SENDERS_MAX = 250
TOPICS_FILE = Path(__file__).parents[3] / "deploy" / "kafka" / "topics.toml"


@pytest.fixture(scope="package")
async def whole(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fragile]:
    async with fragile_system(TOPICS_FILE, tmp_path_factory.mktemp("logs")) as whole:
        yield whole


@pytest.fixture
async def fragile(whole: Fragile) -> AsyncIterator[Fragile]:
    """Fails where a test, or what it did, leaves a service behind that is not ready."""
    yield whole
    await whole.all_ready()


@pytest.fixture
async def senders(fragile: Fragile) -> AsyncIterator[httpx.AsyncClient]:
    """Connections to the gateway, one a sender."""
    limits = httpx.Limits(max_connections=SENDERS_MAX)
    url = fragile.gateway.url
    async with httpx.AsyncClient(base_url=url, timeout=90, limits=limits) as client:
        yield client


@pytest.fixture
async def reading(fragile: Fragile) -> AsyncIterator[httpx.AsyncClient]:
    """A connection to the reader."""
    async with httpx.AsyncClient(base_url=fragile.reader.url, timeout=90) as client:
        yield client


@pytest.fixture
async def owner(fragile: Fragile) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the database with all rights."""
    connection = await asyncpg.connect(fragile.server.dsn)
    yield connection
    await connection.close()
