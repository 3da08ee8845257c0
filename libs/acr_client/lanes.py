"""One lane of a sender: takes submissions, sends them in batches, and goes on until each is answered.

A record's submissions all go through one lane, one batch after another, so that they arrive in the
order in which they were given.
"""

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from acr_client.backoff import Backoff
from acr_client.requests import NoStreams, Requests, Trouble
from acr_client.told import PASSING, Outgoing, SendingFailed, Told, read_told

Numbered = tuple[int, Outgoing]
Tell = Callable[[Told], Awaitable[None]]
# What a lane holds in wait for its next batch.
QUEUE_MAX = 64
# How long a batch waits for more.
LINGER_SECONDS = 0.01


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much goes into one batch, and for how long nothing may go forward before a lane gives up."""

    lines_max: int
    bytes_max: int
    patience_seconds: float


class Lane:
    """Sends what is put into its queue; None ends it. It changes while it works."""

    def __init__(self, requests: Requests, bounds: Bounds, backoff: Backoff, tell: Tell) -> None:
        """Say how to send, and whom to tell."""
        self.queue: asyncio.Queue[Numbered | None] = asyncio.Queue(QUEUE_MAX)
        self._requests = requests
        self._bounds = bounds
        self._backoff = backoff
        self._tell = tell
        self._held: Numbered | None = None
        self._streams = True

    async def run(self) -> None:
        """Send until the end.

        Raises:
            SendingFailed: if the service refuses for good, or nothing went forward for too long.
        """
        while batch := await self._next_batch():
            await self._deliver(batch)

    async def _next_batch(self) -> list[Numbered]:
        """Take what is there, at least one; waits for that one only."""
        batch: list[Numbered] = []
        size = 0
        while len(batch) < self._bounds.lines_max:
            if self._held is None:
                try:
                    async with asyncio.timeout(LINGER_SECONDS if batch else None):
                        self._held = await self.queue.get()
                except TimeoutError:
                    break
            if self._held is None:
                self.queue.put_nowait(None)
                break
            size += len(self._held[1].body)
            if batch and size > self._bounds.bytes_max:
                break
            batch.append(self._held)
            self._held = None
        return batch

    async def _deliver(self, batch: Sequence[Numbered]) -> None:
        loop = asyncio.get_running_loop()
        left = dict(enumerate(batch, start=1))
        moved_at = loop.time()
        while left:
            before = len(left)
            trouble: Trouble | None = None
            try:
                asked = await self._attempt(left)
            except Trouble as failed:
                trouble, asked = failed, failed.asked_seconds
            if len(left) < before:
                moved_at = loop.time()
                self._backoff.reset()
            if left:
                if loop.time() - moved_at > self._bounds.patience_seconds:
                    what = trouble or "the service takes nothing"
                    raise SendingFailed(
                        f"gave up after {self._bounds.patience_seconds:g} s: {what}"
                    )
                await asyncio.sleep(self._backoff.next_seconds(asked))

    async def _attempt(self, left: dict[int, Numbered]) -> float:
        """Send what is left and take out what is answered; gives the wait that was asked for."""
        if self._streams:
            try:
                return await self._by_stream(left)
            except NoStreams:
                self._streams = False
        return await self._one_by_one(left)

    async def _by_stream(self, left: dict[int, Numbered]) -> float:
        places = list(left)
        asked = 0.0
        async for answer in self._requests.stream([left[place][1] for place in places]):
            if "line" not in answer:
                problem = answer["summary"].get("problem", {})
                asked = max(asked, float(problem.get("retry_after", 0)))
            elif answer["status"] in PASSING:
                asked = max(asked, float(answer.get("retry_after", 0)))
            else:
                await self._settle(left, places[answer["line"] - 1], answer["status"], answer)
        return asked

    async def _one_by_one(self, left: dict[int, Numbered]) -> float:
        for place in list(left):
            status, answer = await self._requests.single(left[place][1])
            await self._settle(left, place, status, answer)
        return 0.0

    async def _settle(
        self, left: dict[int, Numbered], place: int, status: int, answer: dict[str, Any]
    ) -> None:
        number, outgoing = left[place]
        await self._tell(read_told(number, outgoing, status, answer))
        del left[place]


def lane_of(outgoing: Outgoing, lanes: int) -> int:
    """Choose the lane of a submission by its record; what cannot be read goes to the first."""
    if lanes == 1:
        return 0
    try:
        members = {str(name).lower(): value for name, value in json.loads(outgoing.body).items()}
        header = {str(name).lower(): value for name, value in members["dartheader"].items()}
        key = f"{header['partnerid']}\n{str(header['id']).lower()}"
    except (ValueError, AttributeError, KeyError, RecursionError):
        return 0
    return zlib.crc32(key.encode(errors="surrogatepass")) % lanes
