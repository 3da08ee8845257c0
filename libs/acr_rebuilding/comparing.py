"""Compares tables beside with the live ones: all of them at one moment, and what came since."""

import asyncio
from collections.abc import Mapping, Sequence

from acr_postgres.beside import READ_WHOLE
from acr_postgres.comparison import (
    ComparedTable,
    differing_buckets,
    find_difference,
    keys_since,
    sum_since,
    table_sum,
)
from acr_postgres.pool import Connection, Pool
from acr_rebuilding.request import TableReport


async def compare_all(
    live: Connection, beside: Pool, tables: Sequence[ComparedTable]
) -> list[TableReport]:
    """Compare whole tables. ``live`` sees one moment, to which those beside were settled."""
    found = []
    async with beside.acquire() as rebuilt, rebuilt.transaction():
        await rebuilt.execute(READ_WHOLE)
        for table in tables:
            here, there = await asyncio.gather(table_sum(live, table), table_sum(rebuilt, table))
            buckets = differing_buckets(here, there)
            difference = await find_difference(live, rebuilt, table, buckets) if buckets else None
            found.append(TableReport(table.name, here.rows, there.rows, difference))
    return found


async def equal_since(
    live: Connection,
    beside: Pool,
    tables: Sequence[ComparedTable],
    registry: str,
    since: Mapping[int, int],
) -> bool:
    """Tell whether all that came after some positions is the same here and there.

    Nothing of the registry is settled or amended meanwhile.
    """
    async with beside.acquire() as rebuilt:
        keys = sorted(
            await keys_since(live, registry, since) | await keys_since(rebuilt, registry, since)
        )
        for table in tables:
            here = await sum_since(live, table, since, keys)
            if here.buckets != (await sum_since(rebuilt, table, since, keys)).buckets:
                return False
    return True
