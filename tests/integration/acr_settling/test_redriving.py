"""Redriving and discarding on real neighbours: in order, once, resumable, never undone."""

import asyncio
import uuid
from collections import Counter
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from acr_avro.amendments import decode_amendment
from acr_avro.records import decode_result
from acr_domain.amending import Deed, Kind
from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Unavailable
from acr_domain.submission import LogPosition
from acr_domain.topics import RESULTS_TOPIC, amendments_topic
from acr_kafka.records import NewRecord
from acr_kafka.writer import LogWriter
from acr_postgres.letters import LetterFilter, LetterPlace, LetterState
from acr_settling.amending import Amender, announce_all
from acr_settling.redriving import Redriven, Redriver
from acr_testkit.consuming import Bench
from acr_testkit.log_records import Sender
from acr_testkit.redriving import OPEN, Faulty, Redriving
from acr_testkit.topic_contents import partition_end, read_partition

KEY, OTHER = str(uuid.uuid4()), str(uuid.uuid4())


class DeafLog:
    """Brokers that are away."""

    async def append_all(self, records: Any) -> list[LogPosition]:
        raise Unavailable("Kafka: away")


@pytest.fixture
async def faulty(owner: asyncpg.Connection, bench: Bench) -> Faulty:
    fault = Faulty(owner, bench.registry, KEY)
    await fault.begin()
    return fault


@pytest.fixture
def redriving(bench: Bench, writer_pool: asyncpg.Pool, log: LogWriter) -> Redriving:
    return Redriving(bench, writer_pool, log)


def of(sender: Sender, version_no: int, key: str = KEY) -> NewRecord:
    return sender.record(header_id=key, version_no=version_no)


async def test_redriven_letters_take_their_place_in_the_order_of_versions(
    bench: Bench, sender: Sender, log: LogWriter, faulty: Faulty, redriving: Redriving
) -> None:
    """Goal: current is the highest version, and there is one `created`, whatever came meanwhile.

    Method: versions 1 and 3 fail; the fault is mended and version 2 comes, which is `created`;
    then both are redriven: 1 is below it, 3 above.
    """
    await log.append_all([of(sender, 1), of(sender, 3), of(sender, 1, OTHER)])
    await bench.settle(log, 3)
    await faulty.mend()
    await log.append(of(sender, 2))
    await bench.settle(log, 4)

    foreseen = await redriving.redrive(dry=True)
    untouched = await redriving.standing()
    done = await redriving.redrive()

    due = [(0, "superseded"), (1, "updated")]
    assert [(each.place.offset, each.what) for each in foreseen] == due
    assert untouched[:2] == [(0, "failed"), (1, "failed")]
    assert [(each.place.offset, each.what) for each in done] == due
    assert await redriving.standing() == [*due, (2, "created"), (3, "created")]
    assert await redriving.current() == {KEY: 3, OTHER: 1}
    assert await redriving.states() == {LetterState.REDRIVEN: 2}
    told = await read_partition(bench.kafka, amendments_topic(bench.registry))
    assert [decode_amendment(each.value).deed.kind for each in told] == [Kind.REDRIVEN] * 2


async def test_redriving_twice_and_at_once_is_redriving_once(
    bench: Bench,
    sender: Sender,
    log: LogWriter,
    owner: asyncpg.Connection,
    faulty: Faulty,
    monkeypatch: pytest.MonkeyPatch,
    redriving: Redriving,
) -> None:
    count = 25
    monkeypatch.setattr("acr_settling.redriving.STEP_LETTERS", 10)
    await log.append_all([of(sender, no) for no in range(1, count + 1)])
    await bench.settle(log, count)
    await faulty.mend()

    runs = await asyncio.gather(
        *(redriving.redrive() for _ in range(3)),
    )
    again = await redriving.redrive()

    changed = Counter(each.place.offset for run in runs for each in run if each.verdict)
    assert changed == dict.fromkeys(range(count), 1)
    assert again == []
    amended = "SELECT count(*) FROM acr.amendments WHERE registry = $1"
    assert await owner.fetchval(amended, bench.registry) == count
    assert await redriving.current() == {KEY: count}
    verdicts = Counter(verdict for _, verdict in await redriving.standing())
    assert verdicts == {"created": 1, "updated": count - 1}


async def test_a_run_that_breaks_off_is_run_again_and_announces_what_it_left(
    bench: Bench, sender: Sender, log: LogWriter, faulty: Faulty, redriving: Redriving
) -> None:
    await log.append_all([of(sender, 1), of(sender, 2)])
    await bench.settle(log, 2)
    await faulty.mend()

    with pytest.raises(Unavailable):
        await replace(redriving, log=DeafLog()).redrive()

    assert await redriving.states() == {LetterState.REDRIVEN: 2}
    assert await announce_all(redriving.store, log) == 2
    assert await redriving.redrive() == []
    assert await partition_end(bench.kafka, amendments_topic(bench.registry)) == 2


async def test_what_is_still_poison_stays_open_and_says_why_and_its_neighbours_settle(
    bench: Bench,
    sender: Sender,
    log: LogWriter,
    faulty: Faulty,
    owner: asyncpg.Connection,
    redriving: Redriving,
) -> None:
    await log.append_all([of(sender, 1), sender.raw(b"key", b"?"), of(sender, 2)])
    await bench.settle(log, 3)
    still = f"ALTER TABLE acr.versions_{bench.registry} ADD CHECK (version_no <> 2)"
    await faulty.mend()
    await owner.execute(still)

    done = await redriving.redrive()

    assert {each.place.offset: each.what for each in done} == {
        0: "created",
        1: ErrorClass.NOT_AVRO,
        2: ErrorClass.INTEGRITY_VIOLATION,
    }
    assert await redriving.states() == {LetterState.REDRIVEN: 1, LetterState.OPEN: 2}


async def test_senders_are_told_only_where_that_is_asked_for_and_marked(
    bench: Bench, sender: Sender, log: LogWriter, faulty: Faulty, redriving: Redriving
) -> None:
    begins = [await partition_end(bench.kafka, RESULTS_TOPIC, number) for number in range(24)]
    await log.append(of(sender, 1))
    await bench.settle(log, 1)
    await faulty.mend()

    await redriving.redrive(tell_senders=True)

    told = [
        record
        for number, begin in enumerate(begins)
        for record in await read_partition(bench.kafka, RESULTS_TOPIC, number, begin)
        if decode_result(record.value).position.topic == bench.topic
    ]
    marked = {each.header("acr-amendment") is not None: each for each in told}
    assert {each: decode_result(told.value).verdict for each, told in marked.items()} == {
        False: "failed",
        True: "created",
    }


async def test_discarded_letters_keep_their_bytes_and_are_never_redriven(
    bench: Bench, sender: Sender, log: LogWriter, owner: asyncpg.Connection, redriving: Redriving
) -> None:
    await log.append_all([sender.raw(b"key", b"?") for _ in range(3)])
    await bench.settle(log, 3)

    async with redriving.redriver() as redriver:
        some = LetterFilter((bench.registry,), OPEN, offset_max=1)
        gone = [each async for each in redriver.discard(redriving.letters.find(some))]
        again = [each async for each in redriver.discard(redriving.letters.find(some))]
    redriven = await redriving.redrive()

    assert [each.offset for each in gone] == [0, 1]
    assert again == []
    assert [each.place.offset for each in redriven] == [2]
    assert await redriving.states() == {LetterState.DISCARDED: 2, LetterState.OPEN: 1}
    kept = "SELECT count(*) FROM acr.dead_letters WHERE registry = $1 AND value = '?'"
    assert await owner.fetchval(kept, bench.registry) == 3
    whys = "SELECT DISTINCT who, why, kind FROM acr.amendments WHERE registry = $1"
    assert [tuple(row) for row in await owner.fetch(whys, bench.registry)] == [
        ("ann", "mended", "discarded")
    ]


async def test_redriven_letters_count_no_more_for_the_limit(
    bench: Bench, sender: Sender, log: LogWriter, redriving: Redriving
) -> None:
    await log.append_all([sender.raw(b"key", b"?") for _ in range(5)])
    await bench.settle(log, 5)
    async with redriving.redriver() as redriver:
        two = LetterFilter((bench.registry,), OPEN, offset_max=1)
        assert len([each async for each in redriver.discard(redriving.letters.find(two))]) == 2

    async with bench.store() as store, store.settlement() as settlement:
        assert await settlement.count_letters(0, 0) == 3
        assert await settlement.count_letters(0, 4) == 1


async def test_redriving_beside_a_live_consumer_loses_nothing(
    bench: Bench, sender: Sender, log: LogWriter, faulty: Faulty, redriving: Redriving
) -> None:
    await log.append_all([of(sender, no) for no in range(1, 21)])
    await bench.settle(log, 20)
    await faulty.mend()

    async with bench.store() as store, bench.consumer(store, log) as running:
        live = [of(sender, no) for no in range(21, 121)]
        for begin in range(0, len(live), 10):
            await log.append_all(live[begin : begin + 10])
        await redriving.redrive()
        await running.settled(120)

    assert await redriving.current() == {KEY: 120}
    verdicts = Counter(verdict for _, verdict in await redriving.standing())
    assert verdicts["created"] == 1
    assert verdicts.total() == 120
    assert verdicts["failed"] == 0


async def test_a_record_that_the_log_lost_stays_open(
    bench: Bench, sender: Sender, log: LogWriter, redriving: Redriving
) -> None:
    class Empty:
        async def read(self, partition: int, offsets: Any) -> list[Any]:
            return []

    await log.append(sender.raw(b"key", b"?"))
    await bench.settle(log, 1)
    deed = Deed(Kind.REDRIVEN, str(uuid.uuid4()), "ann", "why")
    redriver = Redriver(bench.registry, Amender(redriving.store, log, deed), Empty())

    found = redriving.letters.find(LetterFilter((bench.registry,)))
    done = [each async for each in redriver.redrive(found)]

    assert done == [
        Redriven(
            LetterPlace(bench.registry, 0, 0),
            None,
            "gone-from-log",
            "The log does not hold it any more.",
        )
    ]
