"""Measures a replay beside live consumption of the same exams, on a Kafka and PostgreSQL of its own.

Prints rates and their ratio to the live one: where nothing changes, and where everything does.
"""

import argparse
import asyncio
import os
import sys
import time
import uuid
from collections.abc import Sequence

from pydantic import SecretStr

from acr_domain.findings import Finding, Severity
from acr_kafka.records import NewRecord
from acr_kafka.topics import Topic, apply_topics
from acr_kafka.writer import LogWriter
from acr_localstack.neighbours import Neighbours, open_neighbours
from acr_localstack.shelter import temporary_data
from acr_postgres.migrations import migrate
from acr_registries.catalogue import load_registries
from acr_registries.examples import read_submissions
from acr_replayer.opening import rules_of
from acr_replayer.selection import Selection
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_testkit.consuming import Bench, ready_writer
from acr_testkit.log_records import Sender
from acr_testkit.replaying import replay, settings_of
from acr_testkit.samples import as_bytes

REGISTRY, SAMPLE = "lcsr", "annual-with-follow-up"
GONE = Finding(Severity.ERROR, "GONE-1", "/payload", "A rule that there was once.")
APPENDED_AT_ONCE = 500


def exams(count: int, *, rejected: bool) -> list[NewRecord]:
    """Make exams of as many records; as the rules of today take them, or as former ones did not."""
    declared = load_registries()[REGISTRY]
    body = read_submissions(declared.package, "valid")[SAMPLE]
    sender, made = Sender(REGISTRY, 0, declared), []
    for _ in range(count):
        body["dartheader"]["id"] = str(uuid.uuid4())
        taken = sender.submission(as_bytes(body))
        findings = (GONE,) if rejected else taken.findings
        made.append(sender.record_of(taken, findings=findings))
    return made


async def append(writer: LogWriter, records: Sequence[NewRecord]) -> None:
    """Append records, some at a time."""
    for begin in range(0, len(records), APPENDED_AT_ONCE):
        await writer.append_all(records[begin : begin + APPENDED_AT_ONCE])


async def timed_replay(bench: Bench, selection: Selection, count: int) -> float:
    """Replay for real, and give arrivals a second of its work."""
    declared = load_registries()[REGISTRY]
    began = time.perf_counter()
    rules_of(declared)  # Names what decides, once a run: no part of the rate.
    apart = time.perf_counter() - began
    began = time.perf_counter()
    ended = await replay(
        declared, settings_of(bench.kafka, bench.postgres, 1000), selection, for_real=True
    )
    seconds = time.perf_counter() - began - apart
    assert ended.tally.arrivals == count
    return count / seconds


async def measure(neighbours: Neighbours, count: int) -> dict[str, float]:
    """Settle and replay; gives arrivals a second by kind of work."""
    kafka = KafkaSettings(bootstrap_servers=neighbours.kafka_bootstrap)
    postgres = PostgresSettings(dsn=SecretStr(neighbours.postgres_dsn))
    kinds = ("submissions", "amendments", "dead-letters")
    topics = [Topic(f"acr.{REGISTRY}.{kind}.v1", 1, 1, {}) for kind in kinds]
    await apply_topics(kafka, [*topics, Topic("acr.results.v1", 1, 1, {})])
    await migrate(postgres, [REGISTRY])
    bench = Bench(kafka, postgres, REGISTRY, declared=load_registries()[REGISTRY])
    rates = {}
    async with ready_writer(kafka) as writer:
        await append(writer, exams(1000, rejected=False))
        await bench.settle(writer, 1000)  # Caches are warm from here on.
        await append(writer, exams(count, rejected=False))
        began = time.perf_counter()
        await bench.settle(writer, 1000 + count)
        rates["live consumption"] = count / (time.perf_counter() - began)
        same = Selection(from_offset=1000)
        rates["replay, nothing changes"] = await timed_replay(bench, same, count)
        await append(writer, exams(count, rejected=True))
        await bench.settle(writer, 1000 + 2 * count)
        other = Selection(from_offset=1000 + count)
        rates["replay, all rejected are stored"] = await timed_replay(bench, other, count)
    return rates


def main() -> int:
    """Measure, print, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=5000, help="exams of each kind")
    options = parser.parse_args()
    environ = {name: value for name, value in os.environ.items() if name == "ACR_LOCALSTACK_HOME"}
    with (
        temporary_data() as data,
        open_neighbours(environ, data=data, report=print, quick_start=True) as neighbours,
    ):
        rates = asyncio.run(measure(neighbours, options.count))
    live = rates["live consumption"]
    for kind, rate in rates.items():
        sys.stdout.write(f"{kind:<32} {rate:8.0f}/s  {rate / live:5.2f} of live consumption\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
