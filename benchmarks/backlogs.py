"""Lets consumer processes settle backlogs on chosen databases, and tells rate and CPU. Judges nothing."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import asyncpg
import psutil
from benchmarks.backlog import Entry, as_submission_record, fill, make_submissions
from benchmarks.consuming import REGISTRY, STOPPED, watch
from benchmarks.stand import Stand, environment
from benchmarks.wire import VARIANTS

from acr_domain.submission import Submission
from acr_domain.topics import submissions_topic
from acr_localstack.neighbours import Neighbours
from acr_localstack.ports import free_port
from acr_localstack.services import Service

Placed = Callable[[Submission, int, int], Entry]


@dataclass(frozen=True, slots=True)
class Settled:
    """How a backlog was settled: arrivals a second, CPU microseconds of the consumers for each."""

    per_second: float
    cpu_us: float


def placed_in(partitions: Sequence[int]) -> Placed:
    """Write records as the gateway does, but into these partitions alone, in turns."""

    def write(made: Submission, number: int, of_all: int) -> Entry:
        entry = as_submission_record(made, number, of_all)
        chosen = partitions[number % len(partitions)]
        return Entry(chosen, entry.key, entry.value, entry.headers)

    return write


async def append(stand: Stand, count: int, series: str, write: Placed) -> None:
    """Append so many first versions of keys of a series."""
    made = list(make_submissions(REGISTRY, VARIANTS[1], count, series))
    await fill(stand.neighbours.kafka_bootstrap, submissions_topic(REGISTRY), made, write)


async def settle(stand: Stand, neighbours: Neighbours, consumers: int, count: int) -> Settled:
    """Let fresh consumers settle what waits; their start is not in the rate.

    Raises:
        TimeoutError: if the count stands still.
    """
    connection = await asyncpg.connect(neighbours.postgres_dsn)
    services = [_consumer(stand, neighbours, number) for number in range(consumers)]
    try:
        before = int(await connection.fetchval(STOPPED, REGISTRY))
        for service in services:
            service.start()
        # Arrivals settled and CPU seconds used at the first sighting, where the rate begins too.
        first: list[tuple[int, float]] = []

        async def look() -> int:
            done = int(await connection.fetchval(STOPPED, REGISTRY))
            if done > before and not first:
                first.append((done - before, _cpu_seconds(services)))
            return done

        rate = await watch(look, before, count)
        seen, began = first[0] if first[0][0] < count else (0, 0.0)
        cpu_us = (_cpu_seconds(services) - began) / (count - seen) * 1e6
    finally:
        for service in services:
            await asyncio.to_thread(service.stop)
        await connection.close()
    return Settled(rate, cpu_us)


def _consumer(stand: Stand, neighbours: Neighbours, number: int) -> Service:
    port = free_port()
    environ = {
        **environment(),
        "ACR_KAFKA_BOOTSTRAP_SERVERS": neighbours.kafka_bootstrap,
        "ACR_POSTGRES_DSN": neighbours.postgres_dsn,
        "ACR_CONSUMER_REGISTRY": REGISTRY,
        "ACR_CONSUMER_PORT": str(port),
    }
    log = stand.logs / f"backlog-{time.monotonic_ns()}-{number}.log"
    return Service(f"consumer-{number}", "acr_consumer", port, environ, log)


def _cpu_seconds(services: Sequence[Service]) -> float:
    used = 0.0
    for service in services:
        with suppress(psutil.NoSuchProcess):
            times = psutil.Process(service.process.pid).cpu_times()
            used += times.user + times.system
    return used
