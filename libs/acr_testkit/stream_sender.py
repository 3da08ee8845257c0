"""Sends lines over one connection and reads answers meanwhile, byte by byte where a test wants it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx

READ_SECONDS_MAX = 20.0
HEAD_END = b"\r\n\r\n"


class StreamSender:
    """One request with a body in chunks. Nothing is sent but what the test says."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Wrap an open connection."""
        self.reader = reader
        self.writer = writer
        self.status = 0
        self.fields: dict[str, str] = {}
        self._held = b""

    async def head(
        self, path: str, *fields: str, framing: str = "Transfer-Encoding: chunked"
    ) -> None:
        """Send the head."""
        lines = [f"POST {path} HTTP/1.1", "Host: test", framing]
        if not any(field.lower().startswith("content-type") for field in fields):
            lines.append("Content-Type: application/x-ndjson")
        await self.raw(("\r\n".join([*lines, *fields]) + "\r\n\r\n").encode())

    async def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)
        await self.writer.drain()

    async def chunk(self, data: bytes) -> None:
        """Send one chunk of the body."""
        await self.raw(b"%x\r\n%b\r\n" % (len(data), data))

    async def line(self, body: Any) -> None:
        """Send one document as a line in a chunk of its own."""
        await self.chunk(json.dumps(body).encode() + b"\n")

    async def end(self) -> None:
        """Send the end of the body."""
        await self.raw(b"0\r\n\r\n")

    async def answer_head(self) -> int:
        """Read the head of the answer; gives its status. Interim answers are passed over."""
        async with asyncio.timeout(READ_SECONDS_MAX):
            while self.status < 200:
                head = (await self.reader.readuntil(HEAD_END)).decode().split("\r\n")
                self.status = int(head[0].split(" ")[1])
                pairs = (line.partition(":") for line in head[1:] if line)
                self.fields = {name.lower(): value.strip() for name, _, value in pairs}
        return self.status

    async def answer(self) -> dict[str, Any] | None:
        """Read one line of the answer, or None at its end."""
        while b"\n" not in self._held:
            async with asyncio.timeout(READ_SECONDS_MAX):
                size = int(await self.reader.readline(), 16)
                data = await self.reader.readexactly(size + 2)
            if not size:
                return None
            self._held += data[:-2]
        line, _, self._held = self._held.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def answers(self) -> list[dict[str, Any]]:
        """Read all lines of the answer that are left."""
        found = []
        while (answer := await self.answer()) is not None:
            found.append(answer)
        return found


@asynccontextmanager
async def stream_sender(url: str) -> AsyncIterator[StreamSender]:
    """Connect; the connection is cut at the end."""
    target = urlsplit(url)
    reader, writer = await asyncio.open_connection(target.hostname, target.port)
    try:
        yield StreamSender(reader, writer)
    finally:
        writer.transport.abort()


def as_lines(*bodies: Any) -> bytes:
    """Write documents as lines."""
    return b"".join(json.dumps(each).encode() + b"\n" for each in bodies)


async def post_lines(url: str, content: bytes, **fields: str) -> httpx.Response:
    """Send all, then read all, as simple clients do."""
    headers = {"Content-Type": "application/x-ndjson", **fields}
    async with httpx.AsyncClient() as client:
        return await client.post(url, content=content, headers=headers)


def read_lines(answer: httpx.Response) -> tuple[dict[int, dict[str, Any]], dict[str, Any]]:
    """Give the answers by line, one for each, and the summary, which must be last."""
    *told, last = (json.loads(line) for line in answer.text.splitlines())
    by_line = {each["line"]: each for each in told}
    assert len(by_line) == len(told)
    return by_line, last["summary"]
