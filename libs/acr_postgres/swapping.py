"""Puts tables that were made beside into the place of the live ones, in a transaction of the caller.

Locks are waited for briefly and taken before anything is changed: whoever waits too long is us.
"""

import asyncio
import time

import asyncpg

from acr_domain.errors import Unavailable
from acr_postgres.beside import LIVE, ONLY_THIS, Beside, make_schema
from acr_postgres.migrations import PARTITIONED_TABLES
from acr_postgres.pool import Connection, query
from acr_registries.projection import Projection
from acr_registries.projection_sql import quoted

# Below the second after which the server looks for deadlocks and ends one of those who wait.
LOCK_TIMEOUT = "300ms"
LOCKING_SECONDS_MAX = 5.0
OLDER_SECONDS_MAX = 30.0
LOOK_AGAIN_SECONDS = 0.05


async def lacking_rules(
    connection: Connection, beside: Beside, projection: Projection | None
) -> list[str]:
    """Name indexes and constraints of the live tables that those beside lack."""
    registry = beside.registry
    kinds = [(LIVE, beside.tables, [f"{table}_{registry}" for table in PARTITIONED_TABLES])]
    if projection is not None:
        kinds.append((registry, beside.typed, list(projection.tables)))
    return [
        f"{row['held_by']} was made without {row['definition']}"
        for live, ours, tables in kinds
        for row in await connection.fetch(query("lacking_rules"), live, ours, tables)
    ]


async def lock_for_swap(connection: Connection, registry: str) -> None:
    """Take every lock that a swap needs; the registry's positions are locked already.

    Raises:
        Unavailable: if somebody uses the tables for too long.
    """
    tables = [f"ONLY {LIVE}.{table}" for table in PARTITIONED_TABLES]
    tables += [f"{LIVE}.{table}_{registry}" for table in PARTITIONED_TABLES]
    deadline = time.monotonic() + LOCKING_SECONDS_MAX
    await connection.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    while True:
        try:
            async with connection.transaction():
                await connection.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
            return
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"the tables of {registry} stay in use; look for long transactions "
                    "(pg_stat_activity) and repeat the command"
                ) from None
            await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def put_in_place(
    connection: Connection, beside: Beside, former: Beside, *, typed: bool
) -> None:
    """Let the tables beside be the live ones, and the live ones be the former.

    Views that others have upon typed tables read the new ones afterwards.
    """
    registry = beside.registry
    await make_schema(connection, former.tables)
    for table in PARTITIONED_TABLES:
        leaf = f"{table}_{registry}"
        await connection.execute(f"ALTER TABLE {LIVE}.{table} DETACH PARTITION {LIVE}.{leaf}")
        await connection.execute(
            f"ALTER TABLE {beside.tables}.{table} DETACH PARTITION {beside.tables}.{leaf}"
        )
        await connection.execute(f"ALTER TABLE {LIVE}.{leaf} SET SCHEMA {former.tables}")
        await connection.execute(f"ALTER TABLE {beside.tables}.{leaf} SET SCHEMA {LIVE}")
        await connection.execute(
            f"ALTER TABLE {LIVE}.{table} ATTACH PARTITION {LIVE}.{leaf} FOR VALUES IN ('{registry}')"
        )
        await connection.execute(f"ALTER TABLE {LIVE}.{leaf} DROP CONSTRAINT {ONLY_THIS}")
    if typed:
        await _put_typed_in_place(connection, beside, former)
    await connection.execute(f"DROP SCHEMA {beside.tables} CASCADE")


async def _put_typed_in_place(connection: Connection, beside: Beside, former: Beside) -> None:
    live = quoted(beside.registry)
    upon = await connection.fetch(query("views_upon"), beside.registry)
    await connection.execute(f"ALTER SCHEMA {live} RENAME TO {former.typed}")
    await connection.execute(f"ALTER SCHEMA {beside.typed} RENAME TO {live}")
    for view in upon:
        await connection.execute(f"CREATE OR REPLACE VIEW {view['name']} AS {view['definition']}")


async def take_positions(connection: Connection, beside: Beside) -> None:
    """Let partitions stand where the tables beside stand: for a database that was damaged."""
    for text in (query("take_rebuilt_positions"), query("drop_lost_positions")):
        await connection.execute(text.format(schema=beside.tables), beside.registry)


async def wait_for_older(connection: Connection) -> bool:
    """Wait until no transaction is left that began before now; False where one goes on too long.

    Only those may still read tables whose names others have by now.
    """
    began = await connection.fetchval(query("clock"))
    deadline = time.monotonic() + OLDER_SECONDS_MAX
    while await connection.fetchval(query("older_transactions"), began):
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
    return True
