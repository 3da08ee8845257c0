"""Serves an application on our own loop, bounds slow senders, and drains on SIGTERM."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from acr_telemetry.health import Health

HEADER_SECONDS_MAX = 10.0
KEEP_ALIVE_SECONDS = 75
DRAIN_SECONDS_MAX = 30


class TimedHttpToolsProtocol(HttpToolsProtocol):
    """uvicorn's HTTP/1.1 with the one bound it lacks: the time a sender has for its headers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Begin without a deadline."""
        super().__init__(*args, **kwargs)
        self._header_deadline: asyncio.TimerHandle | None = None

    def _expect_headers(self) -> None:
        self._headers_settled()
        self._header_deadline = self.loop.call_later(HEADER_SECONDS_MAX, self.transport.abort)

    def _headers_settled(self) -> None:
        if self._header_deadline is not None:
            self._header_deadline.cancel()
            self._header_deadline = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the clock at once: a client that says nothing is slow too."""
        super().connection_made(transport)
        self._expect_headers()

    def on_message_begin(self) -> None:
        """Start the clock again for each later request of the connection."""
        super().on_message_begin()
        self._expect_headers()

    def on_headers_complete(self) -> None:
        """Stop the clock; the body is the application's to time."""
        self._headers_settled()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock of a connection that is gone."""
        self._headers_settled()
        super().connection_lost(exc)


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to us: uvicorn would raise them again after the drain."""
        yield


async def serve_http(app: ASGIApp, host: str, port: int, stop: asyncio.Event) -> None:
    """Serve until ``stop`` is set, then take no new connection, finish what is in work, return.

    Raises:
        OSError: if the address cannot be listened on.
    """
    server = _Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http=TimedHttpToolsProtocol,
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=DRAIN_SECONDS_MAX,
        )
    )
    serving = asyncio.create_task(_serve(server))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await serving


async def _serve(server: uvicorn.Server) -> None:
    try:
        await server.serve()
    except SystemExit:
        # uvicorn ends the process when it cannot listen; we let the caller say it.
        address = f"{server.config.host}:{server.config.port}"
        raise OSError(f"cannot listen on {address}: is another program there?") from None


@contextlib.asynccontextmanager
async def stop_on_signals(
    health: Health, on_stop: Callable[[], None] | None = None
) -> AsyncIterator[asyncio.Event]:
    """Give an event that SIGTERM or SIGINT sets, after health says that we are draining."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def begin_stop() -> None:
        health.drain()
        if on_stop is not None:
            on_stop()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, begin_stop)
    try:
        yield stop
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
