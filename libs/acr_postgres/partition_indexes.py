"""Builds indexes of partitioned tables where rows are already, without holding up writers.

A migration makes such an index `ON ONLY` the parent. What a partition lacks is built there
concurrently and attached: PostgreSQL's own way (CREATE INDEX, "Building Indexes Concurrently").
Partitions that are made later have it from the start.
"""

import asyncpg

from acr_postgres.pool import query

SCHEMA = "acr"


async def build_indexes(connection: asyncpg.Connection) -> list[str]:
    """Build and attach what partitions lack, outside of a transaction. Tells what was attached.

    It waits for transactions that are open, as long as they are: nobody waits for it meanwhile.
    A run that is cut off leaves an index that is not valid; the next run makes it anew.
    """
    lacking = await connection.fetch(query("indexes_lacking"), SCHEMA)
    if not lacking:
        return []
    former = await connection.fetchval("SHOW lock_timeout")
    await connection.execute("SET lock_timeout = 0")
    done = []
    for row in lacking:
        partition, definition = row["partition"], row["definition"]
        name = await _built(connection, partition, definition)
        await connection.execute(f"ALTER INDEX {row['parent']} ATTACH PARTITION {name}")
        done.append(name)
    await connection.execute(f"SET lock_timeout = '{former}'")
    return done


async def _built(connection: asyncpg.Connection, partition: str, definition: str) -> str:
    """Give the partition's own index, built where a former run has not done so."""
    for left in await connection.fetch(query("indexes_unattached"), SCHEMA, partition, definition):
        if left["is_valid"]:
            return str(left["name"])
        await connection.execute(f"DROP INDEX CONCURRENTLY {left['name']}")
    # Without a name it gets the one that a partition made later has from PostgreSQL.
    await connection.execute(f"CREATE INDEX CONCURRENTLY ON {partition} {definition}")
    built = await connection.fetchrow(query("indexes_unattached"), SCHEMA, partition, definition)
    assert built is not None
    return str(built["name"])
