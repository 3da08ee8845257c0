"""One run of sending: from an iterable through the lanes to what is told, with flat memory.

Every queue is bounded, so that who reads slowly what is told slows the reading of the source.
"""

import asyncio
import random
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace

from acr_client.backoff import Backoff
from acr_client.feeding import Source, fed, paced
from acr_client.lanes import Bounds, Lane, lane_of
from acr_client.requests import Requests, Trouble
from acr_client.told import PENDING, Outgoing, SendingFailed, Told, read_told, status_of

TOLD_MAX = 256
FOLLOWED_MAX = 4096
FOLLOW_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How hard to send. Counts of submissions and bytes; seconds.

    ``settle_seconds`` is how long what was kept but not settled in time (202) is followed up.
    ``patience_seconds`` is how long nothing may go forward before the run gives up. ``rate`` is how many a
    second are begun at most, over all connections.
    """

    concurrency: int = 4
    lines_max: int = 500
    bytes_max: int = 1024 * 1024
    settle_seconds: float = 300.0
    patience_seconds: float = 300.0
    rate: float | None = None


class Sending:
    """The tasks of one run."""

    def __init__(self, requests: Requests, pace: Pace, source: Source) -> None:
        """Nothing is sent until `told` is iterated."""
        self._requests = requests
        self._pace = pace
        self._source = source
        self._told: deque[Told] = deque()
        self._room = asyncio.Semaphore(TOLD_MAX)
        self._news = asyncio.Event()
        self._followed: asyncio.Queue[Told | None] = asyncio.Queue(FOLLOWED_MAX)
        bounds = Bounds(pace.lines_max, pace.bytes_max, pace.patience_seconds)
        self._lanes = [
            Lane(requests, bounds, Backoff(random.random), self._note)
            for _ in range(pace.concurrency)
        ]

    async def told(self) -> AsyncGenerator[Told]:
        """Give what became of each submission, as it is known.

        Raises:
            SendingFailed: if the rest could not be sent; after all that is known was given.
        """
        working = asyncio.create_task(self._work())
        working.add_done_callback(lambda _: self._news.set())
        try:
            while True:
                ended = working.done()
                while self._told:
                    told = self._told.popleft()
                    self._room.release()
                    yield told
                if ended:
                    break
                await self._news.wait()
                self._news.clear()
            await working
        finally:
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    async def _work(self) -> None:
        try:
            async with asyncio.TaskGroup() as following:
                for _ in self._lanes:
                    following.create_task(self._follow())
                async with asyncio.TaskGroup() as group:
                    for lane in self._lanes:
                        group.create_task(lane.run())
                    group.create_task(self._distribute())
                await self._followed.put(None)
        except BaseExceptionGroup as faults:
            raise _first(faults) from None

    async def _tell(self, told: Told) -> None:
        await self._room.acquire()
        self._told.append(told)
        self._news.set()

    async def _distribute(self) -> None:
        count = 0
        async with (
            aclosing(fed(self._source)) as submissions,
            aclosing(paced(submissions, self._pace.rate)) as begun,
        ):
            async for outgoing in begun:
                count += 1
                lane = self._lanes[lane_of(outgoing, len(self._lanes))]
                await lane.queue.put((outgoing.number or count, outgoing))
        for lane in self._lanes:
            await lane.queue.put(None)

    async def _note(self, told: Told) -> None:
        pending = told.verdict == PENDING and told.submission_id is not None
        follow = pending and self._pace.settle_seconds > 0
        if follow:
            await self._followed.put(told)
        else:
            await self._tell(told)

    async def _follow(self) -> None:
        """Ask for what was kept but not settled, until it is, or the bound is reached."""
        loop = asyncio.get_running_loop()
        while (told := await self._followed.get()) is not None:
            deadline = loop.time() + self._pace.settle_seconds
            await self._tell(await followed(self._requests, told, deadline))
        await self._followed.put(None)


async def followed(requests: Requests, told: Told, deadline: float) -> Told:
    """Ask for a submission's verdict until it is there or the loop's time is over."""
    loop = asyncio.get_running_loop()
    backoff = Backoff(random.random)
    while told.verdict == PENDING and (left := deadline - loop.time()) > 0:
        try:
            answer = await requests.status(told.submission_id or "", min(left, FOLLOW_SECONDS))
        except Trouble as trouble:
            await asyncio.sleep(min(left, backoff.next_seconds(trouble.asked_seconds)))
            continue
        backoff.reset()
        settled = read_told(told.number, Outgoing(b"", told.where), 200, answer)
        told = replace(settled, digest=told.digest, status=status_of(settled.verdict))
    return told


def _first(faults: BaseExceptionGroup[BaseException]) -> BaseException:
    """Give the fault to tell: of several lanes that gave up, one is enough."""
    leaves: list[BaseException] = []
    for each in faults.exceptions:
        leaves.append(_first(each) if isinstance(each, BaseExceptionGroup) else each)
    return next((each for each in leaves if not isinstance(each, SendingFailed)), leaves[0])
