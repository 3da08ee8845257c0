"""Measures the whole way, HTTP in to result out, at steady state: rates, latencies, CPU and bytes kept.

The same submissions go as single posts on 64 connections and as one stream, each waited for.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import asyncpg
from benchmarks.costs import cost_between, read_cpu
from benchmarks.facts import yardstick_us
from benchmarks.lines import SAMPLES, Sample, Stream, as_requests, make_lines
from benchmarks.load import Latencies, send_requests
from benchmarks.outcome import Outcome
from benchmarks.running import Running
from benchmarks.stand import Stand

from acr_domain.topics import RESULTS_TOPIC, submissions_topic

CONNECTIONS, CREATED = 64, 201
OURS = ("gateway", "consumer", "reader")
STREAM, POSTS = "stream", "posts"
DATABASE_BYTES = """
SELECT sum(pg_table_size(each.oid)) AS tables, sum(pg_indexes_size(each.oid)) AS indexes,
       pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS write_ahead
FROM pg_class AS each
WHERE each.relkind = 'r' AND each.relnamespace IN ('acr'::regnamespace, $1::regnamespace)
"""


@dataclass(frozen=True, slots=True)
class Plan:
    """Lines of a stream, single posts, and rounds."""

    lines: int = 12_000
    posted: int = 2_500
    rounds: int = 3


TINY = Plan(lines=200, posted=100, rounds=1)


@dataclass(slots=True)
class _Case:
    """One sample on the running system, and what was seen so far, by way and round."""

    stand: Stand
    running: Running
    sample: Sample
    seen: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    async def stream(self, lines: Sequence[bytes]) -> None:
        """Send one stream and time each line."""
        before = read_cpu(self.running)
        sending = Stream(self.running.system.gateway.url, self.sample.registry, lines, "")
        done = await asyncio.to_thread(sending.run, timed=True)
        cost = cost_between(before, read_cpu(self.running), len(lines))
        self._note(STREAM, len(lines) / done.seconds, Latencies.of(done.latencies), cost)

    async def post(self, lines: Sequence[bytes]) -> None:
        """Send single posts, each the next when its answer is here."""
        before = read_cpu(self.running)
        requests = as_requests(self.sample.registry, lines)
        load = await send_requests(self.running.system.gateway.url, requests, CONNECTIONS, CREATED)
        cost = cost_between(before, read_cpu(self.running), load.answers)
        self._note(POSTS, load.per_second, load.latencies, cost)

    def _note(self, way: str, rate: float, latencies: Latencies, cost: Any) -> None:
        told = {"per_second": rate, "latency_ms": asdict(latencies), **asdict(cost)}
        self.seen.setdefault(way, []).append(told)
        self.stand.report(
            f"steady, {self.sample.name}, {way}: {rate:,.0f}/s, p50 {latencies.p50:.0f} ms"
        )


async def measure(stand: Stand, plan: Plan) -> Outcome:
    """Take both ways in turns for each sample; raises LoadFailed."""
    ratios: dict[str, list[float]] = {}
    figures: dict[str, Any] = {}
    yardstick_ms = yardstick_us() / 1000
    for sample in SAMPLES:
        name = f"steady_{sample.registry}"
        async with stand.running(name, [sample.registry]) as system:
            case = _Case(stand, Running(stand.neighbours, system), sample)
            kept = await _take_turns(case, plan, name)
        streams, posts = case.seen[STREAM], case.seen[POSTS]
        ratios[f"{sample.name}: stream / posts"] = [
            one["per_second"] / other["per_second"]
            for one, other in zip(streams, posts, strict=True)
        ]
        for way, rounds in case.seen.items():
            ratios[f"{sample.name}: {way}, our CPU in yardsticks"] = [
                _our_cpu(each) / yardstick_ms for each in rounds
            ]
        figures[sample.name] = {**case.seen, "bytes_a_submission": kept}
    return Outcome(asdict(plan), ratios, figures)


def _our_cpu(told: Mapping[str, Any]) -> float:
    """Sum what our own services take for one submission, in milliseconds."""
    used = told["cpu_seconds_per_1000"]
    return float(sum(each for name, each in used.items() if name in OURS))


async def _take_turns(case: _Case, plan: Plan, database: str) -> dict[str, float]:
    """Measure, and give what a submission takes of disk, by where."""
    sample, stand = case.sample, case.stand
    await case.stream(make_lines(sample, plan.posted))
    await case.post(make_lines(sample, plan.posted))
    case.seen.clear()
    before = await _stored_bytes(stand, database, sample.registry)
    for number in range(plan.rounds):
        streamed, posted = make_lines(sample, plan.lines), make_lines(sample, plan.posted)
        turns = [(case.stream, streamed), (case.post, posted)]
        for way, lines in turns if number % 2 == 0 else reversed(turns):
            await way(lines)
    after = await _stored_bytes(stand, database, sample.registry)
    sent = plan.rounds * (plan.lines + plan.posted)
    body = len(make_lines(sample, 1)[0]) - 1
    return {"body": body, **{name: (after[name] - each) / sent for name, each in before.items()}}


async def _stored_bytes(stand: Stand, database: str, registry: str) -> dict[str, int]:
    connection = await asyncpg.connect(stand.dsn_of(database))
    try:
        (row,) = await connection.fetch(DATABASE_BYTES, registry)
    finally:
        await connection.close()
    # The index files beside are made at their full size, of holes; a container's are not ours to see.
    return {name: int(each) for name, each in row.items()} | {
        "log": _log_bytes(stand, submissions_topic(registry)),
        "results": _log_bytes(stand, RESULTS_TOPIC),
    }


def _log_bytes(stand: Stand, topic: str) -> int:
    return sum(file.stat().st_size for file in stand.data.glob(f"kafka/**/{topic}-*/*.log"))
