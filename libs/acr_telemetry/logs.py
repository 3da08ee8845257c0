"""Structured logs: one event constant and key-value context a line, never a submission's content."""

import asyncio
import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog

from acr_settings.settings import TelemetrySettings

log = structlog.get_logger()

# At debug, these libraries write keys, values and statements: patient data.
_QUIET_LIBRARIES = (
    "aiokafka",
    "asyncpg",
    "asyncio",
    "uvicorn",
    "uvicorn.error",
    "httpx",
    "httpcore",
)


def _without_values(
    _: object, __: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Replace an exception by its class and place: its message and locals may quote values."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["where"] = [
            f"{frame.filename.rsplit('/', 1)[-1]}:{frame.name}:{frame.lineno}"
            for frame in traceback.extract_tb(error.__traceback__)[-5:]
        ]
    return event


def log_loop_faults(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what an event loop could not hand to anybody, by class; set it as its handler."""
    log.error("loop_fault", exc_info=context.get("exception"))


def log_uncaught(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    """Log what nobody caught, by class and place, instead of Python's traceback with its message."""
    log.critical("uncaught_fault", exc_info=error)


def configure_logs(settings: TelemetrySettings, service: str) -> None:
    """Send every log line of this process to standard output, marked with the service's name."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_values,
    ]
    console = settings.log_format == "console"
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer() if console else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    for name in _QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
    # A line that cannot be formatted would be printed with its arguments.
    logging.raiseExceptions = False
    sys.excepthook = log_uncaught
    structlog.contextvars.bind_contextvars(service=service)
