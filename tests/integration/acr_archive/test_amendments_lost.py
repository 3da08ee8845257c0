"""The topic of amendments is lost alone: consumers stand still until it is what it was."""

import random
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from acr_archive.folder import Folder
from acr_archive.restoring import restore, topics_of
from acr_avro.amendments import decode_amendment
from acr_domain.amending import Deed, Kind
from acr_domain.errors import Unavailable
from acr_domain.topics import amendments_topic
from acr_kafka.topics import Topic, apply_topics
from acr_postgres.amending import AmendmentStore
from acr_postgres.pool import open_pool
from acr_postgres.settled_records import take_back_amendments
from acr_rebuilding.ready import require_ready
from acr_rebuilding.request import State
from acr_settling.amending import announce_amendments
from acr_testkit.archives import unseen, write_export
from acr_testkit.awaiting import until
from acr_testkit.consuming import ready_writer
from acr_testkit.settled_registry import SettledRegistry
from acr_testkit.topic_contents import delete_records, lose_topics, partition_end, read_partition

FIRST, MORE = 180, 60
PARTITIONS = 3

Losing = Callable[[SettledRegistry], Awaitable[None]]


async def amend(settled: SettledRegistry, partition: int, seed: int) -> int:
    deed = Deed(Kind.REPLAYED, str(uuid.uuid4()), "ann", f"seed {seed}")
    async with ready_writer(settled.bench.kafka) as writer:
        count = await replace(settled, log=writer).amend(partition, deed, 0.2, random.Random(seed))
    assert count > 5, "fewer would prove little"
    return count


async def lose(settled: SettledRegistry) -> None:
    await lose_topics(settled.bench.kafka, [amendments_topic(settled.name)])


async def lose_and_make(settled: SettledRegistry) -> None:
    await lose(settled)
    topic = Topic(amendments_topic(settled.name), PARTITIONS, 1, {})
    await apply_topics(settled.bench.kafka, [topic])


async def lose_and_amend(settled: SettledRegistry) -> None:
    """Let more be announced to a topic that was made anew, in another partition and in the same."""
    await lose_and_make(settled)
    await amend(settled, 1, 5)
    await amend(settled, 0, 6)


async def lose_a_partition(settled: SettledRegistry) -> None:
    await amend(settled, 2, 5)
    await lose(settled)
    topic = Topic(amendments_topic(settled.name), PARTITIONS - 1, 1, {})
    await apply_topics(settled.bench.kafka, [topic])
    async with open_pool(settled.bench.postgres, "acr_writer", "test") as pool:
        for partition in range(PARTITIONS - 1):
            await take_back_amendments(pool, settled.name, partition, 0)
        async with ready_writer(settled.bench.kafka) as writer:
            store = AmendmentStore(pool, settled.name, settled.bench.topic)
            await announce_amendments(store, writer, 0)


async def stood_still(settled: SettledRegistry, why: str) -> None:
    """Check that a consumer settles nothing, and that nothing is amended meanwhile."""
    sums = await settled.sums()
    async with ready_writer(settled.bench.kafka) as writer:
        await replace(settled, log=writer).append(MORE, seed=9)
    async with settled.consuming() as running:
        await until(lambda: running.stands_still_for(why), why, 20)
    assert await settled.sums() == sums
    async with settled.bench.store() as store:
        with pytest.raises(Unavailable, match=r"another-log\.md"):
            await require_ready(settled.bench.kafka, store, settled.name)


@pytest.mark.parametrize(
    ("lose_them", "why"),
    [
        (lose, "there is no {topic}/0, but "),
        (lose_and_make, "{topic}/0 ends at 0, but "),
        (lose_and_amend, "amendments were announced there"),
        (lose_a_partition, "there is no {topic}/2, but "),
    ],
)
async def test_a_lost_topic_of_amendments_lets_consumers_and_replays_stand_still(
    settled: SettledRegistry, lose_them: Losing, why: str
) -> None:
    """Goal: nothing goes on, and no number is given, while decisions are in PostgreSQL alone."""
    await settled.settle(FIRST)
    await amend(settled, 0, 3)

    await lose_them(settled)

    await stood_still(settled, why.format(topic=amendments_topic(settled.name)))


@pytest.mark.parametrize("exported", ["before", "after", "never"])
async def test_the_lost_topic_is_filled_from_an_export_and_the_database(
    settled: SettledRegistry, tmp_path: Path, exported: str
) -> None:
    """Goal: the walk of the runbook gives all amendments back, whatever the export holds of them."""
    kafka, folder = settled.bench.kafka, Folder(tmp_path / "export")
    await settled.settle(FIRST)
    if exported == "before":
        await write_export(kafka, folder, [settled.name])
    await amend(settled, 0, 3)
    await amend(settled, 1, 4)
    if exported == "after":
        await write_export(kafka, folder, [settled.name])
    before, sums = await numbers(settled), await settled.sums()
    await lose_and_make(settled)
    await stood_still(settled, "amendments were announced there")
    if exported == "never":
        await write_export(kafka, folder, [settled.name])

    topics = [Topic(name, PARTITIONS, 1, {}) for name in topics_of([settled.name])]
    await restore(folder, kafka, settled.bench.postgres, [settled.name], topics, unseen)

    assert await numbers(settled) == before
    assert await settled.sums() == sums
    async with settled.consuming() as running:
        await settled.all_settled(FIRST + MORE)
        assert not [each for each in running.troubles if each]
    assert (await settled.rebuild(check_only=True)).state is State.EQUAL


async def test_it_goes_on_where_amendments_were_deleted_or_are_not_announced_yet(
    settled: SettledRegistry,
) -> None:
    await settled.settle(FIRST)
    await amend(settled, 0, 3)
    topic = amendments_topic(settled.name)
    end = await partition_end(settled.bench.kafka, topic)
    await delete_records(settled.bench.kafka, topic, 0, before=end)
    text = "UPDATE acr.positions SET amendments = 9 WHERE registry = $1 AND partition = 1"
    await settled.owner.execute(text, settled.name)

    async with settled.consuming() as running:
        await until(lambda: None in running.troubles, "it goes on")
        assert not [each for each in running.troubles if each]


async def numbers(settled: SettledRegistry) -> list[list[int]]:
    """Give the numbers that each partition of the topic holds, in their order."""
    topic = amendments_topic(settled.name)
    return [
        [
            decode_amendment(record.value).number
            for record in await read_partition(settled.bench.kafka, topic, partition)
        ]
        for partition in range(PARTITIONS)
    ]
