"""Replays that are killed, and replays beside consumers at work: what comes out is the same."""

import asyncio
import os
import signal
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import asyncpg
import pytest

from acr_domain.findings import Finding, Severity
from acr_kafka.records import NewRecord
from acr_kafka.topics import Topic, apply_topics
from acr_kafka.writer import LogWriter
from acr_postgres.migrations import migrate
from acr_postgres.replays import ReplayStore, Run
from acr_replayer.opening import Settings, resume_replay
from acr_testkit.awaiting import until
from acr_testkit.consuming import Bench
from acr_testkit.log_records import Sender
from acr_testkit.phantoms.samples import scan_body
from acr_testkit.replaying import lenient, replay, strict, watch
from acr_testkit.table_contents import contents

GONE = Finding(Severity.ERROR, "PHANTOM-900", "/payload", "A rule that there was once.")
ARRIVALS = 120
# The contract names the registry; the rest differs by chance or by process.
OF_ONE_RUN = (
    "registry",
    "contract",
    "submission_id",
    "received_at",
    "appended_at",
    "why",
    "traceparent",
)


def a_story(sender: Sender, count: int = ARRIVALS) -> list[NewRecord]:
    """Few keys and versions: half were rejected by a rule that is gone, and every seventh is noise."""
    records = []
    for number in range(count):
        header = {"header_id": str(uuid.UUID(int=number % 13)), "version_no": number * 5 % 7 + 1}
        accepted = sender.submission(scan_body(header, Count=number % 9))
        findings = (GONE,) if number % 2 else accepted.findings
        noise = sender.raw(b"key", b"no avro")
        records.append(noise if number % 7 == 6 else sender.record_of(accepted, findings=findings))
    return records


@pytest.fixture
def replays(writer_pool: asyncpg.Pool) -> ReplayStore:
    return ReplayStore(writer_pool)


async def another(bench: Bench) -> Bench:
    """Make a second registry of the same shape."""
    name = f"t{uuid.uuid4().hex[:12]}"
    kinds = ("submissions", "amendments", "dead-letters")
    await apply_topics(bench.kafka, [Topic(f"acr.{name}.{kind}.v1", 1, 1, {}) for kind in kinds])
    await migrate(bench.postgres, [name], declared={name: lenient(name)})
    return replace(bench, registry=name, declared=lenient(name))


def start_process(bench: Bench, *options: str) -> "subprocess.Popen[bytes]":
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ACR_")},
        "ACR_KAFKA_BOOTSTRAP_SERVERS": bench.kafka.bootstrap_servers,
        "ACR_POSTGRES_DSN": bench.postgres.dsn.get_secret_value(),
    }
    command = [sys.executable, "-m", "acr_testkit.replaying", *options]
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


async def test_a_replay_killed_in_the_middle_and_resumed_leaves_what_a_calm_one_leaves(
    bench: Bench,
    sender: Sender,
    log: LogWriter,
    settings: Settings,
    owner: asyncpg.Connection,
    replays: ReplayStore,
) -> None:
    calm = await another(bench)
    for each in (bench, calm):
        mine = replace(sender, registry=each.registry, declared=lenient(each.registry))
        await log.append_all(a_story(mine))
        await each.settle(log, ARRIVALS)
    quiet = await replay(lenient(calm.registry), settings, for_real=True)

    process = start_process(bench, "run", bench.registry, "--rate", "40", "--batch", "10")
    try:
        run = await _half_done(replays, bench.registry, process)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        process.communicate()
    run_id = uuid.UUID(run.run_id)
    killed = await replays.find(run_id)
    assert (killed.state, killed.stretches[0].next < ARRIVALS) == ("running", True)
    ended = await resume_replay(lenient(bench.registry), run_id, settings, watch())

    assert ended.state == "done"
    assert _counts(ended.tally.data()) == _counts(quiet.tally.data())
    found = await contents(owner, lenient(bench.registry), (*OF_ONE_RUN, "settled_to", "value"))
    wanted = await contents(owner, lenient(calm.registry), (*OF_ONE_RUN, "settled_to", "value"))
    assert found == wanted


async def _half_done(
    replays: ReplayStore, registry: str, process: "subprocess.Popen[bytes]"
) -> Run:
    runs: Sequence[Run] = ()
    for _ in range(600):
        runs = await replays.list(registry)
        if runs and runs[0].stretches[0].next >= 30:
            return runs[0]
        assert process.poll() is None, process.communicate()
        await asyncio.sleep(0.05)
    raise AssertionError("the replay does not get on")


def _counts(tally: dict[str, object]) -> dict[str, object]:
    # Typed rows of a record that is met twice in one batch are written, and counted, once.
    by_batch = {"examples", "rows", "records"}
    return {name: value for name, value in tally.items() if name not in by_batch}


async def test_beside_a_consumer_at_work_nothing_is_fenced_and_every_key_keeps_its_promises(
    bench: Bench, sender: Sender, log: LogWriter, settings: Settings, owner: asyncpg.Connection
) -> None:
    await log.append_all(a_story(sender))
    await bench.settle(log, ARRIVALS)
    later = a_story(sender, 300)[ARRIVALS:]
    settings = replace(
        settings, replayer=settings.replayer.model_copy(update={"batch_arrivals_max": 7})
    )
    async with (
        bench.store() as store,
        replace(bench, batch_arrivals_max=5).consumer(store, log) as running,
    ):
        appending = asyncio.create_task(_append_slowly(log, later))
        await replay(strict(bench.registry), settings, for_real=True)
        await replay(lenient(bench.registry), settings, for_real=True)
        await appending
        await running.settled(300)
        await until(lambda: running.place.announced_offset == 300, "all is announced")
        assert set(running.troubles) == {None}
    await assert_promises(owner, bench.registry)


async def _append_slowly(log: LogWriter, records: Sequence[NewRecord]) -> None:
    for record in records:
        await log.append(record)


async def assert_promises(owner: asyncpg.Connection, registry: str) -> None:
    """One `created` for each key, the highest version current, each version once, rows of it."""
    standings = await owner.fetch("SELECT * FROM acr.standings WHERE registry = $1", registry)
    created = Counter(row["header_id"] for row in standings if row["verdict"] == "created")
    records = await owner.fetch("SELECT * FROM acr.records WHERE registry = $1", registry)
    assert created == Counter(row["header_id"] for row in records)
    highest = await owner.fetch(
        "SELECT header_id, max(version_no) AS version_no FROM acr.versions WHERE registry = $1 "
        "GROUP BY header_id",
        registry,
    )
    currents = {row["header_id"]: row["current_version_no"] for row in records}
    assert currents == {row["header_id"]: row["version_no"] for row in highest}
    typed = await owner.fetch(f"SELECT header_id, version_no FROM {registry}.submissions")
    assert currents == {row["header_id"]: row["version_no"] for row in typed}
    stored = {row["log_offset"] for row in standings if row["verdict"] in STORED}
    versions = await owner.fetch(
        "SELECT log_offset FROM acr.versions WHERE registry = $1", registry
    )
    assert sorted(stored) == sorted(row["log_offset"] for row in versions)
    assert len(standings) == 300


STORED = {"created", "updated", "superseded"}
