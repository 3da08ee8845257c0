"""Runs a service as a process: logs, loop, and a plain line instead of a traceback where it can."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from importlib.metadata import version

import structlog
import uvloop

from acr_domain.errors import LogRestarted
from acr_http.garbage import look_rarely
from acr_settings.reading import BadSettings, read_settings
from acr_settings.settings import TelemetrySettings
from acr_telemetry.logs import configure_logs, log_loop_faults
from acr_telemetry.metrics import BUILD

log = structlog.get_logger()


def run_service(name: str, serve: Callable[[], Awaitable[None]], *fatal: type[Exception]) -> None:
    """Run until the service stops; exit 0, or 1 with a line that says why.

    ``fatal`` names further errors of which the message alone tells a person what to do.
    """
    told: tuple[type[Exception], ...] = (BadSettings, LogRestarted, OSError, *fatal)
    try:
        configure_logs(read_settings(TelemetrySettings), name)
        BUILD.info({"version": version("acr-connect"), "service": name})
        look_rarely()
        uvloop.run(_watched(serve))
    except told as error:
        problems = error.problems if isinstance(error, BadSettings) else (str(error),)
        for problem in problems:
            sys.stderr.write(f"{name}: {problem}\n")
        sys.exit(1)


async def _watched(serve: Callable[[], Awaitable[None]]) -> None:
    asyncio.get_running_loop().set_exception_handler(log_loop_faults)
    await serve()
