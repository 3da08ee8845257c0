"""Measures a replay beside live consumption of the same exams, in one run.

Starts Kafka and PostgreSQL, and stops them. Exams are settled by a consumer of one process, as by
default, then replayed for real: such as are stored already, where nothing changes, and such as former
rules rejected, which are all stored; by the default, a process a core, and by one process. The order
alternates; judges no figure.
"""

import argparse
import asyncio
import json
import sys
import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

import asyncpg
from benchmarks.backlog import as_submission_record, fill
from benchmarks.running import TOPICS_FILE, environment
from benchmarks.side_by_side import Parts, Turn, show, summary
from pydantic import SecretStr

from acr_domain.findings import Finding, Severity
from acr_domain.submission import Submission
from acr_domain.topics import submissions_topic
from acr_kafka.topics import apply_topics, read_topics
from acr_localstack.neighbours import Neighbours, open_neighbours
from acr_localstack.shelter import temporary_data
from acr_postgres.migrations import migrate
from acr_registries.catalogue import load_registries
from acr_registries.examples import read_submissions
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_testkit.log_records import Sender
from acr_testkit.samples import as_bytes

REGISTRY, SAMPLE = "lcsr", "annual-with-follow-up"
GONE = Finding(Severity.ERROR, "GONE-1", "/payload", "A rule that there was once.")
PARTITIONS = 12
COMMAND = [sys.executable, "-c", "from acr_cli.main import app; app()", "replay", "run", REGISTRY]
DONE = """
SELECT coalesce(sum(next_offset - begin_offset), 0)::bigint
FROM acr.replay_stretches JOIN acr.replays USING (run_id) WHERE state IN ('running', 'done')
"""
LIVE, LIVE_REJECTED = "live consumption", "live consumption of rejected ones"
SAME, STORED = "replay, nothing changes", "replay, all rejected are stored"
ONE = ["--workers", "1"]
BY_ONE = " (one process)"


def exams(count: int, *, rejected: bool) -> list[Submission]:
    """Make exams of as many records; as the rules of today take them, or as former ones did not."""
    declared = load_registries()[REGISTRY]
    body = read_submissions(declared.package, "valid")[SAMPLE]
    sender, made = Sender(REGISTRY, 0, declared), []
    for _ in range(count):
        body["dartheader"]["id"] = str(uuid.uuid4())
        taken = sender.submission(as_bytes(body))
        made.append(taken._replace(findings=(GONE,)) if rejected else taken)
    return made


async def replayed(parts: Parts, begin: int, count: int, more: Sequence[str] = ()) -> Turn:
    """Replay what was settled last, by the command; the start of its process is not in the rate."""
    before = int(await parts.connection.fetchval(DONE))
    options = ["--for-real", "--why", "benchmark", "--json", "--from-offset", str(begin)]
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *options,
        *more,
        env=parts.environ(ACR_REPLAYER_PORT="0"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        turn = await parts.timed(
            lambda: parts.connection.fetchval(DONE), before, count, [process.pid]
        )
        told, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    if process.returncode or json.loads(told)["tally"]["arrivals"] != count:
        raise SystemExit(f"the replay did not look at {count} arrivals: {told.decode()}")
    return turn


async def settled(parts: Parts, made: Sequence[Submission]) -> tuple[Turn, int]:
    """Let a consumer settle exams; gives the first of their offsets in each partition as well."""
    before = await parts.settled(REGISTRY)
    bootstrap = parts.neighbours.kafka_bootstrap
    await fill(bootstrap, submissions_topic(REGISTRY), made, as_submission_record)
    async with parts.consumers(REGISTRY, 1) as pids:
        live = await parts.timed(lambda: parts.settled(REGISTRY), before, len(made), pids)
    return live, before // PARTITIONS


async def measure(parts: Parts, count: int, rounds: int) -> Mapping[str, Sequence[Turn]]:
    """Take turns, each round in the other order."""
    names = (LIVE, SAME, SAME + BY_ONE, LIVE_REJECTED, STORED, STORED + BY_ONE)
    turns: dict[str, list[Turn]] = {name: [] for name in names}
    for number in range(rounds):
        ways: list[tuple[str, Sequence[str]]] = [("", ()), (BY_ONE, ONE)]
        if number % 2:
            ways.reverse()
        live, begin = await settled(parts, exams(count, rejected=False))
        turns[LIVE].append(live)
        for by, more in ways:
            turns[SAME + by].append(await replayed(parts, begin, count, more))
        for by, more in ways:
            live, begin = await settled(parts, exams(count, rejected=True))
            turns[STORED + by].append(await replayed(parts, begin, count, more))
        turns[LIVE_REJECTED].append(live)
    return turns


async def run(
    neighbours: Neighbours, stack: ExitStack, count: int, rounds: int
) -> list[dict[str, object]]:
    """Make topics and tables, warm up, measure."""
    kafka = KafkaSettings(bootstrap_servers=neighbours.kafka_bootstrap)
    await apply_topics(kafka, read_topics(TOPICS_FILE, load_registries(), brokers=1))
    await migrate(PostgresSettings(dsn=SecretStr(neighbours.postgres_dsn)), [REGISTRY])
    connection = await asyncpg.connect(neighbours.postgres_dsn)
    parts = Parts(neighbours, connection, stack.enter_context(temporary_data()))
    try:
        _, begin = await settled(parts, exams(100 * PARTITIONS, rejected=True))
        await replayed(parts, begin, 100 * PARTITIONS)
        return summary(await measure(parts, count, rounds), LIVE)
    finally:
        await connection.close()


def main() -> int:
    """Measure, print, and give the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.replaying",
        description=__doc__,
        epilog="Example: python -m benchmarks.replaying --count 12000 --rounds 3",
    )
    parser.add_argument("--count", type=int, default=12_000, help="exams of each kind a round")
    parser.add_argument("--rounds", type=int, default=3, help="rounds")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args()
    count = options.count - options.count % PARTITIONS
    with ExitStack() as stack:
        neighbours = stack.enter_context(
            open_neighbours(
                environment(),
                data=stack.enter_context(temporary_data()),
                report=lambda text: print(text, file=sys.stderr),
                quick_start=False,
            )
        )
        rows = asyncio.run(run(neighbours, stack, count, options.rounds))
    if options.json:
        print(json.dumps(rows))
    else:
        show(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
