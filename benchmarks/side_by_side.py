"""Times work of one process beside another's: rate, and CPU by part. Starts consumers; judges nothing."""

import asyncio
import os
import resource
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from benchmarks.consuming import STOPPED, watch
from benchmarks.costs import family_cpu
from benchmarks.running import environment

from acr_localstack.neighbours import Neighbours
from acr_localstack.ports import free_port
from acr_localstack.services import Service


@dataclass(frozen=True, slots=True)
class Turn:
    """One stretch of work: arrivals a second, and CPU microseconds an arrival by part."""

    rate: float
    cpu_us: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Parts:
    """The neighbours, and where logs go."""

    neighbours: Neighbours
    connection: asyncpg.Connection
    logs: Path

    def environ(self, **own: str) -> dict[str, str]:
        """Give the settings of a process of ours."""
        return {
            **environment(),
            "ACR_KAFKA_BOOTSTRAP_SERVERS": self.neighbours.kafka_bootstrap,
            "ACR_POSTGRES_DSN": self.neighbours.postgres_dsn,
            **own,
        }

    def cpu(self, own: Iterable[int]) -> dict[str, float]:
        """Tell the CPU seconds used so far: by ourselves, Kafka and PostgreSQL."""
        used = {"own": sum(_own_cpu(pid) for pid in own)}
        if self.neighbours.kafka_pids:
            used["Kafka"] = family_cpu(self.neighbours.kafka_pids[0])
        if self.neighbours.postgres_pid is not None:
            used["PostgreSQL"] = family_cpu(self.neighbours.postgres_pid)
        return used

    async def settled(self, registry: str) -> int:
        """Count what is settled."""
        return int(await self.connection.fetchval(STOPPED, registry))

    @asynccontextmanager
    async def consumers(self, registry: str, count: int) -> AsyncIterator[list[int]]:
        """Run consumer processes until the block ends; gives their process ids."""
        services = [self._consumer(registry, number) for number in range(count)]
        for service in services:
            service.start()
        try:
            yield [service.process.pid for service in services]
        finally:
            for service in services:
                await asyncio.to_thread(service.stop)

    def _consumer(self, registry: str, number: int) -> Service:
        port = free_port()
        environ = self.environ(ACR_CONSUMER_REGISTRY=registry, ACR_CONSUMER_PORT=str(port))
        log = self.logs / f"consumer-{number}.log"
        return Service(f"consumer-{number}", "acr_consumer", port, environ, log)

    async def timed(
        self, count: Callable[[], Awaitable[int]], before: int, target: int, own: Sequence[int]
    ) -> Turn:
        """Watch a count grow by so many; all begins at the first sighting, so no start is in it."""
        first: tuple[int, dict[str, float]] | None = None

        async def looked() -> int:
            nonlocal first
            found = await count()
            if found > before and first is None:
                first = (found - before, self.cpu(own))
            return found

        rate = await watch(looked, before, target)
        assert first is not None
        return Turn(rate, shared(first[1], self.cpu(own), target - first[0]))

    async def whole(self, work: Awaitable[int], own: Sequence[int]) -> Turn:
        """Time a whole piece of work, which tells how many arrivals it was."""
        before, began = self.cpu(own), time.perf_counter()
        done = await work
        rate = done / (time.perf_counter() - began)
        return Turn(rate, shared(before, self.cpu(own), done))


def _own_cpu(pid: int) -> float:
    if pid != os.getpid():
        return family_cpu(pid)
    # Kafka and PostgreSQL are children of this very process; those that have ended are not they.
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime


def shared(
    before: Mapping[str, float], after: Mapping[str, float], arrivals: int
) -> dict[str, float]:
    """Share what was used between two readings among arrivals; microseconds each."""
    return {name: (after[name] - used) / max(arrivals, 1) * 1e6 for name, used in before.items()}


def summary(turns: Mapping[str, Sequence[Turn]], live: str) -> list[dict[str, object]]:
    """Give medians by kind of work; ratios are medians of each round's own."""
    rows = []
    for name, each in turns.items():
        ratios = [one.rate / other.rate for one, other in zip(each, turns[live], strict=True)]
        rows.append(
            {
                "what": name,
                "rate": statistics.median(turn.rate for turn in each),
                "ratio": statistics.median(ratios),
                "ratios": sorted(ratios),
                "cpu_us": {
                    part: statistics.median(turn.cpu_us[part] for turn in each)
                    for part in each[0].cpu_us
                },
            }
        )
    return rows


def show(rows: Iterable[Mapping[str, object]]) -> None:
    """Print one line each."""
    for row in rows:
        cpu, ratios = row["cpu_us"], row["ratios"]
        assert isinstance(cpu, Mapping)
        assert isinstance(ratios, Sequence)
        costs = ", ".join(f"{part} {each:.0f}" for part, each in cpu.items())
        sys.stdout.write(
            f"{row['what']:<34} {row['rate']:8,.0f}/s  {row['ratio']:5.2f} of live consumption "
            f"({ratios[0]:.2f} to {ratios[-1]:.2f})  CPU us: {costs}\n"
        )
