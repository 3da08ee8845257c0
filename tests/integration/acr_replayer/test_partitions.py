"""A replay over several partitions: each is amended in its order, and a rebuild comes out the same."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import psutil
import pytest

from acr_avro.amendments import encode_amendment
from acr_domain.findings import Finding, Severity
from acr_domain.topics import amendments_topic
from acr_kafka.records import NewRecord
from acr_kafka.topics import Topic, apply_topics
from acr_kafka.writer import LogWriter
from acr_postgres.amending import AmendmentStore
from acr_postgres.migrations import migrate
from acr_postgres.replays import Overlap, ReplayStore, Run
from acr_rebuilding.request import State
from acr_replayer.opening import resume_replay
from acr_replayer.selection import Selection
from acr_replayer.tally import Tally
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_settling.amending import announce_all
from acr_testkit.awaiting import until
from acr_testkit.consuming import Bench
from acr_testkit.log_records import Sender
from acr_testkit.phantoms.samples import scan_body
from acr_testkit.replaying import lenient, replay, settings_of, strict, watch
from acr_testkit.settled_registry import SettledRegistry
from acr_testkit.topic_contents import read_partition

PARTITIONS, ARRIVALS, BATCH = 3, 240, 25
GONE = Finding(Severity.ERROR, "PHANTOM-900", "/payload", "A rule that there was once.")


@pytest.fixture
async def settled(
    prepared: None,
    kafka_settings: KafkaSettings,
    postgres_settings: PostgresSettings,
    log: LogWriter,
    owner: asyncpg.Connection,
) -> SettledRegistry:
    """A registry of three partitions; half of it was rejected by a rule that is gone."""
    name = f"t{uuid.uuid4().hex[:12]}"
    topics = [
        Topic(f"acr.{name}.submissions.v1", PARTITIONS, 1, {}),
        Topic(f"acr.{name}.amendments.v1", PARTITIONS, 1, {}),
        Topic(f"acr.{name}.dead-letters.v1", 1, 1, {}),
    ]
    await apply_topics(kafka_settings, topics)
    await migrate(postgres_settings, [name], declared={name: lenient(name)})
    bench = Bench(kafka_settings, postgres_settings, name, declared=lenient(name))
    settled = SettledRegistry(lenient(name), bench, log, owner)
    await log.append_all(a_story(Sender(name, None, lenient(name))))
    async with settled.consuming():
        await settled.all_settled(ARRIVALS)
    return settled


def a_story(sender: Sender) -> list[NewRecord]:
    """Thirty keys in any partition, few versions, half of them rejected once, and some noise."""
    chance, records = random.Random(5), []
    for number in range(ARRIVALS):
        header = {"header_id": str(uuid.UUID(int=number % 30)), "version_no": number * 5 % 7 + 1}
        accepted = sender.submission(scan_body(header, Count=chance.randrange(9)))
        findings = (GONE,) if number % 2 else accepted.findings
        noise = sender.raw(b"key", b"no avro")
        records.append(noise if number % 17 == 9 else sender.record_of(accepted, findings=findings))
    return records


async def test_all_partitions_are_amended_and_a_rebuild_comes_out_the_same(
    settled: SettledRegistry,
) -> None:
    settings = settings_of(settled.bench.kafka, settled.bench.postgres, BATCH)
    told: list[int] = []
    today = strict(settled.name)

    dry = await replay(today, settings)
    ended = await replay(
        today, settings, for_real=True, how=watch(begun=lambda run: told.append(len(run.stretches)))
    )

    assert told == [PARTITIONS]
    assert ended.state == "done"
    assert all(each.next == each.end > BATCH for each in ended.run.stretches)
    assert ended.tally.arrivals == ARRIVALS
    assert ended.tally.verdicts == dry.tally.verdicts
    assert ended.tally.changed == dry.tally.changed > 60
    assert (await replay(today, settings)).tally.changed == 0
    report = await settled.rebuild(check_only=True)
    assert report.state is State.EQUAL, report
    rows = {each.table: each.rows for each in report.tables}
    assert rows[f"amendments_{settled.name}"] == ended.tally.changed


async def test_what_is_announced_is_what_is_stored(
    settled: SettledRegistry, writer_pool: asyncpg.Pool
) -> None:
    """They are told as they were decided, without being read back: both are the same bytes."""
    settings = settings_of(settled.bench.kafka, settled.bench.postgres, BATCH)

    await replay(strict(settled.name), settings, for_real=True)

    store = AmendmentStore(writer_pool, settled.name, settled.bench.topic)
    assert await store.partitions_unannounced() == []
    await settled.owner.execute(
        "UPDATE acr.positions SET amendments_announced = 0 WHERE registry = $1", settled.name
    )
    for partition in range(PARTITIONS):
        kept = [encode_amendment(each) for each in await store.unannounced(partition, ARRIVALS)]
        topic = amendments_topic(settled.name)
        announced = await read_partition(settled.bench.kafka, topic, partition)
        assert len(kept) > 10
        assert [each.value for each in announced] == kept


async def test_runs_of_other_partitions_go_on_side_by_side(
    settled: SettledRegistry, writer_pool: asyncpg.Pool
) -> None:
    settings = settings_of(settled.bench.kafka, settled.bench.postgres, BATCH)
    today = strict(settled.name)

    ended = await asyncio.gather(
        replay(today, settings, Selection(partitions=(0,)), for_real=True),
        replay(today, settings, Selection(partitions=(1, 2)), for_real=True),
    )

    assert [len(each.run.stretches) for each in ended] == [1, 2]
    assert sum(each.tally.arrivals for each in ended) == ARRIVALS
    assert (await settled.rebuild(check_only=True)).state is State.EQUAL
    stops = iter([False, False, True])
    stopped = await replay(
        lenient(settled.name),
        settings,
        Selection(partitions=(1, 2)),
        for_real=True,
        how=watch(stop=lambda: next(stops, True)),
    )
    assert stopped.state == "stopped"
    with pytest.raises(Overlap, match=stopped.run.run_id):
        await replay(lenient(settled.name), settings, for_real=True)
    assert len(await ReplayStore(writer_pool).list(settled.name)) == 3


def counts(tally: Tally) -> dict[str, Any]:
    """What a run counts, whatever its batches: typed rows met twice in one are written once."""
    by_batch = {"examples", "rows", "records"}
    return {name: value for name, value in tally.data().items() if name not in by_batch}


async def test_several_processes_find_and_change_what_one_does(settled: SettledRegistry) -> None:
    settings = settings_of(settled.bench.kafka, settled.bench.postgres, BATCH)
    today = strict(settled.name)
    alone = await replay(today, settings)

    dry = await replay(today, settings, how=watch(workers=2))
    real = await replay(today, settings, for_real=True, how=watch(workers=PARTITIONS + 2))

    assert (dry.state, real.state, real.trouble) == ("dry", "done", None)
    assert counts(dry.tally) == counts(real.tally) == counts(alone.tally)
    assert all(each.next == each.end for each in real.run.stretches)
    assert (await replay(today, settings, how=watch(workers=2))).tally.changed == 0
    assert (await settled.rebuild(check_only=True)).state is State.EQUAL


async def test_a_stop_stops_all_processes_and_a_resumed_run_does_the_rest(
    settled: SettledRegistry,
) -> None:
    settings = settings_of(settled.bench.kafka, settled.bench.postgres, 5)
    today, moved = strict(settled.name), list[int]()
    whole = await replay(today, settings)

    slow = watch(100, stop=lambda: moved[-1] > 30, workers=2, told=moved.append)
    stopped = await replay(today, settings, for_real=True, how=slow)
    run_id = uuid.UUID(stopped.run.run_id)
    ended = await resume_replay(today, run_id, settings, watch(workers=2))

    assert (stopped.state, stopped.trouble, ended.state) == ("stopped", None, "done")
    assert 30 < stopped.tally.arrivals < ARRIVALS
    assert counts(ended.tally) == counts(whole.tally)
    assert (await settled.rebuild(check_only=True)).state is State.EQUAL


@contextmanager
def running_slowly(settled: SettledRegistry) -> Iterator["subprocess.Popen[bytes]"]:
    """A replay of several processes in one to be killed."""
    bench = settled.bench
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ACR_")},
        "ACR_KAFKA_BOOTSTRAP_SERVERS": bench.kafka.bootstrap_servers,
        "ACR_POSTGRES_DSN": bench.postgres.dsn.get_secret_value(),
    }
    options = ["run", settled.name, "--rate", "60", "--batch", "5", "--workers", str(PARTITIONS)]
    process = subprocess.Popen(
        [sys.executable, "-m", "acr_testkit.replaying", *options], env=environ
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(30)


async def under_way(
    settled: SettledRegistry, replays: ReplayStore, process: "subprocess.Popen[bytes]"
) -> list[psutil.Process]:
    """Wait until all processes of the run have moved on; gives them."""

    async def all_moved() -> bool:
        assert process.poll() is None
        runs = await replays.list(settled.name)
        return bool(runs) and all(each.next > each.begin for each in runs[0].stretches)

    for _ in range(600):
        if await all_moved():
            return psutil.Process(process.pid).children()
        await asyncio.sleep(0.05)
    raise AssertionError("the replay does not get on")


async def last_run(settled: SettledRegistry, replays: ReplayStore) -> Run:
    return (await replays.list(settled.name))[0]


async def test_where_one_process_is_killed_the_run_stops_and_a_resumed_one_lacks_nothing(
    settled: SettledRegistry, writer_pool: asyncpg.Pool
) -> None:
    settings = settings_of(settled.bench.kafka, settled.bench.postgres, BATCH)
    replays, today = ReplayStore(writer_pool), lenient(settled.name)
    whole = await replay(today, settings)

    with running_slowly(settled) as process:
        hands = await under_way(settled, replays, process)
        hands[1].send_signal(signal.SIGKILL)
        status = await asyncio.to_thread(process.wait, 60)
    run = await last_run(settled, replays)
    ended = await resume_replay(today, uuid.UUID(run.run_id), settings, watch(workers=2))

    assert len(hands) == PARTITIONS
    assert not any(each.is_running() for each in hands)
    assert (status, run.state) == (1, "stopped")
    assert any(each.next < each.end for each in run.stretches)
    assert (ended.state, ended.run.attempt) == ("done", 2)
    assert counts(ended.tally) == counts(whole.tally)
    assert (await settled.rebuild(check_only=True)).state is State.EQUAL


async def test_where_all_is_killed_no_process_stays_and_a_resumed_run_lacks_nothing(
    settled: SettledRegistry, writer_pool: asyncpg.Pool
) -> None:
    settings = settings_of(settled.bench.kafka, settled.bench.postgres, BATCH)
    replays, today = ReplayStore(writer_pool), lenient(settled.name)
    whole = await replay(today, settings)

    with running_slowly(settled) as process:
        hands = await under_way(settled, replays, process)
        process.kill()
        await asyncio.to_thread(process.wait, 60)
        run = await last_run(settled, replays)
        ended = await resume_replay(today, uuid.UUID(run.run_id), settings, watch(workers=2))
        await until(lambda: not any(each.is_running() for each in hands), "all have ended")

    assert (run.state, ended.state) == ("running", "done")
    assert counts(ended.tally) == counts(whole.tally)
    assert (await settled.rebuild(check_only=True)).state is State.EQUAL


async def test_amendments_that_were_announced_twice_are_applied_once_by_a_rebuild(
    settled: SettledRegistry, writer_pool: asyncpg.Pool, log: LogWriter
) -> None:
    settings = settings_of(settled.bench.kafka, settled.bench.postgres, BATCH)
    await replay(strict(settled.name), settings, for_real=True)
    store = AmendmentStore(writer_pool, settled.name, settled.bench.topic)

    await settled.owner.execute(
        "UPDATE acr.positions SET amendments_announced = 3 WHERE registry = $1", settled.name
    )
    assert await announce_all(store, log) > 30

    assert (await settled.rebuild(check_only=True)).state is State.EQUAL
