"""Reads whole tables of one registry, to be compared. Changes nothing."""

from collections.abc import Iterable
from typing import Any

import asyncpg

from acr_registries.projection import open_projection
from acr_registries.registry import Registry

# What tells when the work was done, or by whom, not what came of it.
CLOCKS = frozenset(
    {
        "settled_at",
        "failed_at",
        "amended_at",
        "caught_up_at",
        "consumer",
        "run_id",
        "announced_offset",
    }
)
TABLES = {
    "versions": "partner_id, header_id, version_no",
    "records": "partner_id, header_id",
    "arrivals": "partition, log_offset",
    "dead_letters": "partition, log_offset",
    "amendments": "partition, amendment_no",
    "positions": "partition",
}


async def contents(
    owner: asyncpg.Connection, registry: Registry, leave_out: Iterable[str] = ()
) -> dict[str, list[dict[str, Any]]]:
    """Give all rows of a registry's tables, the typed ones too, without clocks."""
    without = CLOCKS | set(leave_out)
    found = {}
    for table, order in TABLES.items():
        text = f"SELECT * FROM acr.{table} WHERE registry = $1 ORDER BY {order}"
        found[table] = await owner.fetch(text, registry.name)
    for table in open_projection(registry).tables:
        text = f"SELECT * FROM {registry.name}.{table} AS row ORDER BY row::text"
        found[f"typed {table}"] = await owner.fetch(text)
    return {
        table: [{name: v for name, v in row.items() if name not in without} for row in rows]
        for table, rows in found.items()
    }
