"""What the processes have used: CPU and memory. Reads only; changes nothing."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import psutil
from benchmarks.running import Running

OWN_NAME = "load generator"


@dataclass(frozen=True, slots=True)
class Reading:
    """CPU seconds used since each process began, at a moment of the monotonic clock."""

    at: float
    cpu_seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a stretch of work took: CPU seconds per 1,000 submissions, and cores kept busy."""

    cpu_seconds_per_1000: Mapping[str, float]
    cores_busy: Mapping[str, float]


def read_cpu(running: Running) -> Reading:
    """Read the CPU seconds of every process that is known, this one too."""
    used = {name: family_cpu(pid) for name, pid in running.pids().items()}
    return Reading(time.monotonic(), {**used, OWN_NAME: time.process_time()})


def cost_between(before: Reading, after: Reading, submissions: int) -> Cost:
    """Share what was used between two readings among the submissions of that stretch."""
    seconds = after.at - before.at
    used = {name: after.cpu_seconds[name] - cpu for name, cpu in before.cpu_seconds.items()}
    return Cost(
        {name: cpu / submissions * 1000 for name, cpu in used.items()},
        {name: cpu / seconds for name, cpu in used.items()},
    )


def read_rss(running: Running) -> dict[str, float]:
    """Read the resident memory of each of our own services, in MiB."""
    pids = {name: service.process.pid for name, service in running.services().items()}
    return {name: psutil.Process(pid).memory_info().rss / 2**20 for name, pid in pids.items()}


def family_cpu(pid: int) -> float:
    """Sum a process and its children, also those that have ended meanwhile."""
    total = 0.0
    root = psutil.Process(pid)
    for member in [root, *root.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            times = member.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total
