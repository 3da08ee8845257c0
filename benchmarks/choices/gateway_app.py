"""A stand-in for the gateway's HTTP side, to load and to probe servers with; not the gateway.

It waits twice, as the gateway does (once for the log, once for the result), on plain futures.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Message, Receive, Send], Awaitable[None]]

APPEND_SECONDS = 0.0
RESULT_SECONDS = 0.002
SLOW_SECONDS = 1.0
STALL_SECONDS = 1.5
HOLD_SECONDS_MAX = 3.0
BODY_BYTES_MAX = 1000


async def neighbour_answers(seconds: float) -> None:
    """Wait on a future that the loop resolves: at once when seconds is 0, else by a timer."""
    loop = asyncio.get_running_loop()
    answered: asyncio.Future[None] = loop.create_future()
    if seconds:
        loop.call_later(seconds, answered.set_result, None)
    else:
        loop.call_soon(answered.set_result, None)
    await answered


async def settle(body: bytes) -> bytes:
    """Parse one submission, wait for log and result, return about 400 bytes of JSON."""
    header = json.loads(body)["dartheader"]
    await neighbour_answers(APPEND_SECONDS)
    await neighbour_answers(RESULT_SECONDS)
    answer = {
        "submission": "0197a3c4-7b1e-7c55-9a52-3f3f0c8f9d11",
        "registry": "lcsr",
        "key": {"partner": header["partnerid"], "id": header["id"]},
        "version": header["versionno"],
        "verdict": "created",
        "digest": "sha256:" + "5f" * 32,
        "position": {"topic": "acr.lcsr.submissions.v1", "partition": 3, "offset": 1234567},
        "findings": [{"severity": "warning", "rule": "lcsr-012", "pointer": "/payload/exam"}],
    }
    return json.dumps(answer).encode()


async def read_body(receive: Receive) -> bytes:
    """Collect a whole ASGI request body."""
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def answer(send: Send, status: int, body: bytes, *more: tuple[bytes, bytes]) -> None:
    """Send a complete response with a Content-Length."""
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        *more,
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})


async def bare(scope: Message, receive: Receive, send: Send) -> None:
    """The submission route without any framework."""
    if scope["type"] == "http":
        await answer(send, 201, await settle(await read_body(receive)))


def starlette_app() -> AsgiApp:
    """The submission route under Starlette, with its Request and Response."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    async def submit(request: Request) -> Response:
        body = await settle(await request.body())
        return Response(body, status_code=201, media_type="application/json")

    return Starlette(routes=[Route("/submit", submit, methods=["POST"])])


def starlette_raw_app() -> AsgiApp:
    """The submission route under Starlette's router, its endpoint a plain ASGI callable."""
    from starlette.applications import Starlette
    from starlette.routing import Route

    class Submit:
        async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
            await bare(scope, receive, send)

    return Starlette(routes=[Route("/submit", Submit(), methods=["POST"])])


def starlette_duplex_app() -> AsgiApp:
    """Echo through Starlette's Request.stream and StreamingResponse, to see if it is full duplex."""
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response, StreamingResponse
    from starlette.routing import Route

    async def echo(request: Request) -> Response:
        return StreamingResponse(request.stream(), media_type="application/x-ndjson")

    return Starlette(routes=[Route("/echo", echo, methods=["POST"])])


@dataclass(slots=True)
class ProbeApp:
    """Routes that each show one behaviour of the server underneath."""

    seen: dict[str, Any] = field(default_factory=dict)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Dispatch on the path; an unknown path is the submission route."""
        if scope["type"] != "http":
            return
        route = getattr(self, "_" + scope["path"].strip("/"), None)
        if route is None:
            await bare(scope, receive, send)
        else:
            await route(scope, receive, send)

    async def _echo(self, scope: Message, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        more = True
        while more:
            message = await receive()
            more = bool(message.get("more_body"))
            await send({"type": "http.response.body", "body": message["body"], "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _hold(self, scope: Message, receive: Receive, send: Send) -> None:
        await read_body(receive)
        self.seen["disconnect"] = "waiting"
        try:
            async with asyncio.timeout(HOLD_SECONDS_MAX):
                self.seen["disconnect"] = (await receive())["type"]
        except TimeoutError:
            self.seen["disconnect"] = "not seen"
        except asyncio.CancelledError:
            self.seen["disconnect"] = "task cancelled"
            raise
        await answer(send, 200, b"{}")

    async def _seen(self, scope: Message, receive: Receive, send: Send) -> None:
        await answer(send, 200, json.dumps(self.seen).encode())

    async def _stall(self, scope: Message, receive: Receive, send: Send) -> None:
        await asyncio.sleep(STALL_SECONDS)
        size = len(await read_body(receive))
        await answer(send, 200, str(size).encode())

    async def _limit(self, scope: Message, receive: Receive, send: Send) -> None:
        declared = int(dict(scope["headers"]).get(b"content-length", b"0"))
        if declared > BODY_BYTES_MAX:
            await answer(send, 413, b'{"status": 413}', (b"connection", b"close"))
        else:
            await answer(send, 200, await read_body(receive))

    async def _slow(self, scope: Message, receive: Receive, send: Send) -> None:
        await read_body(receive)
        await asyncio.sleep(SLOW_SECONDS)
        await answer(send, 200, b'{"slow": "done"}')
