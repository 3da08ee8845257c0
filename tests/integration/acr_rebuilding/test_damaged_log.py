"""A log that lacks something is named, and nothing is swapped; a state of a former time is kept."""

import pytest

from acr_kafka.stretches import find_deleted, open_stretches
from acr_kafka.topics import Topic
from acr_rebuilding.request import Refused, State, Until
from acr_testkit.settled_registry import SettledRegistry
from acr_testkit.topic_contents import delete_records

FIRST, SECOND = 240, 120


class Ended(Exception):
    """The run ends here, as if it were killed."""


def end(*_: object) -> None:
    raise Ended


async def test_deleted_segments_are_named_and_nothing_is_swapped(settled: SettledRegistry) -> None:
    await settled.settle(FIRST)
    sums = await settled.sums()
    await delete_records(settled.bench.kafka, settled.bench.topic, 1, before=10)

    with pytest.raises(Refused, match=r"/1 begins at 10: what came before was deleted"):
        await settled.rebuild()

    topic = Topic(settled.bench.topic, 3, 1, {"retention.ms": "-1"})
    (drift,) = await find_deleted(settled.bench.kafka, [topic])
    assert (drift.what, drift.found) == ("first offset of partition 1", "10")
    assert await settled.sums() == sums
    assert await settled.schemas_beside() == []
    report = await settled.rebuild(check_only=True, accept_differences=True, why="to see")
    (gap,) = report.gaps
    assert str(gap) == "partition 1: offsets 0 to 9 hold no record"


async def test_a_log_that_ends_early_can_be_gone_back_to(settled: SettledRegistry) -> None:
    """The database stands further than the log: as after a mirror of yesterday took over."""
    await settled.settle(FIRST)
    text = "UPDATE acr.positions SET next_offset = next_offset + 5 WHERE registry = $1"
    await settled.owner.execute(f"{text} AND partition = 2", settled.name)
    async with open_stretches(settled.bench.kafka, "test") as reader:
        end = (await reader.bounds(settled.bench.topic))[2].end

    with pytest.raises(Refused, match=rf"/2 ends at {end}, but is settled to {end + 5}"):
        await settled.rebuild()

    report = await settled.rebuild(accept_differences=True, why="the mirror was shorter")
    assert report.state is State.SWAPPED
    held = "SELECT next_offset FROM acr.positions WHERE registry = $1 AND partition = 2"
    assert await settled.owner.fetchval(held, settled.name) == end
    await settled.append(SECOND, seed=8)
    async with settled.consuming():
        await settled.all_settled(FIRST + SECOND)


async def test_a_state_as_of_offsets_is_kept_beside_for_readers(settled: SettledRegistry) -> None:
    await settled.settle(FIRST)
    sums = await settled.sums()
    async with open_stretches(settled.bench.kafka, "test") as reader:
        ends = {p: held.end for p, held in (await reader.bounds(settled.bench.topic)).items()}
    await settled.append(SECOND, seed=8)
    async with settled.consuming():
        await settled.all_settled(FIRST + SECOND)

    report = await settled.rebuild(until=Until(offsets=ends), name="before")

    assert report.state is State.KEPT
    assert report.positions == ends
    async with settled.owner.transaction():
        await settled.owner.execute("SET LOCAL ROLE acr_reader")
        for table, (rows, _) in sums.items():
            schema = f"acr_before_{settled.name}" if table.endswith(settled.name) else None
            name = f"{schema or settled.name + '_before'}.{table}"
            assert await settled.owner.fetchval(f"SELECT count(*) FROM {name}") == rows
    with pytest.raises(Refused, match="state named before already"):
        await settled.rebuild(until=Until(offsets={0: 1}), name="before")


async def test_a_rebuild_that_was_ended_goes_on_where_it_was(
    settled: SettledRegistry,
) -> None:
    await settled.settle(FIRST)
    sums = await settled.sums()
    with pytest.raises(Ended):
        await settled.rebuild(end)
    assert len(await settled.schemas_beside()) == 2

    report = await settled.rebuild()

    assert report.continued
    assert 0 < report.records < FIRST
    assert report.state is State.SWAPPED
    assert await settled.sums() == sums
