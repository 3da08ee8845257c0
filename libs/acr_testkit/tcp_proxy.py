"""Stands between a client and a server and loses what it is told to lose. Understands no protocol."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

CHUNK_BYTES = 64 * 1024
LOOPBACK = "127.0.0.1"


class CuttingProxy:
    """Passes bytes both ways. ``deaf`` is set to lose every answer of the server from then on."""

    def __init__(self, server_port: int) -> None:
        """Name the server; nothing listens until `listening`."""
        self._server_port = server_port
        self._links: set[asyncio.Task[None]] = set()
        self.deaf = False
        self.lost_bytes = 0

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

    async def _link(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._links.add(task)
        try:
            to_server, by_server = await asyncio.open_connection(LOOPBACK, self._server_port)
            with contextlib.closing(by_server):
                await asyncio.wait(
                    {
                        asyncio.create_task(self._pass_on(reader, by_server, answers=False)),
                        asyncio.create_task(self._pass_on(to_server, writer, answers=True)),
                    },
                    return_when=asyncio.FIRST_COMPLETED,
                )
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            writer.transport.abort()
            self._links.discard(task)

    async def _pass_on(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        with contextlib.suppress(OSError):
            while chunk := await source.read(CHUNK_BYTES):
                if answers and self.deaf:
                    self.lost_bytes += len(chunk)
                    continue
                sink.write(chunk)
                await sink.drain()
