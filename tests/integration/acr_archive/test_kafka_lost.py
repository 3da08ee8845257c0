"""Kafka is lost: topics come back from an export, and what came after it from the database."""

import random
import shutil
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from acr_archive.exporting import Exported
from acr_archive.folder import BadArchive, Folder
from acr_archive.restoring import Restored, restore, topics_of
from acr_archive.verifying import verify
from acr_domain.amending import Deed, Kind
from acr_kafka.records import LogRecord
from acr_kafka.stretches import open_stretches
from acr_kafka.topics import Topic, apply_topics
from acr_rebuilding.request import State
from acr_testkit.archives import unseen, write_export
from acr_testkit.awaiting import until
from acr_testkit.consuming import ready_writer
from acr_testkit.settled_registry import SettledRegistry
from acr_testkit.topic_contents import delete_records, lose_topics, read_partition

FIRST, SECOND, THIRD = 180, 120, 60
PARTITIONS = 3


def deed(why: str) -> Deed:
    return Deed(Kind.REPLAYED, str(uuid.uuid4()), "ann", why)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "export")


async def exported(settled: SettledRegistry, folder: Folder) -> list[Exported]:
    return await write_export(settled.bench.kafka, folder, [settled.name])


async def lose_kafka(settled: SettledRegistry) -> None:
    await lose_topics(settled.bench.kafka, topics_of([settled.name]))


async def restored(settled: SettledRegistry, folder: Folder, *, fill: bool = False) -> Restored:
    topics = [
        Topic(name, PARTITIONS, 1, {"message.timestamp.type": "LogAppendTime"})
        for name in topics_of([settled.name])
    ]
    postgres = settled.bench.postgres if fill else None
    return await restore(folder, settled.bench.kafka, postgres, [settled.name], topics, unseen)


async def held(settled: SettledRegistry) -> list[LogRecord]:
    return [
        record
        for topic in topics_of([settled.name])
        for partition in range(PARTITIONS)
        for record in await read_partition(settled.bench.kafka, topic, partition)
    ]


async def go_on(settled: SettledRegistry, before: int, count: int, seed: int) -> None:
    """Append and settle more, by a writer that knows the new topics."""
    async with ready_writer(settled.bench.kafka) as writer:
        fresh = replace(settled, log=writer)
        await fresh.append(count, seed=seed)
        async with fresh.consuming():
            await fresh.all_settled(before + count)


def flip(data: list[Path]) -> None:
    content = bytearray(data[1].read_bytes())
    content[len(content) // 2] ^= 1
    data[1].write_bytes(content)


def cut(data: list[Path]) -> None:
    data[1].write_bytes(data[1].read_bytes()[:-10])


def lose_data(data: list[Path]) -> None:
    data[1].unlink()


def lose_both(data: list[Path]) -> None:
    data[1].unlink()
    data[1].with_suffix(".json").unlink()


def garble(data: list[Path]) -> None:
    data[1].with_suffix(".json").write_text("{}")


DAMAGES: dict[Callable[[list[Path]], None], str] = {
    flip: "is damaged",
    cut: "is damaged",
    lose_data: "is missing",
    lose_both: "does not follow the segment before it",
    garble: "it tells of no segment",
}


def records(done: Sequence[Exported]) -> int:
    return sum(each.records for each in done)


async def test_topics_come_back_as_they_were(settled: SettledRegistry, folder: Folder) -> None:
    await settled.settle(FIRST)
    await settled.amend(0, deed("one"), 0.2, random.Random(3))
    first = await exported(settled, folder)
    await settled.append(SECOND, seed=8)
    second = await exported(settled, folder)
    assert records(second) == SECOND
    assert records(await exported(settled, folder)) == 0
    before = await held(settled)
    assert records(first) + records(second) == len(before)
    assert all(not each.problems and not each.gaps for each in verify(folder, lambda _, __: None))
    await lose_kafka(settled)

    await restored(settled, folder)

    assert await held(settled) == before
    again = await restored(settled, folder)
    assert [each.records for each in again.topics] == [0, 0]
    async with settled.consuming():
        await settled.all_settled(FIRST + SECOND)
    await go_on(settled, FIRST + SECOND, THIRD, seed=9)
    assert records(await exported(settled, folder)) == THIRD
    report = await settled.rebuild(check_only=True)
    assert report.state is State.EQUAL, report


async def test_what_came_after_the_export_comes_back_from_the_database(
    settled: SettledRegistry, folder: Folder
) -> None:
    await settled.settle(FIRST)
    await settled.amend(0, deed("one"), 0.2, random.Random(3))
    await exported(settled, folder)
    await settled.append(SECOND, seed=8)
    async with settled.consuming():
        await settled.all_settled(FIRST + SECOND)
    amended = await settled.amend(1, deed("two"), 0.2, random.Random(4))
    assert amended > 5
    sums = await settled.sums()
    await lose_kafka(settled)

    await restored(settled, folder)
    async with settled.consuming() as running:
        await until(
            lambda: running.stands_still_for("amendments were announced there"), "it says why"
        )
    (filled,) = (await restored(settled, folder, fill=True)).filled

    assert sum(filled.records.values()) == SECOND
    assert filled.records["without-body"] > 0
    assert filled.amendments == amended
    assert (await restored(settled, folder, fill=True)).filled[0].records == {}
    report = await settled.rebuild()
    assert report.state is State.SWAPPED, report
    assert await settled.sums() == sums
    await go_on(settled, FIRST + SECOND, THIRD, seed=9)


async def test_without_an_export_all_that_is_settled_comes_back_from_the_database(
    settled: SettledRegistry, folder: Folder
) -> None:
    await settled.settle(FIRST)
    await settled.amend(0, deed("one"), 0.2, random.Random(3))
    sums = await settled.sums()
    await lose_kafka(settled)
    topics = [Topic(name, PARTITIONS, 1, {}) for name in topics_of([settled.name])]
    await apply_topics(settled.bench.kafka, topics)
    assert records(await exported(settled, folder)) == 0

    (filled,) = (await restored(settled, folder, fill=True)).filled

    assert sum(filled.records.values()) == FIRST
    assert (await settled.rebuild()).state is State.SWAPPED
    assert await settled.sums() == sums
    await go_on(settled, FIRST, THIRD, seed=9)


async def test_gaps_keep_their_places(settled: SettledRegistry, folder: Folder) -> None:
    """Offsets without a record stay gaps for every reader, so that those after them stay the same."""
    await settled.settle(FIRST)
    await delete_records(settled.bench.kafka, settled.bench.topic, 1, before=10)
    done = await exported(settled, folder)
    assert [str(gap) for each in done for gap in each.gaps] == [
        "partition 1: offsets 0 to 9 hold no record"
    ]
    topic = settled.bench.topic
    before = await read_partition(settled.bench.kafka, topic, 1, begin=10)
    await lose_kafka(settled)

    result = await restored(settled, folder)

    assert sum(each.placeholders for each in result.topics) == 10
    async with open_stretches(settled.bench.kafka, "test") as reader:
        pieces = [each async for each in reader.read(topic, 1, 0, 12, 100)]
    assert [str(gap) for each in pieces for gap in each.gaps] == [
        "partition 1: offsets 0 to 9 hold no record"
    ]
    assert await read_partition(settled.bench.kafka, topic, 1, begin=10) == before
    await go_on(settled, FIRST, THIRD, seed=9)


async def test_topics_that_are_not_empty_are_refused(
    settled: SettledRegistry, folder: Folder
) -> None:
    await settled.append(FIRST)
    await exported(settled, folder)
    await lose_kafka(settled)
    topics = [Topic(name, PARTITIONS, 1, {}) for name in topics_of([settled.name])]
    await apply_topics(settled.bench.kafka, topics)
    async with ready_writer(settled.bench.kafka) as writer:
        await replace(settled, log=writer).append(SECOND, seed=8)

    with pytest.raises(BadArchive, match=r"mport goes into empty topics"):
        await restored(settled, folder)


async def test_an_export_of_another_topic_is_not_gone_on_with(
    settled: SettledRegistry, folder: Folder
) -> None:
    await settled.append(FIRST)
    await exported(settled, folder)
    await lose_kafka(settled)
    await restored(settled, folder)
    await lose_kafka(settled)
    topics = [Topic(name, PARTITIONS, 1, {}) for name in topics_of([settled.name])]
    await apply_topics(settled.bench.kafka, topics)

    with pytest.raises(BadArchive, match="the topic was made anew or lost records"):
        await exported(settled, folder)
    async with ready_writer(settled.bench.kafka) as writer:
        await replace(settled, log=writer).append(FIRST, seed=8)
    with pytest.raises(BadArchive, match=r"holds another record|lost records"):
        await exported(settled, folder)


async def test_a_damaged_export_is_noticed_and_named(
    settled: SettledRegistry, folder: Folder, tmp_path: Path
) -> None:
    for seed in range(3):
        await settled.append(THIRD, seed=seed)
        await exported(settled, folder)
    for number, (damage, told) in enumerate(DAMAGES.items()):
        copy = Folder(tmp_path / f"copy{number}")
        shutil.copytree(folder.path, copy.path)
        data = sorted((copy.path / settled.bench.topic / "00001").glob("*.avro"))
        assert len(data) > 2
        damage(data)
        problems = [p for each in verify(copy, lambda _, __: None) for p in each.problems]
        assert any(told in each for each in problems), (told, problems)
