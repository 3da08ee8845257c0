"""Measures intake: streams of lines, fully validated, beside a bare producer and single posts.

The same file each time, acknowledged by all replicas each time. No consumer runs: answers are 202.
"""

import asyncio
import json
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil
from benchmarks.lines import SAMPLES, Sample, Stream, as_requests, write_lines
from benchmarks.load import send_requests
from benchmarks.outcome import Outcome
from benchmarks.stand import Stand
from benchmarks.wire import NO_WAIT, RESPOND_ASYNC

from acr_kafka.topics import Topic, apply_topics
from acr_settings.settings import KafkaSettings

TOPIC, PARTITIONS = "benchmark.intake", 12
CONNECTIONS, KEPT = 64, 202
HEADER_ID = re.compile(rb'"id":"([0-9a-f-]{36})"')
PRODUCER, UNKEYED, STREAM, POSTS = "producer", "producer without keys", "stream", "posts"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure: lines of each file, those that go as single posts, rounds."""

    lines: int = 30_000
    posted: int = 6_000
    rounds: int = 3


TINY = Plan(lines=300, posted=100, rounds=1)


@dataclass(slots=True)
class _Case:
    """One file and what was measured with it: rates a second and CPU microseconds, by way and round."""

    stand: Stand
    sample: Sample
    gateway: psutil.Process
    url: str
    file: Path
    lines: Sequence[bytes]
    rates: dict[str, list[float]] = field(default_factory=dict)
    cpu_us: dict[str, list[float]] = field(default_factory=dict)

    async def produce(self, lines: Sequence[bytes]) -> None:
        """Let a bare producer, a process like the gateway, append the file by the gateway's keys."""
        held = HEADER_ID.search(lines[0])
        assert held is not None
        await self._produce(PRODUCER, lines, *held.span(1))

    async def produce_unkeyed(self, lines: Sequence[bytes]) -> None:
        """Let it append the file to whatever partition."""
        await self._produce(UNKEYED, lines, 0, 0)

    async def _produce(self, way: str, lines: Sequence[bytes], begin: int, end: int) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "benchmarks.bare_producer", self.file),
            *(self.stand.neighbours.kafka_bootstrap, TOPIC, str(begin), str(end)),
            stdout=asyncio.subprocess.PIPE,
        )
        told, _ = await process.communicate()
        took = json.loads(told)
        self._note(way, len(lines), took["seconds"], took["cpu_seconds"])

    async def stream(self, lines: Sequence[bytes]) -> None:
        """Send the file as one stream."""
        used = _cpu_seconds(self.gateway)
        stream = Stream(self.url, self.sample.registry, lines, NO_WAIT)
        done = await asyncio.to_thread(stream.run)
        self._note(STREAM, len(lines), done.seconds, _cpu_seconds(self.gateway) - used)

    async def post(self, lines: Sequence[bytes]) -> None:
        """Send lines as single posts."""
        used = _cpu_seconds(self.gateway)
        requests = as_requests(self.sample.registry, lines, RESPOND_ASYNC)
        load = await send_requests(self.url, requests, CONNECTIONS, KEPT)
        self._note(POSTS, load.answers, load.seconds, _cpu_seconds(self.gateway) - used)

    def _note(self, way: str, count: int, seconds: float, cpu_seconds: float) -> None:
        self.rates.setdefault(way, []).append(count / seconds)
        self.cpu_us.setdefault(way, []).append(cpu_seconds / count * 1e6)
        self.stand.report(f"intake, {self.sample.name}, {way}: {count / seconds:,.0f}/s")


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


async def measure(stand: Stand, plan: Plan) -> Outcome:
    """Take the three ways in turns, each round in the other order; raises LoadFailed."""
    kafka = KafkaSettings(bootstrap_servers=stand.neighbours.kafka_bootstrap)
    await apply_topics(kafka, [Topic(TOPIC, PARTITIONS, 1, {})])
    cases = []
    async with stand.running("intake", []) as system:
        gateway = psutil.Process(system.gateway.process.pid)
        for sample in SAMPLES:
            file = stand.data / f"{sample.registry}.ndjson"
            lines = write_lines(file, sample, plan.lines)
            case = _Case(stand, sample, gateway, system.gateway.url, file, lines)
            await _take_turns(case, plan)
            cases.append(case)
    ratios = {name: each for case in cases for name, each in _ratios(case).items()}
    figures = {
        case.sample.name: {
            "body_bytes": len(case.lines[0]) - 1,
            "per_second": case.rates,
            "cpu_us": case.cpu_us,
        }
        for case in cases
    }
    return Outcome(asdict(plan), ratios, figures)


async def _take_turns(case: _Case, plan: Plan) -> None:
    some, few = case.lines, case.lines[: plan.posted]
    ways: list[tuple[Callable[[Sequence[bytes]], Awaitable[None]], Sequence[bytes]]] = [
        (case.produce, some),
        (case.produce_unkeyed, some),
        (case.stream, some),
        (case.post, few),
    ]
    await case.stream(few)
    case.rates.clear()
    case.cpu_us.clear()
    for number in range(plan.rounds):
        for way, lines in ways if number % 2 == 0 else reversed(ways):
            await way(lines)


def _ratios(case: _Case) -> dict[str, list[float]]:
    name = case.sample.name

    def by_round(figures: dict[str, list[float]], one: str, other: str) -> list[float]:
        return [a / b for a, b in zip(figures[one], figures[other], strict=True)]

    return {
        f"{name}: stream / producer": by_round(case.rates, STREAM, PRODUCER),
        f"{name}: producer / stream, by CPU": by_round(case.cpu_us, PRODUCER, STREAM),
        f"{name}: stream / producer without keys": by_round(case.rates, STREAM, UNKEYED),
        f"{name}: stream / posts": by_round(case.rates, STREAM, POSTS),
    }
