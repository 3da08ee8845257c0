"""Tables rebuilt from both topics of a registry come out the same, whatever was decided later."""

import random
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from acr_domain.amending import Deed, Kind
from acr_domain.topics import dead_letters_topic
from acr_postgres.migrations import migrate
from acr_rebuilding.request import Refused, State
from acr_testkit.log_records import Sender
from acr_testkit.phantoms.samples import scan_body
from acr_testkit.settled_registry import BROKEN, SettledRegistry
from acr_testkit.topic_contents import lose_topics

FIRST, SECOND, PARTITIONS = 300, 200, 3
FAULTY, FINE = "00000000-0000-4000-8000-000000000001", "header_id::text !~ '^[0-2]'"
REDRIVEN = """
SELECT count(*) FROM acr.amendments
WHERE registry = $1 AND verdict_before = 'failed' AND verdict IN ('created', 'updated', 'superseded')
"""


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


async def lose_database(settled: SettledRegistry) -> None:
    owner, name = settled.owner, settled.name
    tables = ("versions", "records", "arrivals", "dead_letters", "amendments", "positions")
    for table in (*tables, "projections"):
        await owner.execute(f"DELETE FROM acr.{table} WHERE registry = $1", name)
    await owner.execute(f"DROP SCHEMA {name} CASCADE")
    await migrate(settled.bench.postgres, [name], declared={name: settled.declared})


@asynccontextmanager
async def faulty(settled: SettledRegistry) -> AsyncIterator[None]:
    """Let versions of some keys fail by a constraint that is wrong, until the block ends."""
    table = f"acr.versions_{settled.name}"
    await settled.owner.execute(
        f"ALTER TABLE {table} ADD CONSTRAINT wrong CHECK ({FINE}) NOT VALID"
    )
    yield
    await settled.owner.execute(f"ALTER TABLE {table} DROP CONSTRAINT wrong")


async def redrive_all(settled: SettledRegistry) -> None:
    for partition in range(PARTITIONS):
        await settled.amend(partition, deed("mended"), 0.0, random.Random(3))


async def test_a_lost_database_gets_its_amendments_back_from_the_consumer(
    settled: SettledRegistry,
) -> None:
    await settled.settle(FIRST)
    await settled.amend(0, deed("one"), 0.2, random.Random(3))
    sums = await settled.sums()
    await lose_database(settled)
    async with settled.consuming():
        await settled.all_settled(FIRST)
    assert await settled.sums() == sums

    report = await settled.rebuild()

    assert report.state is State.SWAPPED
    assert await settled.amend(0, deed("again"), 0.0, random.Random(3)) > 0


async def test_what_failed_at_first_fails_again_at_its_place(settled: SettledRegistry) -> None:
    """Goal: the same tables though the fault is mended; by a rebuild, and by a consumer alone."""
    async with faulty(settled):
        await settled.settle(FIRST)
    await settled.append(SECOND, seed=9)
    async with settled.consuming():
        await settled.all_settled(FIRST + SECOND)
    await redrive_all(settled)
    assert await settled.owner.fetchval(REDRIVEN, settled.name) > 5, "fewer would prove little"
    sums = await settled.sums()

    report = await settled.rebuild()

    assert report.state is State.SWAPPED, report
    assert await settled.sums() == sums
    await lose_database(settled)
    async with settled.consuming():
        await settled.all_settled(FIRST + SECOND)
    assert await settled.sums() == sums


async def test_where_nobody_knows_that_it_failed_its_version_is_stored_once(
    settled: SettledRegistry,
) -> None:
    """Goal: a difference that is told, where the dead-letter topic was lost; no error of its own."""
    sender = Sender(settled.name, None, settled.declared)
    record = sender.record_of(sender.submission(scan_body({"header_id": FAULTY})))
    async with faulty(settled), settled.consuming():
        await settled.log.append_all([record])
        await settled.all_settled(1)
    await redrive_all(settled)
    await lose_topics(settled.bench.kafka, [dead_letters_topic(settled.name)])

    report = await settled.rebuild()

    assert report.state is State.DIFFERENT
    different = {each.table for each in report.tables if each.difference is not None}
    assert different == {f"{table}_{settled.name}" for table in ("arrivals", "dead_letters")}
    assert {each.table: each.rows for each in report.tables}[f"versions_{settled.name}"] == 1


async def test_an_amendment_that_contradicts_what_is_there_is_refused(
    settled: SettledRegistry,
) -> None:
    """Goal: no version twice, where of two with one number the other failed and nobody knows it."""
    sender = Sender(settled.name, None, settled.declared)
    bodies = [scan_body({"header_id": FAULTY}, Order=f"o-{each}") for each in (1, 2)]
    rejected = sender.submission(bodies[0])._replace(findings=(BROKEN,))
    records = [sender.record_of(rejected), sender.record_of(sender.submission(bodies[1]))]
    async with faulty(settled), settled.consuming():
        await settled.log.append_all(records)
        await settled.all_settled(2)
    await redrive_all(settled)
    await lose_topics(settled.bench.kafka, [dead_letters_topic(settled.name)])

    with pytest.raises(Refused, match=r"amendment 1 of .* brings what the tables refuse"):
        await settled.rebuild()


async def test_an_amendment_that_the_topic_does_not_hold_is_told(settled: SettledRegistry) -> None:
    await settled.settle(FIRST)
    await settled.amend(0, deed("one"), 0.2, random.Random(3))
    text = "UPDATE acr.positions SET amendments = amendments + 1, amendments_announced = amendments + 1"
    await settled.owner.execute(f"{text} WHERE registry = $1 AND partition = 0", settled.name)

    report = await settled.rebuild()

    assert report.state is State.DIFFERENT
    assert any("amendments.v1/0 ends at number" in each for each in report.defects)
