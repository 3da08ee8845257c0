"""Loads each HTTP server candidate with wrk in alternated rounds and prints ratios; judges nothing.

Needs wrk on the PATH and the candidates of requirements.txt. Run from the root of the checkout:
python -m benchmarks.choices.http_servers
"""

from __future__ import annotations

import argparse
import contextlib
import json
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

SCRIPT = Path(__file__).with_name("submission.lua")
REFERENCE = "uvicorn+starlette+uvloop"
CANDIDATES: dict[str, tuple[str, str, str]] = {
    REFERENCE: ("uvicorn", "starlette", "uvloop"),
    "uvicorn+starlette+asyncio": ("uvicorn", "starlette", "asyncio"),
    "uvicorn+starlette router, ASGI endpoint": ("uvicorn", "starlette-raw", "uvloop"),
    "uvicorn, no framework": ("uvicorn", "bare", "uvloop"),
    "uvicorn with a header timeout": ("uvicorn-timed", "starlette", "uvloop"),
    "uvicorn on zttp": ("uvicorn-zttp", "starlette", "uvloop"),
    "uvicorn on h11": ("uvicorn-h11", "starlette", "uvloop"),
    "uvicorn+blacksheep": ("uvicorn", "blacksheep", "uvloop"),
    "granian.embed+starlette": ("granian-embed", "starlette", "uvloop"),
    "granian+starlette (its own loop)": ("granian", "starlette", "uvloop"),
    "hypercorn+starlette": ("hypercorn", "starlette", "uvloop"),
    "aiohttp.web": ("aiohttp", "starlette", "uvloop"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """One measured round: rate, latencies in ms, server CPU per 1000 requests, memory."""

    requests_per_second: float
    p50_ms: float
    p99_ms: float
    cpu_seconds_per_1000: float
    rss_mib: float
    errors: int


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(server: str, app: str, loop: str) -> Iterator[tuple[psutil.Popen, int]]:
    """Start a candidate process, wait until it listens, and stop it afterwards."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.choices.server_candidates"]
    process = psutil.Popen(
        [*command, server, app, loop, str(port)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        _wait_until_listening(process, port)
        yield process, port
    finally:
        _stop(process)


def _wait_until_listening(process: psutil.Popen, port: int) -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port}")


def _stop(process: psutil.Popen) -> None:
    children = process.children(recursive=True) if process.is_running() else []
    if process.poll() is None:
        process.terminate()
    with contextlib.suppress(psutil.TimeoutExpired):
        process.wait(5)
    for left in [process, *children]:
        with contextlib.suppress(psutil.NoSuchProcess):
            left.kill()


def _family(process: psutil.Popen) -> list[psutil.Process]:
    return [psutil.Process(process.pid), *process.children(recursive=True)]


def _cpu_seconds(process: psutil.Popen) -> float:
    times = [member.cpu_times() for member in _family(process)]
    return sum(each.user + each.system for each in times)


def _wrk(port: int, connections: int, seconds: float) -> dict[str, float]:
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s", "-s", str(SCRIPT), "--timeout"]
    finished = subprocess.run(
        [*command, "5s", f"http://127.0.0.1:{port}/submit"],
        capture_output=True,
        text=True,
        check=True,
    )
    measured: dict[str, float] = json.loads(finished.stdout.splitlines()[-1])
    return measured


def measure(name: str, connections: int, seconds: int) -> Run:
    """Warm one candidate for a second, then load it for so many seconds."""
    with running(*CANDIDATES[name]) as (process, port):
        _wrk(port, connections, 1)
        before = _cpu_seconds(process)
        load = _wrk(port, connections, seconds)
        cpu = _cpu_seconds(process) - before
        rss = sum(member.memory_info().rss for member in _family(process))
    return Run(
        requests_per_second=load["requests"] / load["seconds"],
        p50_ms=load["p50_ms"],
        p99_ms=load["p99_ms"],
        cpu_seconds_per_1000=cpu / load["requests"] * 1000,
        rss_mib=rss / 2**20,
        errors=int(load["errors"]),
    )


def _median(runs: list[Run]) -> Run:
    columns = zip(*(asdict(run).values() for run in runs), strict=True)
    rate, p50, p99, cpu, rss, errors = (statistics.median(column) for column in columns)
    return Run(rate, p50, p99, cpu, rss, int(errors))


def table(medians: dict[str, Run]) -> str:
    """Markdown table, best rate first, rates and CPU as ratios to the reference."""
    reference = medians.get(REFERENCE) or next(iter(medians.values()))
    lines = [
        "| candidate | req/s, ratio | CPU per request, ratio | p50 ms | p99 ms | RSS MiB | errors |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, run in sorted(medians.items(), key=lambda item: -item[1].requests_per_second):
        rate = run.requests_per_second / reference.requests_per_second
        cpu = run.cpu_seconds_per_1000 / reference.cpu_seconds_per_1000
        lines.append(
            f"| {name} | {rate:.2f} | {cpu:.2f} ({run.cpu_seconds_per_1000:.3f} s/1000) "
            f"| {run.p50_ms:.1f} | {run.p99_ms:.1f} | {run.rss_mib:.0f} | {run.errors} |"
        )
    lines.append(f"\n{REFERENCE}: {reference.requests_per_second:.0f} requests/s here.")
    return "\n".join(lines)


def main() -> None:
    """Measure the chosen candidates in alternated rounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=list(CANDIDATES), metavar="NAME")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--json", action="store_true", help="print medians as JSON")
    options = parser.parse_args()
    runs: dict[str, list[Run]] = {}
    for turn in range(options.rounds):
        for name in options.only:
            try:
                run = measure(name, options.connections, options.seconds)
            except (RuntimeError, subprocess.CalledProcessError) as error:
                print(f"{name}: not measured ({error})", file=sys.stderr)
                continue
            runs.setdefault(name, []).append(run)
            rate = f"{run.requests_per_second:.0f}/s"
            print(f"round {turn + 1} {name}: {rate}", file=sys.stderr)
    medians = {name: _median(measured) for name, measured in runs.items()}
    if options.json:
        print(json.dumps({name: asdict(run) for name, run in medians.items()}, indent=2))
    else:
        print(table(medians))


if __name__ == "__main__":
    main()
