"""What the workers of a service tell each other: metrics and health, so that any answers for all.

Each listens on a socket of its own in a folder that only they know. It is asked one word, and
answers with text or JSON.
"""

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from prometheus_client import generate_latest

from acr_http.workers import Worker
from acr_telemetry.health import Health
from acr_telemetry.metrics import WORKER_RESTARTS

ANSWER_SECONDS_MAX = 2.0
NO_ANSWER = {"status": "not ready", "neighbours": {}}
_METRICS, _HEALTH = b"metrics\n", b"health\n"
_SAMPLE = re.compile(r"([a-zA-Z_:][\w:]*)(\{)?")


@contextlib.asynccontextmanager
async def answering(worker: Worker, health: Health) -> AsyncIterator[None]:
    """Answer the other workers until the block ends; a process that is alone has none."""
    if worker.count == 1:
        yield
        return
    WORKER_RESTARTS.inc(worker.restarts)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            asked = await reader.readline()
            text = generate_latest() if asked == _METRICS else json.dumps(health.report()).encode()
            writer.write(text)
            await writer.drain()
        writer.close()

    path = _path(worker.folder, worker.number)
    path.unlink(missing_ok=True)  # Of a worker that was killed.
    server = await asyncio.start_unix_server(answer, path)
    async with server:
        yield


async def all_metrics(worker: Worker) -> bytes:
    """Give the metrics of all workers, each sample with the number of its worker."""
    if worker.count == 1:
        return generate_latest()
    answers = await _ask_all(worker, _METRICS)
    pages = {number: text.decode() for number, text in enumerate(answers) if text}
    return joined_metrics(pages).encode()


async def all_health(worker: Worker, health: Health) -> tuple[bool, Mapping[str, Any]]:
    """Tell whether all workers can do their job, and the state of each."""
    if worker.count == 1:
        return health.ready, health.report()
    answers = await _ask_all(worker, _HEALTH)
    reports = [json.loads(text) if text else NO_ANSWER for text in answers]
    ready = all(report["status"] == "ready" for report in reports)
    worst = next((each for each in reports if each["status"] != "ready"), reports[0])
    return ready, {**worst, "workers": [each["status"] for each in reports]}


def joined_metrics(pages: Mapping[int, str]) -> str:
    """Join pages of the text format (Prometheus, 0.0.4) by worker; families stay together."""
    families: dict[str, list[str]] = {}
    for number, page in pages.items():
        family: list[str] = []
        for line in page.splitlines():
            if line.startswith("# HELP "):
                name = line.split(" ", 3)[2]
                known = name in families
                family = families.setdefault(name, [])
            if not line.startswith("#"):
                family.append(_of_worker(line, number))
            elif not known:
                family.append(line)
    return "".join(f"{line}\n" for lines in families.values() for line in lines)


def _of_worker(sample: str, number: int) -> str:
    found = _SAMPLE.match(sample)
    assert found is not None
    rest = sample[found.end() :]
    more = f'{{worker="{number}",' if found[2] else f'{{worker="{number}"}}'
    return found[1] + more + rest


async def _ask_all(worker: Worker, what: bytes) -> Sequence[bytes]:
    """Ask every worker, ourselves too; one that does not answer gives nothing."""
    asking = (_ask(_path(worker.folder, number), what) for number in range(worker.count))
    return await asyncio.gather(*asking)


async def _ask(path: Path, what: bytes) -> bytes:
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(ANSWER_SECONDS_MAX):
            reader, writer = await asyncio.open_unix_connection(path)
            try:
                writer.write(what)
                return await reader.read()
            finally:
                writer.close()
    return b""


def _path(folder: Path, number: int) -> Path:
    return folder / f"{number}.sock"
