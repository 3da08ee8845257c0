"""Shows how the door holds its shape: goodput at five times the load, a small sender beside a flood.

Ratios within one run only. `python -m benchmarks.overload` takes about two minutes.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import httpx
import psutil
import uvloop
from benchmarks.load import Latencies
from benchmarks.running import Running, open_running
from benchmarks.wire import PATH, VARIANTS, Connection, RequestMaker

from acr_testkit.samples import submission
from acr_testkit.stream_sender import stream_sender

PHASE_SECONDS = 8.0
PEAK_CONNECTIONS = 64
CHUNK_LINES = 50
# Name, connections of single posts, streams.
FLOODS = (("64 posts", 64, 0), ("320 posts", 320, 0), ("2 streams", 0, 2))
VARIANT = VARIANTS[1]


@dataclass(slots=True)
class Phase:
    """What one group of senders saw. It changes while the phase lasts."""

    began: float = field(default_factory=time.perf_counter)
    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    def note(self, status: int, seconds: float, _: bytes) -> None:
        """Count one answer; only what was taken is timed."""
        self.statuses[status] += 1
        if status < 300:
            self.seconds.append(seconds)

    def told(self) -> dict[str, object]:
        """Give goodput a second and latencies in milliseconds."""
        elapsed = time.perf_counter() - self.began
        taken = Latencies.of(self.seconds) if self.seconds else Latencies(0, 0, 0)
        return {
            "taken_per_second": round(len(self.seconds) / elapsed, 1),
            "p50_ms": round(taken.p50, 1),
            "p99_ms": round(taken.p99, 1),
            "statuses": dict(self.statuses),
        }


class _OnePartner(RequestMaker):
    """Makes requests of one partner."""

    def __init__(self, partner: str) -> None:
        super().__init__(VARIANT)
        before, between, after = self._parts
        padded = partner.ljust(18, "x")
        self._parts = (before + padded + between, "", after)

    def make(self) -> bytes:
        before, _, after = self._parts
        return before.encode() + _guid().encode() + after.encode()


def _guid() -> str:
    made: str = submission()["dartheader"]["id"]
    return made


async def send(url: str, partner: str, connections: int, seconds: float) -> Phase:
    """Send in closed loops for a while."""
    address, maker, loop, phase = (
        urlsplit(url),
        _OnePartner(partner),
        asyncio.get_running_loop(),
        Phase(),
    )
    deadline = time.perf_counter() + seconds
    following: Callable[[], bytes | None] = lambda: (
        maker.make() if time.perf_counter() < deadline else None
    )
    opened = []
    for _ in range(connections):
        _, connection = await loop.create_connection(
            lambda: Connection(following, phase.note), str(address.hostname), address.port or 80
        )
        opened.append(connection)
    await asyncio.wait([each.done for each in opened])
    for each in opened:
        # A refusal for want of room closes the connection; the others went on.
        if not each.done.cancelled():
            each.done.exception()
        each.close()
    return phase


async def stream(url: str, partner: str, seconds: float) -> dict[str, object]:
    """Send one stream for a while, and read its answers meanwhile."""
    maker = _OnePartner(partner)
    before, _, after = maker._parts
    start = before.partition("\r\n\r\n")[2]
    deadline, began = time.perf_counter() + seconds, time.perf_counter()
    async with stream_sender(url) as sender:
        await sender.head(PATH)
        await sender.answer_head()

        async def upload() -> None:
            while time.perf_counter() < deadline:
                lines = "".join(f"{start}{_guid()}{after}\n" for _ in range(CHUNK_LINES))
                await sender.chunk(lines.encode())
            await sender.end()

        uploading = asyncio.create_task(upload())
        summary: dict[str, object] = {}
        while (answer := await sender.answer()) is not None:
            summary = answer.get("summary", summary)
        await uploading
    lines = summary.get("created", 0)
    assert isinstance(lines, int)
    return {"lines_per_second": round(lines / (time.perf_counter() - began), 1), **summary}


async def probe(url: str) -> Phase:
    """Ask for health until cancelled."""
    phase = Phase()
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        with suppress(asyncio.CancelledError):
            while True:
                began = time.perf_counter()
                answer = await client.get("/readyz")
                phase.note(answer.status_code, time.perf_counter() - began, b"")
                await asyncio.sleep(0.1)
    return phase


async def measure(running: Running, report: Callable[[str], None]) -> dict[str, object]:
    """Run the phases one after the other."""
    url, told = running.system.gateway.url, {}
    gateway = psutil.Process(running.system.gateway.process.pid)

    def note(name: str, value: object) -> None:
        told[name] = value
        report(f"{name}: {value}")
        report(f"  limit {_limit(url)}")

    await send(url, "warm-up", PEAK_CONNECTIONS, PHASE_SECONDS / 2)
    note("rss before, MiB", gateway.memory_info().rss >> 20)
    before = _cpu_seconds(gateway)
    posts = await send(url, "peak", PEAK_CONNECTIONS, PHASE_SECONDS)
    cost = 1000 * (_cpu_seconds(gateway) - before) / len(posts.seconds)
    note("single posts, 64 connections", posts.told() | {"gateway_cpu_seconds_per_1000": cost})
    before = _cpu_seconds(gateway)
    lines = await stream(url, "stream", PHASE_SECONDS)
    cost = 1000 * (_cpu_seconds(gateway) - before) / cast(int, lines["created"])
    note("one stream", lines | {"gateway_cpu_seconds_per_1000": cost})
    probing = asyncio.create_task(probe(url))
    note("single posts, 320 connections", (await send(url, "five", 320, PHASE_SECONDS)).told())
    note("single posts, 1600 connections", (await send(url, "more", 1600, PHASE_SECONDS)).told())
    probing.cancel()
    note("readiness under these", (await probing).told())
    note("a small sender alone", (await send(url, "small", 2, PHASE_SECONDS)).told())
    for name, connections, streams in FLOODS:
        flood = [
            asyncio.create_task(stream(url, "flood", PHASE_SECONDS + 1)) for _ in range(streams)
        ]
        if connections:
            flood.append(asyncio.create_task(_told(url, connections)))
        await asyncio.sleep(1)
        beside = await send(url, "small", 2, PHASE_SECONDS - 1)
        note(f"the same beside a flood of {name}", beside.told())
        note(f"the flood of {name}", [await each for each in flood])
    note("rss after, MiB", gateway.memory_info().rss >> 20)
    return told


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _limit(url: str) -> str:
    """Tell how many submissions the gateway lets be in work at present."""
    lines = httpx.get(f"{url}/metrics", timeout=30).text.splitlines()
    return next(line for line in lines if line.startswith("acr_admission_limit "))


async def _told(url: str, connections: int) -> dict[str, object]:
    return (await send(url, "flood", connections, PHASE_SECONDS + 1)).told()


def main() -> None:
    """Run and print JSON."""

    def report(text: str) -> None:
        sys.stderr.write(text + "\n")

    with (
        open_running(report, None) as running,
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
    ):
        sys.stdout.write(json.dumps(runner.run(measure(running, report)), indent=2) + "\n")


if __name__ == "__main__":
    main()
