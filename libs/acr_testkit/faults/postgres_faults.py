"""Faults of the database: ended in every way, a process of it killed, suspended, its disk full."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg
import psutil

from acr_localstack.postgres import PostgresServer
from acr_testkit.faults.scenario import Fault, Scenario, Scene
from acr_testkit.faults.small_disks import fill, free, said_to_be_full

ONE_BACKEND = (
    "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'acr-consumer-%' "
    "ORDER BY state = 'active' DESC LIMIT 1"
)
AGAIN_SECONDS = 0.2


def _ended(end: Callable[[PostgresServer], object]) -> Fault:
    @asynccontextmanager
    async def fault(scene: Scene) -> AsyncIterator[None]:
        server = scene.parts.database
        await asyncio.to_thread(end, server)
        yield
        await asyncio.to_thread(server.start)

    return fault


@asynccontextmanager
async def backend_killed(scene: Scene) -> AsyncIterator[None]:
    """Kill the process that serves a consumer: the server ends all of them, and recovers."""
    connection = await asyncpg.connect(scene.parts.database.dsn)
    pid = await connection.fetchval(ONE_BACKEND)
    connection.terminate()
    scene.require(pid is not None, "a consumer is connected")
    os.kill(pid, signal.SIGKILL)
    await _wait_until_it_answers(scene)
    scene.healed_now()
    yield


async def _wait_until_it_answers(scene: Scene) -> None:
    while True:
        with suppress(OSError, TimeoutError, asyncpg.PostgresError):
            connection = await asyncpg.connect(scene.parts.database.dsn, timeout=2)
            await connection.fetchval("SELECT 1")
            await connection.close()
            return
        await asyncio.sleep(AGAIN_SECONDS)


@asynccontextmanager
async def suspended(scene: Scene) -> AsyncIterator[None]:
    """Suspend every process of the database; connections stay open."""
    server = psutil.Process(scene.parts.database.pid)
    processes = [server, *server.children(recursive=True)]
    for each in processes:
        each.suspend()
    try:
        yield
    finally:
        for each in reversed(processes):
            with suppress(psutil.NoSuchProcess):
                each.resume()


@asynccontextmanager
async def disk_full(scene: Scene) -> AsyncIterator[None]:
    """Fill the disk of the database; it may end, and is started again when there is room."""
    disk, server = scene.parts.disks["database"], scene.parts.database
    await asyncio.to_thread(fill, disk)
    try:
        yield
        scene.require(said_to_be_full(server.log), "the database met a full disk")
    finally:
        free(disk)
        await asyncio.to_thread(server.start)
    await _wait_until_it_answers(scene)


POSTGRES_SCENARIOS = (
    Scenario("postgres-stopped", "PostgreSQL is stopped in order", _ended(PostgresServer.stop)),
    Scenario(
        "postgres-immediate",
        "PostgreSQL is shut down at once (-m immediate)",
        _ended(PostgresServer.kill),
    ),
    Scenario(
        "postgres-killed",
        "The postmaster of PostgreSQL is killed (-9)",
        _ended(PostgresServer.kill_postmaster),
    ),
    Scenario(
        "backend-killed", "The database's process for a consumer is killed (-9)", backend_killed
    ),
    Scenario("postgres-suspended", "PostgreSQL is suspended for 8 s", suspended, 8.0),
    Scenario(
        "postgres-disk-full",
        "The disk of PostgreSQL is full for 8 s",
        disk_full,
        8.0,
        small_disks=True,
    ),
)
