"""Writes server-sent events to one connection: bounds what a slow reader holds, ends when it goes.

Knows no results. The form is that of the HTML standard, "Server-sent events".
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

from starlette.types import Message, Receive, Send

MEDIA_TYPE = "text/event-stream"
_HEAD: Message = {
    "type": "http.response.start",
    "status": 200,
    "headers": [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"cache-control", b"no-store"),
        # Proxies of the nginx family would hold events back otherwise.
        (b"x-accel-buffering", b"no"),
        (b"vary", b"accept"),
    ],
}


def event(name: str, data: str, cursor: str) -> bytes:
    """Write one event; ``data`` and ``cursor`` have no line ends."""
    return f"id: {cursor}\nevent: {name}\ndata: {data}\n\n".encode()


def heartbeat(cursor: str) -> bytes:
    """Write what shows that the connection lives, and moves the reader's cursor on without an event."""
    return f": alive\nid: {cursor}\n\n".encode()


def reconnect_after(seconds: float) -> bytes:
    """Tell the pause before a reader connects again."""
    return f"retry: {int(seconds * 1000)}\n\n".encode()


async def write_events(receive: Receive, send: Send, events: AsyncGenerator[bytes]) -> None:
    """Write events until they end or the reader goes.

    Sending waits while the connection's buffer is full, so that no more is read than is taken; who
    takes nothing at all is cut off by the server (acr_http/http1.py).
    """

    async def write() -> None:
        await send(_HEAD)
        async with contextlib.aclosing(events):
            async for written in events:
                await send(_body(written, more=True))
        await send(_body(b"", more=False))

    writing, gone = asyncio.create_task(write()), asyncio.create_task(until_gone(receive))
    try:
        await asyncio.wait({writing, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        writing.cancel()
        gone.cancel()
        ended = await asyncio.gather(writing, gone, return_exceptions=True)
    for outcome in ended:
        if isinstance(outcome, Exception):
            raise outcome


async def until_gone(receive: Receive) -> None:
    """Wait until the reader hangs up."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _body(written: bytes, *, more: bool) -> Message:
    return {"type": "http.response.body", "body": written, "more_body": more}
