"""One process that serves the stand-in gateway with the server named on its command line.

Every server but `granian` runs inside a loop that this module owns, started beside a pretended
Kafka client and stopped by our own SIGTERM handler: what the composition root will do.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import importlib
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from benchmarks.choices import gateway_app
from benchmarks.choices.gateway_app import AsgiApp

Serve = Callable[[AsgiApp, int, asyncio.Event], Awaitable[None]]
HEADER_SECONDS_MAX = 2

APPS: dict[str, Callable[[], AsgiApp]] = {
    "starlette": gateway_app.starlette_app,
    "starlette-raw": gateway_app.starlette_raw_app,
    "starlette-duplex": gateway_app.starlette_duplex_app,
    "bare": lambda: gateway_app.bare,
    "probe": gateway_app.ProbeApp,
}


def _uvicorn(**options: Any) -> Serve:
    async def serve(app: AsgiApp, port: int, stop: asyncio.Event) -> None:
        import uvicorn

        class Embedded(uvicorn.Server):
            @contextlib.contextmanager
            def capture_signals(self) -> Iterator[None]:
                yield

        config = uvicorn.Config(
            app, port=port, access_log=False, log_level="warning", lifespan="off", **options
        )
        server = Embedded(config)
        serving = asyncio.ensure_future(server.serve())
        await stop.wait()
        server.should_exit = True
        await serving

    return serve


def _uvicorn_timed() -> Serve:
    from benchmarks.choices.timed_protocol import TimedHttpToolsProtocol

    return _uvicorn(http=TimedHttpToolsProtocol)


async def _granian_embedded(app: AsgiApp, port: int, stop: asyncio.Event) -> None:
    embed = importlib.import_module("granian.server.embed")
    http = importlib.import_module("granian.http")
    server = embed.Server(
        app,
        port=port,
        interface="asginl",
        http1_settings=http.HTTP1Settings(header_read_timeout=HEADER_SECONDS_MAX * 1000),
        websockets=False,
        log_enabled=False,
    )
    serving = asyncio.ensure_future(server.serve())
    await stop.wait()
    server.stop()
    await serving


async def _hypercorn(app: AsgiApp, port: int, stop: asyncio.Event) -> None:
    config = importlib.import_module("hypercorn.config").Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.loglevel = "WARNING"
    config.keep_alive_max_requests = 2**31
    config.keep_alive_timeout = HEADER_SECONDS_MAX
    config.backlog = 2048
    serve = importlib.import_module("hypercorn.asyncio").serve
    await serve(app, config, shutdown_trigger=stop.wait)


async def _aiohttp(app: AsgiApp, port: int, stop: asyncio.Event) -> None:
    aiohttp_app = importlib.import_module("benchmarks.choices.aiohttp_app")
    await aiohttp_app.serve(port, stop)


def _blacksheep_app() -> AsgiApp:
    blacksheep = importlib.import_module("blacksheep")
    app: Any = blacksheep.Application()

    async def submit(request: Any) -> Any:
        body = await gateway_app.settle(await request.read())
        return blacksheep.Response(201, content=blacksheep.Content(b"application/json", body))

    submit.__annotations__ = {"request": blacksheep.Request}
    app.router.add_post("/submit", submit)

    async def started(scope: Any, receive: Any, send: Any) -> None:
        if not app.started:
            await app.start()
        await app(scope, receive, send)

    return started


APPS["blacksheep"] = _blacksheep_app

SERVERS: dict[str, Callable[[], Serve]] = {
    "uvicorn": lambda: _uvicorn(http="httptools"),
    "uvicorn-timed": _uvicorn_timed,
    "uvicorn-h11": lambda: _uvicorn(http="h11"),
    "uvicorn-zttp": lambda: _uvicorn(http="zttp", http2=True),
    "granian-embed": lambda: _granian_embedded,
    "hypercorn": lambda: _hypercorn,
    "aiohttp": lambda: _aiohttp,
}


async def _compose(serve: Serve, app: AsgiApp, port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    kafka = asyncio.ensure_future(asyncio.Event().wait())
    await serve(app, port, stop)
    kafka.cancel()
    print("drained, then Kafka closed", flush=True)


def _granian_own_loop(app: str, port: int, loop: str) -> None:
    # Granian starts its workers itself and imports the application in each by this name.
    granian = importlib.import_module("granian")
    granian.Granian(
        f"benchmarks.choices.server_candidates:granian_{app.replace('-', '_')}",
        port=port,
        interface="asginl",
        loop=loop,
        workers=1,
        factory=True,
        websockets=False,
        log_enabled=False,
    ).serve()


def granian_starlette() -> AsgiApp:
    """Factory that Granian's worker process calls."""
    return gateway_app.starlette_app()


def granian_probe() -> AsgiApp:
    """Factory that Granian's worker process calls."""
    return gateway_app.ProbeApp()


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("server", choices=[*SERVERS, "granian"])
    parser.add_argument("app", choices=list(APPS))
    parser.add_argument("loop", choices=["asyncio", "uvloop"])
    parser.add_argument("port", type=int)
    options = parser.parse_args()
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    if options.server == "granian":
        _granian_own_loop(options.app, options.port, options.loop)
        return
    factory = None
    if options.loop == "uvloop":
        factory = importlib.import_module("uvloop").new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        serve = SERVERS[options.server]()
        runner.run(_compose(serve, APPS[options.app](), options.port))


if __name__ == "__main__":
    main()
