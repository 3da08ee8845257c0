"""How far the consumer is, by its own metrics. Reads only; changes nothing."""

import asyncio
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
from benchmarks.costs import Reading, read_cpu
from benchmarks.running import Running
from benchmarks.wire import LoadFailed

# Each look costs the consumer about a millisecond, so that looking takes a hundredth of a core.
LOOK_AGAIN_SECONDS = 0.1
STANDSTILL_SECONDS_MAX = 60.0
_SETTLED = re.compile(r'^acr_arrivals_settled_total\{.*verdict="(\w+)".*\} (\S+)$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sighting:
    """How many arrivals the consumer had settled since it began, and what had been used by then."""

    settled: int
    reading: Reading


@dataclass(frozen=True, slots=True)
class Settling:
    """An open connection to the consumer's metrics."""

    running: Running
    client: httpx.AsyncClient

    async def count(self) -> int:
        """Count the arrivals settled since the consumer began; 0 while it begins.

        Raises:
            LoadFailed: if one of them is anything but created.
        """
        try:
            answer = await self.client.get(f"{self.running.consumer.url}/metrics")
        except httpx.TransportError:
            self.running.consumer.process.require_running("the consumer")
            return 0
        verdicts: Counter[str] = Counter()
        for verdict, value in _SETTLED.findall(answer.text):
            verdicts[verdict] += int(float(value))
        if set(verdicts) - {"created"}:
            raise LoadFailed(f"only created was expected; the consumer settled {dict(verdicts)}")
        return verdicts["created"]

    async def watch(self, target: int) -> Sequence[Sighting]:
        """Look until so many are settled; gives each sighting at which the count had grown.

        Raises:
            LoadFailed: if the count stands still, or passes the target.
        """
        sightings: list[Sighting] = []
        settled, grown_at = 0, time.monotonic()
        while True:
            count = await self.count()
            if count > settled:
                settled, grown_at = count, time.monotonic()
                sightings.append(Sighting(count, read_cpu(self.running)))
            if settled >= target:
                break
            if time.monotonic() - grown_at > STANDSTILL_SECONDS_MAX:
                raise LoadFailed(f"the consumer stands still at {settled} of {target}")
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        if settled > target:
            raise LoadFailed(f"{target} were accepted, but {settled} settled")
        return sightings


@asynccontextmanager
async def open_settling(running: Running) -> AsyncIterator[Settling]:
    """Open the connection beforehand, so that a look takes no longer than its answer."""
    async with httpx.AsyncClient(timeout=30) as client:
        yield Settling(running, client)
