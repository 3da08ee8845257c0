"""Serves an application on our own loop, and drains on SIGTERM."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from acr_http.accepting import Accepting
from acr_http.http1 import BoundedHttpToolsProtocol
from acr_http.siblings import answering
from acr_http.workers import ALONE, Worker
from acr_telemetry.health import Health

KEEP_ALIVE_SECONDS = 75
DRAIN_SECONDS_MAX = 30


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to us: uvicorn would raise them again after the drain."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen by a second descriptor of each socket: by the first, one connection comes a round."""
        await super().startup(sockets)
        make = partial(
            BoundedHttpToolsProtocol, self.config, self.server_state, self.lifespan.state
        )
        for listening in [each for server in self.servers for each in server.sockets]:
            same = socket.fromfd(listening.fileno(), listening.family, listening.type)
            self.servers.append(Accepting(same, make))  # type: ignore[arg-type]


async def serve_http(
    app: ASGIApp, host: str, port: int, stop: asyncio.Event, worker: Worker = ALONE
) -> None:
    """Serve until ``stop`` is set, then take no new connection, finish what is in work, return.

    One of several workers serves the socket that they share, instead of the address.

    Raises:
        OSError: if the address cannot be listened on.
    """
    server = _Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http=BoundedHttpToolsProtocol,
            ws="none",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=DRAIN_SECONDS_MAX,
        )
    )
    if worker.count == 1:
        await _serve_until(stop, server, worker)
        return
    assert isinstance(app, Starlette)
    app.state.worker = worker
    async with answering(worker, app.state.health):
        await _serve_until(stop, server, worker)


async def _serve_until(stop: asyncio.Event, server: uvicorn.Server, worker: Worker) -> None:
    serving = asyncio.create_task(_serve(server, worker))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.should_exit = True
    await serving


async def _serve(server: uvicorn.Server, worker: Worker) -> None:
    try:
        await server.serve([worker.listening] if worker.listening else None)
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
