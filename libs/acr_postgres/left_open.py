"""Tells what waits for a person: dead letters that are open, and replays that stand still. Changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from acr_postgres.pool import Pool, connected, database_trouble, query


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """Open dead letters by class, and how long the stillest replay that is not at its end has stood (s; 0 for none)."""

    letters: Mapping[str, int]
    replay_idle_seconds: float


async def read_left_open(pool: Pool, registry: str) -> LeftOpen:
    """Look at one registry.

    Raises:
        Unavailable: if the database does not answer.
    """
    with database_trouble():
        async with connected(pool) as connection:
            letters = await connection.fetch(query("open_letters_by_class"), registry)
            idle = await connection.fetchval(query("idle_replay_seconds"), registry)
    return LeftOpen({row["error_class"]: row["count"] for row in letters}, max(0.0, idle or 0.0))
