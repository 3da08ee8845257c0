"""How far the partitions of a registry are settled and amended. Moves none of them."""

from collections.abc import Iterable
from dataclasses import dataclass

import asyncpg

from acr_postgres.pool import Connection, Pool, PoolConnection, query


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a partition stands: the first offset not settled, and the number of its last amendment.

    ``announced`` is the number of the last amendment that the brokers are known to have taken.
    """

    next_offset: int
    amendments: int
    announced: int = 0


async def read_stands(
    connection: "Connection | Pool | PoolConnection", registry: str
) -> dict[int, Stand]:
    """Tell where the partitions of a registry stand; those never settled are left out."""
    return _stands(await connection.fetch(query("settled_positions"), registry))


async def lock_stands(connection: Connection, registry: str) -> dict[int, Stand]:
    """Tell the same, and hold the registry still until the transaction ends."""
    return _stands(await connection.fetch(query("lock_positions"), registry))


def _stands(rows: Iterable[asyncpg.Record]) -> dict[int, Stand]:
    return {
        row["partition"]: Stand(row["next_offset"], row["amendments"], row["amendments_announced"])
        for row in rows
    }
