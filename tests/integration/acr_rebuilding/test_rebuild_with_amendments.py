"""Tables rebuilt from both topics of a registry come out the same, whatever was decided later."""

import random
import uuid

from acr_domain.amending import Deed, Kind
from acr_postgres.migrations import migrate
from acr_rebuilding.request import State
from acr_testkit.settled_registry import SettledRegistry

FIRST, SECOND = 300, 200


def deed(why: str) -> Deed:
    return Deed(Kind.REPLAYED, str(uuid.uuid4()), "ann", why)


async def test_amendments_are_applied_where_they_were_applied(settled: SettledRegistry) -> None:
    chance = random.Random(3)
    await settled.settle(FIRST)
    amended = [await settled.amend(each, deed("one"), 0.2, chance) for each in (0, 1)]
    await settled.append(SECOND, seed=9)
    async with settled.consuming():
        await settled.all_settled(FIRST + SECOND)
    amended.append(await settled.amend(0, deed("two"), 0.0, chance))
    assert all(count > 5 for count in amended), "a rebuild of less would prove little"
    sums = await settled.sums()

    report = await settled.rebuild()

    assert report.state is State.SWAPPED, report
    assert await settled.sums() == sums
    rows = {each.table: each.rows for each in report.tables}
    assert rows[f"amendments_{settled.name}"] == sum(amended)


async def test_a_lost_database_gets_its_amendments_back_from_the_consumer(
    settled: SettledRegistry,
) -> None:
    await settled.settle(FIRST)
    await settled.amend(0, deed("one"), 0.2, random.Random(3))
    sums, owner, name = await settled.sums(), settled.owner, settled.name
    tables = ("versions", "records", "arrivals", "dead_letters", "amendments", "positions")
    for table in (*tables, "projections"):
        await owner.execute(f"DELETE FROM acr.{table} WHERE registry = $1", name)
    await owner.execute(f"DROP SCHEMA {name} CASCADE")
    await migrate(settled.bench.postgres, [name], declared={name: settled.declared})
    async with settled.consuming():
        await settled.all_settled(FIRST)
    assert await settled.sums() == sums

    report = await settled.rebuild()

    assert report.state is State.SWAPPED
    assert await settled.amend(0, deed("again"), 0.0, random.Random(3)) > 0


async def test_an_amendment_that_the_topic_does_not_hold_is_told(settled: SettledRegistry) -> None:
    await settled.settle(FIRST)
    await settled.amend(0, deed("one"), 0.2, random.Random(3))
    text = "UPDATE acr.positions SET amendments = amendments + 1, amendments_announced = amendments + 1"
    await settled.owner.execute(f"{text} WHERE registry = $1 AND partition = 0", settled.name)

    report = await settled.rebuild()

    assert report.state is State.DIFFERENT
    assert any("amendments.v1/0 ends at number" in each for each in report.defects)
