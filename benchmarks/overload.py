"""Shows how the door holds its shape: goodput at five times the load, a small sender beside a flood.

Ratios within one run only. `python -m benchmarks.overload` takes about four minutes. Senders are
processes of their own; on two cores they share them with what is measured, so what they cost is told.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

import httpx
import psutil
from benchmarks.load import Latencies
from benchmarks.overload_senders import Orders
from benchmarks.running import Running, open_running

PHASE_SECONDS = 4.0
ROUNDS = 3
PEAK_CONNECTIONS = 64
# Name, and what is sent beyond the peak. A stubborn sender heeds no Retry-After.
OVERLOADS: Mapping[str, Mapping[str, float]] = {
    "320 connections, stubborn": {"connections": 320},
    "1600 connections, stubborn": {"connections": 1600},
    "1600 connections, patient": {"connections": 1600, "honours": True},
    # Sent whatever comes back, so that latency counts from when each was due.
    "five times the rate": {"connections": 5000, "times": 5},
}
FLOODS: Mapping[str, Mapping[str, float]] = {
    "64 posts": {"connections": 64},
    "320 posts": {"connections": 320},
    "2 streams": {"streams": 2},
}
SMALL: Mapping[str, float] = {"connections": 2}
# Whoever floods stands back from the cores, so that it is not what the small sender waits for.
FLOOD_NICENESS = 5

Told = dict[str, object]


class Senders:
    """Starts senders against one gateway, and tells what they saw and what the services used."""

    def __init__(self, running: Running) -> None:
        """Look at the processes that are there."""
        self.url = running.system.gateway.url
        self._processes = {name: psutil.Process(pid) for name, pid in running.pids().items()}

    async def send(self, partner: str, seconds: float, what: Mapping[str, float]) -> Told:
        """Send from a process of its own; gives what it saw, and CPU seconds a second by service."""
        orders = {"url": self.url, "partner": partner, "seconds": seconds, **what}
        before, began = self._cpu_seconds(), time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.overload_senders",
            json.dumps(orders),
            stdout=subprocess.PIPE,
        )
        told: Told = json.loads((await process.communicate())[0])
        elapsed = time.perf_counter() - began
        used = {
            name: round((after - before[name]) / elapsed, 2)
            for name, after in self._cpu_seconds().items()
        }
        return told | {"services_cpu_share": used}

    def gateway_mib(self) -> int:
        """Tell the gateway's resident memory."""
        return int(self._processes["gateway"].memory_info().rss >> 20)

    def _cpu_seconds(self) -> dict[str, float]:
        found = {}
        for name, process in self._processes.items():
            of = [process.cpu_times(), *(each.cpu_times() for each in process.children())]
            found[name] = sum(each.user + each.system for each in of)
        return found


async def probe(url: str) -> dict[str, object]:
    """Ask for readiness until cancelled; gives statuses and latencies."""
    seconds, statuses = [], set()
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        with suppress(asyncio.CancelledError):
            while True:
                began = time.perf_counter()
                statuses.add((await client.get("/readyz")).status_code)
                seconds.append(time.perf_counter() - began)
                await asyncio.sleep(0.1)
    told = Latencies.of(seconds)
    return {"statuses": sorted(statuses), "p50_ms": told.p50, "p99_ms": told.p99}


async def overloads(senders: Senders, report: Callable[[str], None]) -> Told:
    """Send at the peak and beyond it by turns; goodput beyond it over that of the peaks around it."""
    peak: Mapping[str, float] = {"connections": PEAK_CONNECTIONS}
    told: Told = {}
    probing = asyncio.create_task(probe(senders.url))
    before = await senders.send("peak", PHASE_SECONDS, peak)
    for name, what in OVERLOADS.items():
        beyond = await senders.send("beyond", PHASE_SECONDS * 2, _with_rate(what, before))
        after = await senders.send("peak", PHASE_SECONDS, peak)
        told[name] = {
            "goodput_ratio": _ratio(beyond, before, after, _taken),
            "goodput_ratio_per_cpu_second": _ratio(beyond, before, after, _taken_per_cpu_second),
            "beyond": beyond,
            "peak": after,
        }
        report(f"{name}: {told[name]}; gateway {senders.gateway_mib()} MiB")
        before = after
    probing.cancel()
    return told | {"readiness meanwhile": await probing}


async def floods(senders: Senders, report: Callable[[str], None]) -> Told:
    """Let a small sender send alone and beside each flood, by turns; the median of the ratios of p99."""
    told: Told = {}
    for name, what in FLOODS.items():
        rounds = [await _beside(senders, what) for _ in range(ROUNDS)]
        ratios = sorted(each[2] for each in rounds)
        told[name] = {
            "p99_ratio": statistics.median(ratios),
            "p99_ratios": ratios,
            "small_p99_ms_alone": [each[0] for each in rounds],
            "small_p99_ms_beside": [each[1] for each in rounds],
            "flood_taken_per_second": [each[3] for each in rounds],
        }
        report(f"a small sender beside a flood of {name}: {told[name]}")
    return told


async def _beside(senders: Senders, what: Mapping[str, float]) -> tuple[float, float, float, float]:
    alone = await senders.send("small", PHASE_SECONDS, SMALL)
    orders = {**what, "niceness": FLOOD_NICENESS}
    flood = asyncio.create_task(senders.send("flood", PHASE_SECONDS + 2, orders))
    await asyncio.sleep(1.5)
    beside = await senders.send("small", PHASE_SECONDS, SMALL)
    flooded = await flood
    first, second = _p99(alone), _p99(beside)
    return first, second, round(second / first, 2), _taken(flooded)


def _with_rate(what: Mapping[str, float], peak: Told) -> Mapping[str, float]:
    """Turn ``times`` of what was taken at the peak into a rate."""
    rest = {name: value for name, value in what.items() if name != "times"}
    return {**rest, "rate": what["times"] * _taken(peak)} if "times" in what else rest


def _ratio(beyond: Told, before: Told, after: Told, of: Callable[[Told], float]) -> float:
    return round(of(beyond) * 2 / (of(before) + of(after)), 2)


def _taken_per_cpu_second(told: Told) -> float:
    """Divide by what all services and their neighbours used: what senders took is not held against them."""
    used = told["services_cpu_share"]
    assert isinstance(used, dict)
    return _taken(told) / sum(used.values())


def _taken(told: Told) -> float:
    return float(str(told["taken_per_second"]))


def _p99(told: Told) -> float:
    return float(str(told["taken_p99_ms"]))


async def measure(running: Running, only: Sequence[str], report: Callable[[str], None]) -> Told:
    """Run the parts that are asked for; all of them where none is."""
    senders = Senders(running)
    await senders.send("warm-up", PHASE_SECONDS, {"connections": PEAK_CONNECTIONS})
    told: Told = {"gateway MiB before": senders.gateway_mib()}
    if "overloads" in only or not only:
        told |= await overloads(senders, report)
    if "floods" in only or not only:
        told |= await floods(senders, report)
    return told | {"gateway MiB after": senders.gateway_mib()}


def main() -> None:
    """Run the parts named on the command line (overloads, floods), or both, and print JSON."""

    def report(text: str) -> None:
        sys.stderr.write(text + "\n")

    assert set(sys.argv[1:]) <= {"overloads", "floods"}, Orders.__doc__
    with open_running(report, None) as running:
        told = asyncio.run(measure(running, sys.argv[1:], report))
        sys.stdout.write(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
