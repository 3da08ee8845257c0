"""Runs a service as a process: logs, loop, and a plain line instead of a traceback where it can."""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import structlog
import uvloop

from acr_http.garbage import look_rarely
from acr_http.workers import ALONE, Crew, Worker, listen
from acr_settings.reading import BadSettings, read_settings
from acr_settings.settings import TelemetrySettings
from acr_telemetry.logs import configure_logs, log_loop_faults
from acr_telemetry.metrics import BUILD

log = structlog.get_logger()


class Address(Protocol):
    """Where a service listens, and by how many processes."""

    @property
    def host(self) -> str:
        """Name or address."""

    @property
    def port(self) -> int:
        """Its port."""

    @property
    def workers(self) -> int:
        """How many processes share it."""


def run_service(
    name: str,
    address: Callable[[], Address],
    serve: Callable[[Worker], Awaitable[None]],
    *fatal: type[Exception],
) -> None:
    """Run until the service stops; exit 0, or 1 with a line that says why.

    ``fatal`` names further errors of which the message alone tells a person what to do.
    """
    told: tuple[type[Exception], ...] = (BadSettings, OSError, *fatal)
    work = partial(_work, name, serve, told)
    try:
        configure_logs(read_settings(TelemetrySettings), name)
        wanted = address()
        if wanted.workers > 1:
            with (
                tempfile.TemporaryDirectory(prefix="acr-workers-") as folder,
                listen(wanted.host, wanted.port) as listening,
            ):
                status = Crew(wanted.workers, listening, Path(folder), work).run()
            sys.exit(status)
    except told as error:
        _end(name, error)
    work(ALONE)


def _work(
    name: str,
    serve: Callable[[Worker], Awaitable[None]],
    told: tuple[type[Exception], ...],
    worker: Worker,
) -> None:
    """Serve in this process, alone or as one of several."""
    try:
        BUILD.info({"version": version("acr-connect"), "service": name})
        look_rarely()
        uvloop.run(_watched(serve, worker))
    except told as error:
        _end(name, error)


def _end(name: str, error: Exception) -> None:
    problems = error.problems if isinstance(error, BadSettings) else (str(error),)
    for problem in problems:
        sys.stderr.write(f"{name}: {problem}\n")
    sys.exit(1)


async def _watched(serve: Callable[[Worker], Awaitable[None]], worker: Worker) -> None:
    asyncio.get_running_loop().set_exception_handler(log_loop_faults)
    await serve(worker)
