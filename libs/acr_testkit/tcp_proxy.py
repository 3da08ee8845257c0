"""Stands between a client and a server and loses what it is told to lose. Understands no protocol."""

import asyncio
import contextlib
import random
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

CHUNK_BYTES = 64 * 1024
NO_LINGER = struct.pack("ii", 1, 0)  # With this, closing a socket resets its connection.
LOOPBACK = "127.0.0.1"


class CuttingProxy:
    """Passes bytes both ways. Its switches may be turned at any time.

    ``deaf``: every answer of the server is lost from then on. ``answer_bytes_max``: a connection is
    cut within an answer, after at most so many bytes of answers, at a place that chance chooses.
    """

    def __init__(self, server_port: int, seed: int = 0) -> None:
        """Name the server; nothing listens until `listening`."""
        self._server_port = server_port
        self._links: dict[asyncio.Task[None], asyncio.StreamWriter] = {}
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._chance = random.Random(seed)
        self._abandoned: set[asyncio.Task[None]] = set()
        self.deaf = False
        self.answer_bytes_max: int | None = None
        self.lost_bytes = 0
        self.cuts = 0

    @asynccontextmanager
    async def listening(self, port: int) -> AsyncIterator["CuttingProxy"]:
        """Listen until the block ends; all connections are cut then."""
        server = await asyncio.start_server(self._link, LOOPBACK, port)
        try:
            yield self
        finally:
            server.close()
            await self.cut()

    async def cut(self) -> None:
        """Cut every open connection; new ones are taken."""
        links = tuple(self._links)
        for link in links:
            link.cancel()
        await asyncio.gather(*links, return_exceptions=True)

    async def reset(self) -> None:
        """Reset every open connection, as a process does that is killed with unread bytes."""
        for writer in self._links.values():
            writer.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, NO_LINGER
            )
        await self.cut()

    def stall(self) -> None:
        """Hold back every byte, both ways; connections stay open, and new ones are taken."""
        self._flowing.clear()

    def flow(self) -> None:
        """Pass on what was held back, and all that comes."""
        self._flowing.set()

    def abandon(self) -> None:
        """Let the connections that are open now neither pass a byte nor end; new ones are well."""
        self._abandoned |= self._links.keys()

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._links[task] = writer
        passing: set[asyncio.Task[None]] = set()
        try:
            to_server, by_server = await asyncio.open_connection(LOOPBACK, self._server_port)
            with contextlib.closing(by_server):
                passing |= {
                    asyncio.create_task(self._pass_on(task, reader, by_server, answers=False)),
                    asyncio.create_task(self._pass_on(task, to_server, writer, answers=True)),
                }
                await asyncio.wait(passing, return_when=asyncio.FIRST_COMPLETED)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            for each in passing:
                each.cancel()
            writer.transport.abort()
            del self._links[task]
            self._abandoned.discard(task)

    async def _pass_on(
        self,
        link: "asyncio.Task[None]",
        source: asyncio.StreamReader,
        sink: asyncio.StreamWriter,
        *,
        answers: bool,
    ) -> None:
        left: int | None = None
        with contextlib.suppress(OSError):
            while chunk := await source.read(CHUNK_BYTES):
                await self._flowing.wait()
                if link in self._abandoned or (answers and self.deaf):
                    self.lost_bytes += len(chunk)
                    continue
                if answers and self.answer_bytes_max is not None:
                    left = self._chance.randint(1, self.answer_bytes_max) if left is None else left
                    if left < len(chunk):
                        sink.write(chunk[:left])
                        self.cuts += 1
                        return
                    left -= len(chunk)
                sink.write(chunk)
                await sink.drain()
