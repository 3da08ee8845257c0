"""Amending on a real PostgreSQL and Kafka: in order with live settlement, told once, never undone."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from acr_avro.amendments import decode_amendment
from acr_avro.records import decode_submission
from acr_domain.amending import Amendment, Deed, Kind
from acr_domain.errors import Fenced, Unavailable
from acr_domain.findings import Finding, Severity
from acr_domain.judgement import Outcome, Verdict
from acr_domain.submission import Arrival, LogPosition
from acr_domain.topics import RESULTS_TOPIC, amendments_topic
from acr_kafka import header_names
from acr_kafka.records import NewRecord
from acr_kafka.writer import LogWriter
from acr_postgres.amending import AmendmentStore, NeverSettled
from acr_postgres.migrations import migrate
from acr_postgres.status import StatusStore
from acr_registries.projection import open_projection
from acr_registries.registry import Registry
from acr_settling.amending import Amender, announce_all
from acr_settling.arrivals import read_arrival
from acr_testkit.consuming import Bench
from acr_testkit.log_records import Sender
from acr_testkit.phantoms.samples import phantoms_named, scan_body
from acr_testkit.topic_contents import read_partition

Announced = Callable[[], Awaitable[list[Outcome]]]
BROKEN = Finding(Severity.ERROR, "TEST-1", "/payload", "Broken on purpose.")
WARNING = Finding(Severity.WARNING, "TEST-2", "/payload", "Not typical.")
DEED = Deed(Kind.REPLAYED, str(uuid.uuid4()), "ann", "a limit was wrong", "phantoms 1.0")
KEY, OTHER = str(uuid.uuid4()), str(uuid.uuid4())


class DeafLog:
    """Brokers that are away."""

    async def append_all(self, records: Any) -> list[LogPosition]:
        raise Unavailable("Kafka: away")


@pytest.fixture
def declared(registry: str) -> Registry:
    return phantoms_named(registry)


@pytest.fixture
async def typed(bench: Bench, declared: Registry) -> Bench:
    """A bench whose registry has typed tables."""
    tables = {declared.name: declared}
    await migrate(bench.postgres, tables, declared=tables)
    return replace(bench, declared=declared)


@pytest.fixture
async def store(bench: Bench, writer_pool: asyncpg.Pool) -> AmendmentStore:
    return AmendmentStore(writer_pool, bench.registry, bench.topic)


@pytest.fixture
def amender(store: AmendmentStore, log: LogWriter, declared: Registry) -> Amender:
    return Amender(store, log, DEED, open_projection(declared))


def scan(sender: Sender, *found: Finding, **header: Any) -> NewRecord:
    header = {"header_id": KEY, **header}
    return sender.record_of(sender.submission(scan_body(header, Order="o")), findings=found)


async def read(bench: Bench) -> list[Arrival]:
    records = await read_partition(bench.kafka, bench.topic)
    return [read_arrival(bench.registry, record) for record in records]


def with_findings(arrival: Arrival, *found: Finding) -> Arrival:
    return arrival._replace(submission=arrival.submission._replace(findings=found))


async def told(bench: Bench) -> list[Amendment]:
    records = await read_partition(bench.kafka, amendments_topic(bench.registry))
    return [decode_amendment(record.value) for record in records]


async def current(owner: asyncpg.Connection, registry: str) -> list[tuple[int, str, int]]:
    rows = await owner.fetch(
        f"SELECT version_no, status, warning_findings FROM {registry}.submissions "
        "ORDER BY header_id"
    )
    return [tuple(row) for row in rows]


async def test_what_was_rejected_is_stored_told_and_projected_and_what_was_told_stays(
    typed: Bench,
    sender: Sender,
    declared: Registry,
    log: LogWriter,
    amender: Amender,
    announced: Announced,
    writer_pool: asyncpg.Pool,
    owner: asyncpg.Connection,
) -> None:
    sender = replace(sender, declared=declared)
    await log.append_all([scan(sender, BROKEN), scan(sender, BROKEN, versionno="2")])
    await typed.settle(log, 2)
    first, second = await read(typed)
    before = await announced()

    await amender.amend(0, [with_findings(first, WARNING), with_findings(second)])

    assert [row[:2] for row in await current(owner, typed.registry)] == [(2, "complete")]
    amendments = await told(typed)
    assert [each.number for each in amendments] == [1, 2]
    assert [each.settled_to for each in amendments] == [2, 2]
    assert [each.outcome.verdict for each in amendments] == [Verdict.CREATED, Verdict.UPDATED]
    assert {each.deed for each in amendments} == {DEED}
    assert await announced() == before, "senders hear of it only where that is asked for"
    status = StatusStore(writer_pool)
    found = await status.submission(uuid.UUID(first.submission.submission_id))
    assert found is not None
    assert found.outcome.verdict is Verdict.CREATED
    assert found.outcome.findings == (WARNING,)
    assert found.amended is not None
    assert found.amended.verdict_told is Verdict.REJECTED
    versions = await status.versions(first.submission.key)
    assert [each.amended for each in versions] == [Kind.REPLAYED, Kind.REPLAYED]
    assert [
        row[0]
        for row in await owner.fetch(
            "SELECT verdict FROM acr.arrivals WHERE registry = $1", typed.registry
        )
    ] == ["rejected", "rejected"]


async def test_the_same_decision_again_says_nothing(
    typed: Bench, sender: Sender, declared: Registry, log: LogWriter, amender: Amender
) -> None:
    await log.append_all([scan(replace(sender, declared=declared), BROKEN)])
    await typed.settle(log, 1)
    arrivals = [with_findings(each) for each in await read(typed)]

    await amender.amend(0, arrivals)
    again = await amender.amend(0, arrivals)

    assert list(again.amendments) == []
    assert len(await told(typed)) == 1


async def test_live_settlement_goes_by_what_was_amended_before(
    bench: Bench, sender: Sender, log: LogWriter, amender: Amender, announced: Announced
) -> None:
    record = sender.record(header_id=KEY)
    rejected = sender.record_of(sender.submission(_body(record)), findings=(BROKEN,))
    await log.append_all([rejected])
    await bench.settle(log, 1)
    await replace(amender, projection=None).amend(
        0, [with_findings(each) for each in await read(bench)]
    )

    await log.append_all([record])
    await bench.settle(log, 2)

    assert [each.verdict for each in await announced()] == [Verdict.REJECTED, Verdict.DUPLICATE]


async def test_while_a_partition_is_held_nothing_of_it_is_settled(
    bench: Bench, sender: Sender, log: LogWriter, store: AmendmentStore
) -> None:
    await log.append_all([sender.record()])
    await bench.settle(log, 1)
    async with bench.store() as settling, bench.consumer(settling, log) as running:
        await running.settled(1)
        async with store.amending(0) as amending:
            assert amending.held.settled_to == 1
            await log.append_all([sender.record()])
            await asyncio.sleep(1)
            assert running.place.next_offset == 1
        await running.settled(2)
        assert None in running.troubles
        assert set(running.troubles) == {None}


async def test_what_was_not_announced_is_announced_by_the_next_who_amends(
    bench: Bench, sender: Sender, log: LogWriter, amender: Amender, store: AmendmentStore
) -> None:
    await log.append_all([_rejected(sender, KEY), _rejected(sender, OTHER)])
    await bench.settle(log, 2)
    first, second = await read(bench)
    deaf = Amender(store, DeafLog(), DEED)
    with pytest.raises(Unavailable):
        await deaf.amend(0, [with_findings(first)])
    assert await told(bench) == []

    assert await announce_all(store, log) == 1
    await replace(amender, projection=None).amend(0, [with_findings(second)])

    assert [each.number for each in await told(bench)] == [1, 2]
    assert await announce_all(store, log) == 0


async def test_two_who_amend_one_partition_number_it_without_gaps(
    bench: Bench, sender: Sender, log: LogWriter, store: AmendmentStore
) -> None:
    await log.append_all([_rejected(sender, str(uuid.uuid4())) for _ in range(40)])
    await bench.settle(log, 40)
    arrivals = [with_findings(each) for each in await read(bench)]
    halves = [arrivals[0::2], arrivals[1::2]]

    async def work(mine: list[Arrival]) -> None:
        for arrival in mine:
            await Amender(store, log, DEED).amend(0, [arrival])

    await asyncio.gather(*map(work, halves))

    numbers = [each.number for each in await told(bench)]
    first_times = list(dict.fromkeys(numbers))
    assert first_times == list(range(1, 41)), "in order, and none is missing"


async def test_a_number_that_does_not_follow_is_fenced(
    bench: Bench, sender: Sender, log: LogWriter, store: AmendmentStore
) -> None:
    await log.append_all([_rejected(sender, KEY)])
    await bench.settle(log, 1)
    await Amender(store, log, DEED).amend(0, [with_findings(each) for each in await read(bench)])
    (amendment,) = await told(bench)

    with pytest.raises(Fenced):
        async with store.amending(0) as amending:
            await amending.store([amendment], {})


async def test_senders_hear_of_it_where_that_is_asked_for_and_see_what_it_is(
    bench: Bench, sender: Sender, log: LogWriter, store: AmendmentStore
) -> None:
    await log.append_all([_rejected(sender, KEY)])
    await bench.settle(log, 1)
    (arrival,) = await read(bench)

    telling = Amender(store, log, replace(DEED, tell_senders=True))
    await telling.amend(0, [with_findings(arrival)])

    found = [
        record
        for partition in range(24)
        for record in await read_partition(bench.kafka, RESULTS_TOPIC, partition)
        if record.header(header_names.AMENDMENT) == DEED.run_id
        and record.header(header_names.SUBMISSION_ID) == arrival.submission.submission_id
    ]
    assert [record.header(header_names.VERDICT) for record in found] == ["created"]


async def test_a_dead_letter_that_can_be_read_by_now_is_settled_and_one_given_up_is_let_alone(
    bench: Bench, sender: Sender, log: LogWriter, store: AmendmentStore
) -> None:
    fine = sender.record(header_id=KEY)
    await log.append_all([sender.raw(b"key", b"no avro"), sender.raw(b"key", b"no avro")])
    await bench.settle(log, 2)
    submission = sender.submission(_body(fine))
    redriving = Amender(store, log, replace(DEED, kind=Kind.REDRIVEN))

    (discarded,) = await redriving.discard(0, {1: str(uuid.uuid4())})
    decided = await redriving.amend(
        0, [Arrival(LogPosition(bench.topic, 0, offset), submission) for offset in (0, 1)]
    )

    assert discarded.deed.kind is Kind.DISCARDED
    assert discarded.outcome.verdict is Verdict.FAILED
    assert [each.verdict for each in decided.outcomes] == [Verdict.CREATED]
    assert await redriving.discard(0, {0: KEY, 1: KEY}) == []
    amendments = await told(bench)
    assert [each.deed.kind for each in amendments] == [Kind.DISCARDED, Kind.REDRIVEN]
    assert amendments[1].before is Verdict.FAILED


async def test_nothing_can_be_amended_where_nothing_was_settled(store: AmendmentStore) -> None:
    with pytest.raises(NeverSettled):
        async with store.amending(0):
            pass


def _body(record: NewRecord) -> bytes:
    return decode_submission(record.value).body


def _rejected(sender: Sender, header_id: str) -> NewRecord:
    body = _body(sender.record(header_id=header_id))
    return sender.record_of(sender.submission(body), findings=(BROKEN,))
