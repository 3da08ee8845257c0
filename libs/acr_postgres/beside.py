"""Tables of one registry beside the live ones, of the same structure; for the owner alone.

They hang below parents like those of the live schema, so that a partition can be taken from one and
given to the other. Nothing here touches a live row.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from acr_postgres.exact_times import use_exact_times
from acr_postgres.filling import refill_amended
from acr_postgres.migrations import PARTITIONED_TABLES, PLAIN_TABLES
from acr_postgres.pool import Connection, Pool, close_pool, query
from acr_postgres.projected_rows import has_tables
from acr_postgres.projections import fill_new_tables, take_statistics
from acr_postgres.renaming import renaming, renaming_connection
from acr_registries.projection import Projection
from acr_registries.projection_sql import quoted
from acr_settings.settings import PostgresSettings

LIVE = "acr"
ONLY_THIS = "only_this_registry"
REBUILT, FORMER = "rebuilt", "former"
NAME_FORM = re.compile(r"[a-z][a-z0-9]{0,15}")
# Ends with the transaction: connections beside look rows up by keys otherwise.
READ_WHOLE = "SET LOCAL enable_seqscan = on"
_MARK = "Made by `acr-connect rebuild`"


class NoRoom(Exception):
    """A schema of that name is somebody else's."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Names of the schemas of one registry's tables beside the live ones.

    ``name`` has the form of `NAME_FORM`.
    """

    registry: str
    name: str

    @property
    def tables(self) -> str:
        """The schema of versions, arrivals and the rest."""
        return f"{LIVE}_{self.name}_{self.registry}"

    @property
    def typed(self) -> str:
        """The schema of the registry's typed tables."""
        return f"{self.registry}_{self.name}"

    @property
    def names(self) -> dict[str, str]:
        """Live schemas as statements spell them, and ours in their place."""
        return {LIVE: self.tables, quoted(self.registry): self.typed, self.registry: self.typed}


async def make_beside(connection: Connection, beside: Beside) -> None:
    """Make the tables, empty, in one transaction; typed ones are made by `make_typed`.

    Raises:
        NoRoom: if a schema of that name is there.
    """
    async with connection.transaction():
        for schema in (beside.tables, beside.typed):
            if await connection.fetchval(query("schema_exists"), schema):
                raise NoRoom(f"the database has a schema {schema} already: drop or rename it")
        await make_schema(connection, beside.tables)
        for table in PARTITIONED_TABLES:
            await _make_partitioned(connection, beside, table)
        for table in PLAIN_TABLES:
            await connection.execute(
                f"CREATE TABLE {beside.tables}.{table} (LIKE {LIVE}.{table} INCLUDING ALL)"
            )
        rename = renaming(beside.names)
        for view in await connection.fetch(query("schema_view_definitions"), LIVE):
            name = f"{beside.tables}.{view['viewname']}"
            await connection.execute(f"CREATE VIEW {name} AS {rename(view['definition'])}")


async def make_schema(connection: Connection, schema: str) -> None:
    """Make a schema that says whose it is."""
    await connection.execute(f"CREATE SCHEMA {schema}")
    await connection.execute(f"COMMENT ON SCHEMA {schema} IS '{_MARK}'")


async def _make_partitioned(connection: Connection, beside: Beside, table: str) -> None:
    parent, leaf = f"{beside.tables}.{table}", f"{beside.tables}.{table}_{beside.registry}"
    await connection.execute(
        f"CREATE TABLE {parent} (LIKE {LIVE}.{table} INCLUDING ALL) PARTITION BY LIST (registry)"
    )
    await connection.execute(
        f"CREATE TABLE {leaf} PARTITION OF {parent} FOR VALUES IN ('{beside.registry}')"
    )
    for pair in await connection.fetch(
        query("index_names"), leaf, f"{LIVE}.{table}_{beside.registry}"
    ):
        await connection.execute(f"ALTER INDEX {pair['name']} RENAME TO {quoted(pair['wanted'])}")
    # Spares the live parent the look at every row when the partition is given to it.
    await connection.execute(
        f"ALTER TABLE {leaf} ADD CONSTRAINT {ONLY_THIS} CHECK (registry = '{beside.registry}')"
    )


async def beside_exists(connection: Connection, beside: Beside) -> bool:
    """Tell whether the tables are there and ours."""
    return bool(await connection.fetchval(query("schema_mark"), beside.tables) == _MARK)


async def drop_beside(connection: Connection, beside: Beside) -> bool:
    """Drop the tables with all that is in them; False where there are none of ours."""
    if not await beside_exists(connection, beside):
        return False
    async with connection.transaction():
        # What else there is of this name was refused when ours were made.
        await connection.execute(f"DROP SCHEMA IF EXISTS {beside.typed} CASCADE")
        await connection.execute(f"DROP SCHEMA {beside.tables} CASCADE")
    return True


async def make_typed(pool: Pool, projection: Projection) -> None:
    """Make the typed tables, where they are not there yet; ``pool`` is one of `open_beside`.

    They have their keys from the start: rows are replaced while partitions are settled.
    """
    async with pool.acquire() as connection, connection.transaction():
        if not await has_tables(connection, projection):
            await fill_new_tables(connection, projection.registry, _tell_nobody)


async def finish_typed(pool: Pool, projection: Projection, *, amended: bool) -> None:
    """Make the rows of amended records anew where there are such, and take statistics."""
    async with pool.acquire() as connection, connection.transaction():
        if amended:
            await connection.execute(READ_WHOLE)
            await refill_amended(connection, projection)
        await take_statistics(connection, projection)


def _tell_nobody(*_: object) -> None:
    pass


async def let_read(connection: Connection, beside: Beside) -> None:
    """Let the reader's role read what is beside."""
    for schema in (beside.tables, beside.typed):
        if await connection.fetchval(query("schema_exists"), schema):
            await connection.execute(f"GRANT USAGE ON SCHEMA {schema} TO acr_reader")
            await connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO acr_reader")


@asynccontextmanager
async def open_beside(
    settings: PostgresSettings, beside: Beside, connections_max: int
) -> AsyncIterator[asyncpg.Pool]:
    """Open connections, with the owner's rights, for which the tables beside are the live ones.

    A commit does not wait for the disk: after a crash of the server the last ones may be missing
    with their positions, and are made again.
    """
    pool = asyncpg.create_pool(
        settings.dsn.get_secret_value(),
        min_size=0,
        max_size=connections_max,
        timeout=settings.connect_timeout_seconds,
        init=use_exact_times,
        connection_class=renaming_connection(beside.names),
        server_settings={
            "application_name": f"acr-connect-rebuild-{beside.registry}",
            "synchronous_commit": "off",
            # Plans are kept: one made of empty tables would read the whole of them ever after.
            "enable_seqscan": "off",
        },
    )
    await pool
    try:
        yield pool
    finally:
        await close_pool(pool)
