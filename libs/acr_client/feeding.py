"""Brings submissions from any iterable into the loop, with back-pressure: a pipe may block for hours."""

import asyncio
import threading
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Iterable

from acr_client.told import Outgoing

AHEAD_MAX = 256
# What came late, up to so much, is made up for: a loop does not wake to the millisecond.
LATE_SECONDS_MAX = 0.05

Source = Iterable[Outgoing | bytes] | AsyncIterable[Outgoing | bytes]


async def fed(source: Source) -> AsyncGenerator[Outgoing]:
    """Give each submission. An iterable that is not async is read in a thread, a little ahead."""
    if isinstance(source, AsyncIterable):
        async for each in source:
            yield _outgoing(each)
        return
    feeding = _Feeding(source, asyncio.get_running_loop())
    try:
        async for outgoing in feeding.items():
            yield outgoing
    finally:
        feeding.stop()


async def paced(
    submissions: AsyncIterable[Outgoing], rate: float | None
) -> AsyncGenerator[Outgoing]:
    """Give each submission, at most ``rate`` a second; without one, as they come."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    async for outgoing in submissions:
        if rate:
            await asyncio.sleep(max(0.0, due - loop.time()))
            due = max(due, loop.time() - LATE_SECONDS_MAX) + 1 / rate
        yield outgoing


def _outgoing(given: Outgoing | bytes) -> Outgoing:
    return given if isinstance(given, Outgoing) else Outgoing(given)


class _Feeding:
    def __init__(self, source: Iterable[Outgoing | bytes], loop: asyncio.AbstractEventLoop) -> None:
        self._source = source
        self._loop = loop
        self._items: deque[Outgoing] = deque()
        self._room = threading.Semaphore(AHEAD_MAX)
        self._news = asyncio.Event()
        self._ended = False
        self._stopped = False
        self._fault: Exception | None = None
        # A daemon: nothing ends a read that blocks, and nobody should wait for it.
        threading.Thread(target=self._read, daemon=True).start()

    async def items(self) -> AsyncIterator[Outgoing]:
        while True:
            ended = self._ended
            while self._items:
                outgoing = self._items.popleft()
                self._room.release()
                yield outgoing
            if ended:
                break
            await self._news.wait()
            self._news.clear()
        if self._fault is not None:
            raise self._fault

    def stop(self) -> None:
        self._stopped = True
        self._room.release()

    def _read(self) -> None:
        try:
            for each in self._source:
                self._room.acquire()
                if self._stopped:
                    return
                self._items.append(_outgoing(each))
                self._loop.call_soon_threadsafe(self._news.set)
        except RuntimeError as error:
            self._fault = None if self._loop.is_closed() else error
        except Exception as error:  # noqa: BLE001 -- handed over to whoever iterates.
            self._fault = error
        finally:
            self._ended = True
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._news.set)
