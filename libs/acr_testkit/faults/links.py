"""Speaks just enough HTTP/1.1 to load gateways over kept connections. Judges no answer."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from acr_testkit.faults.history import Attempt
from acr_testkit.faults.workload import Intent

ANSWER_BYTES_MAX = 4 * 1024 * 1024
TROUBLE = (OSError, TimeoutError, EOFError, ValueError)
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)\r\n", re.IGNORECASE)

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(slots=True)
class Link:
    """One connection to one of several gateways; ``at`` says to which. It changes on trouble."""

    urls: Sequence[str]
    at: int = 0
    _streams: Streams | None = None

    async def post(
        self, registry: str, body: bytes, media_type: str, prefer: str
    ) -> tuple[int, bytes | None]:
        """Send a request and read the head of its answer, and its body where a length is told.

        Raises:
            One of `TROUBLE`: if the connection is refused, cut, or speaks strangely.
        """
        reader, writer = await self._open()
        head = (
            f"POST /v1/registries/{registry}/submissions HTTP/1.1\r\nHost: gateway\r\n"
            f"Content-Type: {media_type}\r\nContent-Length: {len(body)}\r\nPrefer: {prefer}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        answer = await reader.readuntil(b"\r\n\r\n")
        length = _LENGTH.search(answer)
        told = None if length is None else await reader.readexactly(int(length[1]))
        if told is not None and b"\r\nconnection: close\r\n" in answer.lower():
            self.hang_up()
        return int(answer[9:12]), told

    async def lines(self) -> AsyncIterator[Mapping[str, Any]]:
        """Give the JSON lines of a chunked answer as they come; raises as `post` does."""
        reader, _ = await self._open()
        left = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            *whole, left = (left + (await reader.readexactly(size + 2))[:-2]).split(b"\n")
            for line in whole:
                yield json.loads(line)
        await reader.readuntil(b"\r\n")

    def hang_up(self) -> None:
        """Close the connection, where one is open."""
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None

    def turn_away(self) -> None:
        """Close it, and go to the next gateway."""
        self.hang_up()
        self.at += 1

    async def _open(self) -> Streams:
        if self._streams is None:
            address = urlsplit(self.urls[self.at % len(self.urls)])
            self._streams = await asyncio.open_connection(
                address.hostname, address.port, limit=ANSWER_BYTES_MAX
            )
        return self._streams


def attempt_of(intent: Intent, status: int, told: Mapping[str, Any]) -> Attempt:
    """Read what an answer, or a line of one, tells of one submission."""
    position = told.get("position")
    return Attempt(
        intent,
        status,
        told.get("submission_id"),
        told.get("verdict"),
        None if position is None else _partition_and_offset(position),
    )


def _partition_and_offset(position: str) -> tuple[int, int]:
    _, partition, offset = position.rsplit("/", 2)
    return int(partition), int(offset)
