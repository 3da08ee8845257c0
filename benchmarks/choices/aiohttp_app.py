"""The stand-in gateway and its probe routes again, written for aiohttp.web, which is not ASGI."""

from __future__ import annotations

import asyncio
import importlib
import json
from typing import Any

from benchmarks.choices import gateway_app

KEEPALIVE_SECONDS = 2.0
SEEN: dict[str, str] = {}


async def _submit(request: Any) -> Any:
    web = importlib.import_module("aiohttp.web")
    body = await gateway_app.settle(await request.read())
    return web.Response(body=body, status=201, content_type="application/json")


async def _echo(request: Any) -> Any:
    web = importlib.import_module("aiohttp.web")
    response = web.StreamResponse()
    await response.prepare(request)
    async for chunk in request.content.iter_any():
        await response.write(chunk)
    await response.write_eof()
    return response


async def _hold(request: Any) -> Any:
    web = importlib.import_module("aiohttp.web")
    await request.read()
    SEEN["disconnect"] = "waiting"
    try:
        await asyncio.sleep(gateway_app.HOLD_SECONDS_MAX)
    except asyncio.CancelledError:
        SEEN["disconnect"] = "task cancelled"
        raise
    SEEN["disconnect"] = "not seen"
    return web.Response(body=b"{}")


async def _seen(request: Any) -> Any:
    web = importlib.import_module("aiohttp.web")
    return web.Response(body=json.dumps(SEEN).encode())


async def _stall(request: Any) -> Any:
    web = importlib.import_module("aiohttp.web")
    await asyncio.sleep(gateway_app.STALL_SECONDS)
    return web.Response(body=str(len(await request.read())).encode())


async def _limit(request: Any) -> Any:
    web = importlib.import_module("aiohttp.web")
    if (request.content_length or 0) > gateway_app.BODY_BYTES_MAX:
        response = web.Response(body=b'{"status": 413}', status=413)
        response.force_close()
        return response
    return web.Response(body=await request.read())


async def _slow(request: Any) -> Any:
    web = importlib.import_module("aiohttp.web")
    await request.read()
    await asyncio.sleep(gateway_app.SLOW_SECONDS)
    return web.Response(body=b'{"slow": "done"}')


async def serve(port: int, stop: asyncio.Event) -> None:
    """Serve on the running loop until stop is set, then finish what is in flight."""
    web = importlib.import_module("aiohttp.web")
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_post("/submit", _submit)
    for route in (_echo, _hold, _seen, _stall, _limit, _slow):
        app.router.add_route("*", f"/{route.__name__[1:]}", route)
    runner = web.AppRunner(
        app, access_log=None, keepalive_timeout=KEEPALIVE_SECONDS, handler_cancellation=True
    )
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, backlog=2048).start()
    await stop.wait()
    await runner.cleanup()
