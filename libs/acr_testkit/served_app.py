"""Serves an application on a port of its own in the test's loop, by the server of our services."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.types import ASGIApp

from acr_http.server import serve_http
from acr_localstack.ports import free_port
from acr_testkit.awaiting import LOOK_AGAIN_SECONDS

LOOPBACK = "127.0.0.1"


@asynccontextmanager
async def served(app: ASGIApp, port: int | None = None) -> AsyncIterator[str]:
    """Serve until the block ends; gives the address."""
    chosen = port or free_port()
    stop = asyncio.Event()
    serving = asyncio.create_task(serve_http(app, LOOPBACK, chosen, stop))
    try:
        await _listening(serving, chosen)
        yield f"http://{LOOPBACK}:{chosen}"
    finally:
        stop.set()
        await serving


async def _listening(serving: "asyncio.Task[None]", port: int) -> None:
    while not serving.done():
        try:
            _, writer = await asyncio.open_connection(LOOPBACK, port)
        except OSError:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        else:
            writer.close()
            return
    serving.result()
