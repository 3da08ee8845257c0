"""What the figures depend on: the machine, the versions, the commit. Never says whose machine."""

import hashlib
import json
import os
import platform
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import asyncpg
from benchmarks.running import Running
from benchmarks.wire import VARIANTS, RequestMaker

from acr_localstack.kafka_jars import KAFKA_VERSION
from acr_localstack.neighbours import Neighbours
from acr_settings.cores import count_cores

ROOT = Path(__file__).parent.parent
MEASURED = ("services", "libs")
POSTGRES_SETTINGS = ("server_version", "fsync", "synchronous_commit", "shared_buffers")
SYNCS, BLOCK = 50, b"x" * 4096
YARDSTICK_TURNS = 2000

Facts = dict[str, str | int | float | None]


async def gather_facts(running: Running) -> Facts:
    """Gather all of it; takes about a second."""
    return await stand_facts(running.neighbours)


async def stand_facts(neighbours: Neighbours) -> Facts:
    """Gather all of it beside neighbours; takes about a second."""
    connection = await asyncpg.connect(neighbours.postgres_dsn)
    try:
        postgres = {
            f"postgres_{name}": str(await connection.fetchval(f"SHOW {name}"))
            for name in POSTGRES_SETTINGS
        }
    finally:
        await connection.close()
    return {
        **machine_facts(),
        "neighbours": neighbours.kind,
        "kafka_version": KAFKA_VERSION,
        **postgres,
        "fsync_ms": _fsync_ms(),
        "yardstick_us": yardstick_us(),
    }


def machine_facts() -> Facts:
    """Gather what needs no neighbours."""
    return {
        "cores": count_cores(),
        "architecture": platform.machine(),
        "system": platform.system(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "commit": _commit(),
    }


def _fsync_ms() -> float:
    """Median time to append a block to a file and have it on the disk, which a commit waits for."""
    seconds = []
    with tempfile.TemporaryFile(buffering=0) as file:
        for _ in range(SYNCS):
            started = time.perf_counter()
            file.write(BLOCK)
            os.fsync(file.fileno())
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1000


def yardstick_us() -> float:
    """CPU time of reading the larger body, writing it canonically and digesting it, by Python.

    CPU per submission divided by it may be compared across machines, roughly.
    """
    body, rounds = RequestMaker(VARIANTS[-1]).body, []
    for _ in range(5):
        started = time.process_time()
        for _ in range(YARDSTICK_TURNS):
            canonical = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))
            hashlib.sha256(canonical.encode()).digest()
        rounds.append(time.process_time() - started)
    return min(rounds) / YARDSTICK_TURNS * 1e6


def _commit() -> str | None:
    """Name the last commit that changed what is measured, and whether files differ from it.

    None outside of a repository.
    """
    git = ["git", "-C", str(ROOT)]
    try:
        found = [
            subprocess.run([*git, *words], capture_output=True, text=True, check=True).stdout
            for words in (
                ["log", "-1", "--format=%H", "--", *MEASURED],
                ["status", "--porcelain", "--", *MEASURED],
            )
        ]
    except (OSError, subprocess.CalledProcessError):
        return None
    return found[0].strip() + (" and changes" if found[1] else "")
