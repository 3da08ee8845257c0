"""A state as of a time holds what was appended and amended before it, and nothing of later."""

import asyncio
import random
import uuid
from dataclasses import replace
from datetime import UTC, datetime

from acr_domain.amending import Deed, Kind
from acr_postgres.comparison import compared_tables, table_sum
from acr_rebuilding.request import State, Until
from acr_registries.projection import open_projection
from acr_testkit.settled_registry import SettledRegistry

FIRST, SECOND = 240, 120
# Both clocks are this machine's; records and amendments lie this far from the time asked for.
APART_SECONDS = 0.2


def deed(why: str) -> Deed:
    return Deed(Kind.REPLAYED, str(uuid.uuid4()), "ann", why)


async def sums_of(settled: SettledRegistry, name: str) -> dict[str, tuple[int, int]]:
    """Give rows and checksums of the state of a name, by the names of the live tables."""
    sums = {}
    projection = open_projection(settled.declared)
    for table in await compared_tables(settled.owner, settled.name, projection):
        schema = f"acr_{name}_{settled.name}" if table.registry else f"{settled.name}_{name}"
        found = await table_sum(settled.owner, replace(table, schema=schema))
        sums[table.name] = (found.rows, found.checksum)
    return sums


async def test_a_state_as_of_a_time_is_what_the_tables_were_then(
    settled: SettledRegistry,
) -> None:
    chance = random.Random(3)
    await settled.settle(FIRST)
    assert await settled.amend(0, deed("before"), 0.2, chance) > 5
    sums = await settled.sums()
    await asyncio.sleep(APART_SECONDS)
    then = datetime.now(UTC)
    await asyncio.sleep(APART_SECONDS)
    assert await settled.amend(1, deed("after"), 0.2, chance) > 5
    await settled.append(SECOND, seed=8)
    async with settled.consuming():
        await settled.all_settled(FIRST + SECOND)
    later = await settled.sums()

    report = await settled.rebuild(until=Until(time=then), name="then")

    assert report.state is State.KEPT
    assert sum(report.positions.values()) == FIRST
    assert await sums_of(settled, "then") == sums
    assert await settled.sums() == later
    assert later != sums
