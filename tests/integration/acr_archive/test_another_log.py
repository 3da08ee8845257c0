"""A consumer tells a log that is not the one it settled from one that has only lost what is old."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer

from acr_archive.folder import Folder
from acr_archive.restoring import put_behind, restore, topics_of
from acr_kafka.topics import Topic, apply_topics
from acr_rebuilding.request import State
from acr_testkit.archives import unseen, write_export
from acr_testkit.awaiting import until
from acr_testkit.consuming import Running, ready_writer
from acr_testkit.log_records import Sender
from acr_testkit.phantoms.samples import scan_body
from acr_testkit.settled_registry import SettledRegistry
from acr_testkit.topic_contents import delete_records, lose_topics, partition_end

FIRST, MORE = 180, 60
PARTITIONS = 3
POSITIONS = "SELECT sum(next_offset) FROM acr.positions WHERE registry = $1"


async def lose_kafka(settled: SettledRegistry) -> None:
    """Lose the topics, and have them made anew without an import."""
    names = topics_of([settled.name])
    await lose_topics(settled.bench.kafka, names)
    await apply_topics(settled.bench.kafka, [Topic(name, PARTITIONS, 1, {}) for name in names])


async def append(settled: SettledRegistry, count: int, seed: int) -> None:
    """Append as a gateway would that is started after the loss."""
    if count:
        async with ready_writer(settled.bench.kafka) as writer:
            await replace(settled, log=writer).append(count, seed=seed)


@asynccontextmanager
async def standing_still(settled: SettledRegistry, why: str) -> AsyncIterator[Running]:
    """Run a consumer that is to stand still, and check that it settles nothing."""
    sums = await settled.sums()
    stood = await settled.owner.fetchval(POSITIONS, settled.name)
    async with settled.consuming() as running:
        await until(lambda: running.stands_still_for(why), why, 20)
        yield running
        assert not running.task.done()
    assert await settled.owner.fetchval(POSITIONS, settled.name) == stood
    assert await settled.sums() == sums


async def goes_on(settled: SettledRegistry, count: int) -> None:
    """Append more, and see all of it settled by a consumer that is started now."""
    async with ready_writer(settled.bench.kafka) as writer:
        fresh = replace(settled, log=writer)
        await fresh.append(MORE, seed=9)
        async with fresh.consuming() as running:
            await fresh.all_settled(count + MORE)
            assert not [each for each in running.troubles if each]


@pytest.mark.parametrize(
    ("appended", "why"),
    [
        (0, "but is settled to"),
        (MORE, "but is settled to"),
        (2 * FIRST, "holds another submission"),
    ],
)
async def test_topics_that_were_made_anew_are_not_settled(
    settled: SettledRegistry, appended: int, why: str
) -> None:
    """Goal: what gateways append after a loss of Kafka is not passed over, however much it is."""
    await settled.settle(FIRST)
    await lose_kafka(settled)
    await append(settled, appended, seed=8)

    async with standing_still(settled, why):
        await append(settled, MORE, seed=9)


async def test_topics_that_are_made_anew_under_a_running_consumer_are_not_settled(
    settled: SettledRegistry,
) -> None:
    await settled.settle(FIRST)

    async with standing_still_soon(settled):
        await lose_kafka(settled)
        await append(settled, 2 * FIRST, seed=8)


async def test_what_was_appended_too_early_is_put_behind_what_was_lost(
    settled: SettledRegistry, tmp_path: Path
) -> None:
    """Goal: the walk of the runbook gives back both what was lost and what came after it."""
    kafka, before, after = settled.bench.kafka, Folder(tmp_path / "b"), Folder(tmp_path / "a")
    await settled.settle(FIRST)
    await write_export(kafka, before, [settled.name])
    await settled.append(MORE, seed=8)
    async with settled.consuming():
        await settled.all_settled(FIRST + MORE)
    sums = await settled.sums()
    await lose_kafka(settled)
    await append(settled, 2 * FIRST, seed=10)
    async with standing_still(settled, "holds another submission"):
        pass

    await write_export(kafka, after, [settled.name])
    await lose_topics(kafka, topics_of([settled.name]))
    topics = [Topic(name, PARTITIONS, 1, {}) for name in topics_of([settled.name])]
    await restore(before, kafka, settled.bench.postgres, [settled.name], topics, unseen)
    assert (await settled.rebuild(check_only=True)).state is State.EQUAL
    assert await settled.sums() == sums
    (done,) = await put_behind(after, kafka, [settled.name], unseen)

    assert done.records == 2 * FIRST
    await goes_on(settled, FIRST + MORE + done.records)


@asynccontextmanager
async def standing_still_soon(settled: SettledRegistry) -> AsyncIterator[None]:
    sums = await settled.sums()
    async with settled.consuming() as running:
        await until(lambda: None in running.troubles, "it has begun")
        yield
        await until(lambda: running.stands_still_for(""), "it stands still", 40)
    assert await settled.sums() == sums


async def test_it_goes_on_after_an_ordinary_restart(settled: SettledRegistry) -> None:
    await settled.settle(FIRST)

    await goes_on(settled, FIRST)


async def test_it_goes_on_where_all_that_was_settled_is_deleted(settled: SettledRegistry) -> None:
    await settled.settle(FIRST)
    for partition in range(PARTITIONS):
        end = await partition_end(settled.bench.kafka, settled.bench.topic, partition)
        await delete_records(settled.bench.kafka, settled.bench.topic, partition, before=end)

    await goes_on(settled, FIRST)


async def test_it_goes_on_behind_records_without_an_id_of_their_own(
    settled: SettledRegistry,
) -> None:
    """Goal: what was buried is known again: no bytes of ours, no headers, another id in the header."""
    await settled.settle(FIRST)
    sender = Sender(settled.name, None, settled.declared)
    known = sender.record_of(sender.submission(scan_body({"header_id": str(uuid.uuid4())})))
    odd = [
        sender.raw(b"key", b"?"),
        known._replace(headers=()),
        known._replace(headers=[("acr-submission-id", str(uuid.uuid4()).encode())]),
    ]
    for partition in range(PARTITIONS):
        await settled.log.append_all([each._replace(partition=partition) for each in odd])
    count = FIRST + PARTITIONS * len(odd)
    async with settled.consuming():
        await settled.all_settled(count)

    await goes_on(settled, count)


async def test_it_goes_on_behind_the_marker_of_a_transaction(settled: SettledRegistry) -> None:
    await settled.settle(FIRST)
    producer = AIOKafkaProducer(
        bootstrap_servers=settled.bench.kafka.bootstrap_servers, transactional_id=settled.name
    )
    await producer.start()
    try:
        async with producer.transaction():
            for partition in range(PARTITIONS):
                await producer.send_and_wait(settled.bench.topic, b"?", partition=partition)
    finally:
        await producer.stop()
    async with settled.consuming():
        await asyncio.wait_for(_settled_rows(settled, FIRST + PARTITIONS), 20)

    async with settled.consuming() as running:
        await until(lambda: None in running.troubles, "it goes on")


async def _settled_rows(settled: SettledRegistry, count: int) -> None:
    text = "SELECT count(*) FROM acr.arrivals WHERE registry = $1"
    while await settled.owner.fetchval(text, settled.name) < count:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
