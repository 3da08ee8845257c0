"""Replays on a real Kafka and PostgreSQL: what a dry run foretells, a real one does, and no more."""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from acr_domain.findings import Finding, Severity
from acr_domain.judgement import Outcome
from acr_domain.topics import RESULTS_TOPIC
from acr_kafka import header_names
from acr_kafka.records import NewRecord
from acr_kafka.writer import LogWriter
from acr_postgres.replays import NoSuchRun, Overlap, ReplayStore, Run
from acr_replayer.opening import Settings, resume_replay
from acr_replayer.selection import BadSelection, Selection
from acr_testkit.consuming import Bench
from acr_testkit.log_records import Sender
from acr_testkit.phantoms.samples import scan_body
from acr_testkit.replaying import RULE_ID, lenient, replay, strict, watch
from acr_testkit.table_contents import contents
from acr_testkit.topic_contents import read_partition

Announced = Callable[[], Awaitable[list[Outcome]]]
GONE = Finding(Severity.ERROR, "PHANTOM-900", "/payload", "A rule that there was once.")
KEYS = [str(uuid.UUID(int=number)) for number in range(1, 5)]


@pytest.fixture
def replays(writer_pool: asyncpg.Pool) -> ReplayStore:
    return ReplayStore(writer_pool)


def scan(
    sender: Sender,
    *findings: Finding,
    key: int = 0,
    version_no: int = 1,
    count: int = 1,
    **more: Any,
) -> NewRecord:
    header = {"header_id": KEYS[key], "version_no": version_no, **more}
    accepted = sender.submission(scan_body(header, Count=count))
    return sender.record_of(accepted, findings=findings or accepted.findings)


def a_story(sender: Sender) -> list[NewRecord]:
    """Some were rejected by a rule that is gone, some stored that break one of today."""
    return [
        scan(sender, GONE, key=0),
        scan(sender, key=0, version_no=2),
        scan(sender, key=1, count=9),
        scan(sender, GONE, key=2),
        sender.raw(b"key", b"no avro"),
        scan(sender, GONE, key=2, version_no=2, count=2),
        scan(sender, GONE, key=3, count=9),
        scan(sender, key=1, count=9),
    ]


async def test_a_dry_run_changes_nothing_and_foretells_what_a_real_one_does(
    bench: Bench,
    sender: Sender,
    log: LogWriter,
    settings: Settings,
    owner: asyncpg.Connection,
    replays: ReplayStore,
) -> None:
    await log.append_all(a_story(sender))
    await bench.settle(log, 8)
    today = strict(bench.registry)
    before = await contents(owner, today)

    dry = await replay(today, settings)

    assert await contents(owner, today) == before
    assert await replays.list(bench.registry) == []
    real = await replay(today, settings, for_real=True)
    assert real.tally.data() == dry.tally.data()
    assert dry.tally.verdicts == {
        "rejected -> superseded": 1,
        "rejected -> created": 1,
        "rejected -> updated": 1,
    }
    assert dry.tally.appeared == {f"{RULE_ID} error": 3}
    assert dry.tally.vanished == {"PHANTOM-900 error": 4}
    assert dry.tally.unreadable == {"not-avro": 1}
    assert dry.tally.kept == 1
    assert dry.tally.rows["submissions added"] == 1
    assert (await replay(today, settings)).tally.changed == 0


async def test_what_is_stored_stays_and_what_passes_now_is_stored(
    bench: Bench, sender: Sender, log: LogWriter, settings: Settings, owner: asyncpg.Connection
) -> None:
    await log.append_all(a_story(sender))
    await bench.settle(log, 8)

    await replay(strict(bench.registry), settings, for_real=True)

    rows = await owner.fetch(
        "SELECT verdict, verdict_told, amended FROM acr.standings WHERE registry = $1 "
        "ORDER BY log_offset",
        bench.registry,
    )
    assert [tuple(row) for row in rows] == [
        ("superseded", "rejected", "replayed"),
        ("created", "created", None),
        ("created", "created", "replayed"),
        ("created", "rejected", "replayed"),
        ("failed", "failed", None),
        ("updated", "rejected", "replayed"),
        ("rejected", "rejected", "replayed"),
        ("duplicate", "duplicate", "replayed"),
    ]
    typed = await owner.fetch(
        f"SELECT header_id, version_no FROM {bench.registry}.submissions ORDER BY header_id"
    )
    assert [(str(row[0]), row[1]) for row in typed] == list(zip(KEYS, (2, 1, 2), strict=False))


async def test_senders_hear_of_a_replay_only_where_that_is_asked_for(
    bench: Bench, sender: Sender, log: LogWriter, settings: Settings
) -> None:
    await log.append_all([scan(sender, GONE, key=0), scan(sender, GONE, key=1)])
    await bench.settle(log, 2)
    first, second = Selection(to_offset=1), Selection(from_offset=1)

    silent = await replay(lenient(bench.registry), settings, first, for_real=True)
    told = await replay(lenient(bench.registry), settings, second, for_real=True, tell_senders=True)

    marks = [
        record.header(header_names.AMENDMENT)
        for partition in range(24)
        for record in await read_partition(bench.kafka, RESULTS_TOPIC, partition)
    ]
    assert marks.count(told.run.run_id) == 1
    assert marks.count(silent.run.run_id) == 0


@pytest.mark.parametrize(
    ("selection", "looked_at"),
    [
        (Selection(), 8),
        (Selection(from_offset=2, to_offset=5), 3),
        (Selection(header_id=KEYS[2]), 2),
        (Selection(partner_id="other"), 1),
        (Selection(rule="PHANTOM-900"), 4),
        (Selection(rule="PHANTOM-900", from_offset=4), 2),
        (Selection(since=datetime.now(UTC) - timedelta(days=1)), 8),
    ],
)
async def test_what_is_asked_for_is_looked_at_and_nothing_else(
    bench: Bench,
    sender: Sender,
    log: LogWriter,
    settings: Settings,
    selection: Selection,
    looked_at: int,
) -> None:
    story = a_story(sender)
    story[7] = scan(sender, key=1, partner="other")
    await log.append_all(story)
    await bench.settle(log, 8)

    ended = await replay(lenient(bench.registry), settings, selection)

    assert ended.tally.arrivals == looked_at


async def test_what_is_not_there_cannot_be_asked_for(
    bench: Bench, sender: Sender, log: LogWriter, settings: Settings
) -> None:
    with pytest.raises(BadSelection, match="nothing that is settled"):
        await replay(lenient(bench.registry), settings)
    await log.append_all([scan(sender)])
    await bench.settle(log, 1)
    for selection in (
        Selection(since=datetime.now(UTC) + timedelta(days=1)),
        Selection(until=datetime(2020, 1, 1, tzinfo=UTC)),
        Selection(from_offset=1),
    ):
        with pytest.raises(BadSelection, match="nothing that is settled"):
            await replay(lenient(bench.registry), settings, selection)
    with pytest.raises(BadSelection, match="partition 7"):
        await replay(lenient(bench.registry), settings, Selection(partitions=(7,)))


async def test_two_replays_of_one_stretch_are_refused_until_the_first_is_given_up(
    bench: Bench, sender: Sender, log: LogWriter, settings: Settings, replays: ReplayStore
) -> None:
    await log.append_all([scan(sender, GONE, key=number) for number in range(4)])
    await bench.settle(log, 4)
    today, runs = lenient(bench.registry), list[Run]()
    settings = replace(
        settings, replayer=settings.replayer.model_copy(update={"batch_arrivals_max": 1})
    )
    looks = iter([False, True, True, True])
    stopped = await replay(
        today,
        settings,
        Selection(to_offset=3),
        for_real=True,
        how=watch(stop=lambda: next(looks), begun=runs.append),
    )
    assert stopped.state == "stopped"
    assert stopped.tally.arrivals == 2, "it stops between two batches"

    with pytest.raises(Overlap, match=stopped.run.run_id):
        await replay(today, settings, Selection(from_offset=2), for_real=True)
    assert (await replay(today, settings, Selection(from_offset=3), for_real=True)).state == "done"
    assert (await replay(today, settings)).state == "dry", "a look is always free"

    await replays.abandon(uuid.UUID(stopped.run.run_id), "bob", "wrong rule")
    given_up = await replays.find(uuid.UUID(stopped.run.run_id))
    assert (given_up.state, given_up.abandoned_by, given_up.abandoned_why) == (
        "abandoned",
        "bob",
        "wrong rule",
    )
    assert (await replay(today, settings, Selection(from_offset=2), for_real=True)).state == "done"
    with pytest.raises(NoSuchRun):
        await resume_replay(today, uuid.UUID(stopped.run.run_id), settings, watch())


async def test_a_run_that_was_stopped_goes_on_where_it_was_and_says_what_it_did(
    bench: Bench, sender: Sender, log: LogWriter, settings: Settings, replays: ReplayStore
) -> None:
    await log.append_all([scan(sender, GONE, key=number) for number in range(4)])
    await bench.settle(log, 4)
    today = lenient(bench.registry)
    settings = replace(
        settings, replayer=settings.replayer.model_copy(update={"batch_arrivals_max": 1})
    )
    stopped = await replay(today, settings, for_real=True, how=watch(stop=lambda: True))

    ended = await resume_replay(today, uuid.UUID(stopped.run.run_id), settings, watch())

    found = await replays.find(uuid.UUID(stopped.run.run_id))
    assert (ended.state, found.state, found.attempt) == ("done", "done", 2)
    assert (found.who, found.why) == ("ann", "a limit was wrong")
    assert found.ended_at is not None
    assert ended.tally.arrivals == ended.tally.changed == 4
    assert ended.tally.verdicts == {"rejected -> created": 4}
    again = await replay(today, settings, for_real=True, how=watch(stop=lambda: True))
    run_id = uuid.UUID(again.run.run_id)
    with pytest.raises(BadSelection, match="began with"):
        await resume_replay(strict(bench.registry), run_id, settings, watch())
