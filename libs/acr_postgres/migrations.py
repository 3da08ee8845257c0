"""Brings the schema up to date: numbered SQL files, forward only, each in one transaction."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib import resources

import asyncpg

from acr_postgres.exact_times import use_exact_times
from acr_postgres.filling import Report
from acr_postgres.partition_indexes import build_indexes
from acr_postgres.pool import database_trouble, query
from acr_postgres.projections import bring_up
from acr_registries.catalogue import load_registries
from acr_registries.registry import Registry
from acr_settings.settings import PostgresSettings

# Any two runs of this command agree on this number, so that only one works at a time.
MIGRATE_LOCK = 7_203_911
# A class of locks, one a registry: while its tables are made anew beside, their form stays.
REBUILD_LOCKS = 7_203_913
# A change waits this long for a table in use, then gives up rather than hold up the services.
_LOCK_TIMEOUT = "5s"
_TURN_SECONDS = 0.1
PARTITIONED_TABLES = ("versions", "records", "arrivals", "dead_letters", "amendments")
# Tables with rows of every registry in one.
PLAIN_TABLES = ("positions", "projections")

_PREPARE = """
CREATE SCHEMA IF NOT EXISTS acr;
CREATE TABLE IF NOT EXISTS acr.schema_migrations (
    version integer PRIMARY KEY, name text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now()
);
DO $$
DECLARE role_name text;
BEGIN
    FOREACH role_name IN ARRAY ARRAY['acr_writer', 'acr_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role_name);
        END IF;
        EXECUTE format('GRANT %I TO CURRENT_USER', role_name);
        EXECUTE format('GRANT USAGE ON SCHEMA acr TO %I', role_name);
        EXECUTE format('GRANT SELECT ON acr.schema_migrations TO %I', role_name);
    END LOOP;
END $$;
"""


class SchemaBehind(Exception):
    """The database's schema is not the one that this code was written for."""


class RebuildRuns(Exception):
    """Tables are made anew at this moment, so that their form cannot change."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file."""

    version: int
    name: str
    sql: str


def read_migrations() -> list[Migration]:
    """Read the numbered files in their order."""
    folder = resources.files("acr_postgres").joinpath("migrations")
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".sql")), key=lambda f: f.name)
    return [
        Migration(int(f.name.split("_", maxsplit=1)[0]), f.name, f.read_text(encoding="utf-8"))
        for f in files
    ]


def _tell_nobody(_: str, __: int, ___: int) -> None:
    pass


async def migrate(
    settings: PostgresSettings,
    registries: Iterable[str],
    *,
    declared: Mapping[str, Registry] | None = None,
    refill: Collection[str] = (),
    report: Report = _tell_nobody,
) -> list[str]:
    """Apply what is missing; make each registry's partitions and typed tables. Tells what was done.

    Typed tables are made for those that are ``declared``: without it, all that the catalogue has.
    ``refill`` names registries whose tables are filled anew in any case; ``report`` is told how far
    filling is.

    Raises:
        Unavailable: if the database does not answer, or a table stays locked.
        SchemaTaken: if a registry's schema belongs to somebody else.
        RebuildRuns: if a registry's tables are made anew at this moment.
    """
    names = list(registries)
    known = load_registries() if declared is None else declared
    with database_trouble():
        async with open_owner(settings, "acr-connect-migrate") as connection:
            await _take_turn(connection)
            if await connection.fetchval(query("rebuild_runs"), REBUILD_LOCKS):
                raise RebuildRuns("a rebuild runs: wait for its end, or end it, and repeat this")
            await connection.execute(_PREPARE)
            await connection.execute("SELECT set_config('lock_timeout', $1, false)", _LOCK_TIMEOUT)
            done = await _apply(connection)
            done += await _make_partitions(connection, names)
            done += await build_indexes(connection)
            for registry in [known[name] for name in names if name in known]:
                again = registry.name in refill
                if did := await bring_up(connection, registry, report, refill=again):
                    done.append(did)
            return done


async def _take_turn(connection: asyncpg.Connection) -> None:
    """Wait until no other run works.

    One look after another: a statement that waits would be an open transaction, for which an index
    that is built concurrently waits in turn.
    """
    ours = "SELECT pg_try_advisory_lock($1)"
    # No event of ours tells that another session's lock is free.
    while not await connection.fetchval(ours, MIGRATE_LOCK):  # noqa: ASYNC110
        await asyncio.sleep(_TURN_SECONDS)


async def _apply(connection: asyncpg.Connection) -> list[str]:
    present = await connection.fetchval(query("schema_version")) or 0
    done = []
    for migration in read_migrations():
        if migration.version > present:
            async with connection.transaction():
                await connection.execute(migration.sql)
                await connection.execute(
                    "INSERT INTO acr.schema_migrations (version, name) VALUES ($1, $2)",
                    migration.version,
                    migration.name,
                )
            done.append(migration.name)
    return done


async def _make_partitions(connection: asyncpg.Connection, registries: Iterable[str]) -> list[str]:
    done = []
    for registry in registries:
        for table in PARTITIONED_TABLES:
            name = f"{table}_{registry}"
            if await connection.fetchval("SELECT to_regclass($1)", f"acr.{name}") is None:
                # Names come from the registries' folders, never from outside.
                await connection.execute(
                    f"CREATE TABLE acr.{name} PARTITION OF acr.{table} FOR VALUES IN ('{registry}')"
                )
                done.append(name)
    return done


@asynccontextmanager
async def open_owner(
    settings: PostgresSettings, application_name: str
) -> AsyncIterator[asyncpg.Connection]:
    """Open a connection with the owner's rights."""
    connection = await asyncpg.connect(
        settings.dsn.get_secret_value(),
        timeout=settings.connect_timeout_seconds,
        server_settings={"application_name": application_name},
    )
    try:
        await use_exact_times(connection)
        yield connection
    finally:
        async with asyncio.timeout(settings.connect_timeout_seconds):
            await connection.close()


async def require_schema(pool: asyncpg.Pool) -> None:
    """Check that the schema is at least as new as this code; newer is fine, changes only add.

    Raises:
        SchemaBehind: if it is older.
        Unavailable: if the database does not answer.
    """
    needed = read_migrations()[-1].version
    with database_trouble():
        try:
            found = await pool.fetchval(query("schema_version")) or 0
        except (
            asyncpg.UndefinedTableError,
            asyncpg.InvalidSchemaNameError,
            asyncpg.UndefinedObjectError,
        ):
            found = 0
    if found < needed:
        raise SchemaBehind(
            f"the database's schema is at version {found}, {needed} is needed: "
            "run `acr-connect migrate`"
        )
