"""Backs PostgreSQL up and restores it, by its own programs, as an operator does."""

import os
import subprocess
from pathlib import Path

import asyncpg

from acr_localstack.ports import LOOPBACK
from acr_localstack.postgres import PostgresServer
from acr_localstack.postgres_cluster import DATABASE, OWNER, server_environment

PROGRAM_SECONDS_MAX = 120


def run_program(server: PostgresServer, name: str, *arguments: str | Path) -> None:
    """Run one of PostgreSQL's programs; says what it said where it fails."""
    done = subprocess.run(
        [server.program(name), *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=PROGRAM_SECONDS_MAX,
        env=server_environment(os.environ),
    )
    assert done.returncode == 0, done.stderr


def dump(server: PostgresServer, file: Path) -> None:
    """Write a dump of the database."""
    run_program(server, "pg_dump", "-Fc", "-d", server.dsn, "-f", file)


async def lose_database(server: PostgresServer) -> None:
    """Drop the database with all that is in it, and make an empty one."""
    beside = await asyncpg.connect(f"postgresql://{OWNER}@{LOOPBACK}:{server.port}/postgres")
    try:
        await beside.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
        await beside.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
    finally:
        await beside.close()


async def restore_dump(server: PostgresServer, file: Path) -> asyncpg.Connection:
    """Lose the database, and put a dump in its place; gives a connection of the owner."""
    await lose_database(server)
    run_program(server, "pg_restore", "--exit-on-error", "-j", "2", "-d", server.dsn, file)
    return await asyncpg.connect(server.dsn)
