"""Sends a load over kept connections and notes every answer; resends what was not answered.

Knows nothing of faults: a lost answer, a refused connection and a 503 are part of a sender's day.
"""

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from acr_testkit.faults.history import LOST, Attempt
from acr_testkit.faults.links import TROUBLE, Link, attempt_of
from acr_testkit.faults.load import Load
from acr_testkit.faults.workload import Intent

ANSWER_SECONDS_MAX = 25.0
RETRY_SECONDS_MIN, RETRY_SECONDS_MAX = 0.1, 1.0
PATIENCE_SECONDS = 120.0
REPEATED_ANYWAY_SHARE = 0.01
LINES_A_STREAM = 200
JSON, LINES = "application/json", "application/x-ndjson"
_TRY_AGAIN = frozenset({LOST, 429, 503})


async def attempt_once(
    link: Link, intent: Intent, prefer: str, seconds_max: float = ANSWER_SECONDS_MAX
) -> Attempt:
    """Send one submission once; a lost answer is told as such."""
    try:
        async with asyncio.timeout(seconds_max):
            status, body = await link.post(intent.registry, intent.body(), JSON, prefer)
        return attempt_of(intent, status, json.loads(body or b""))
    except TROUBLE:
        link.turn_away()
        return Attempt(intent, LOST)


@dataclass(slots=True)
class Sender:
    """One connection in a closed loop. ``prefer`` is its Prefer header."""

    link: Link
    load: Load
    prefer: str
    chance: random.Random
    rests: bool = True

    async def run(self) -> None:
        """Send one after another until nothing is left."""
        try:
            while True:
                if self.rests:
                    await self.load.going.wait()
                if (intent := self.load.take()) is None:
                    return
                await self.bring([intent])
        finally:
            self.link.hang_up()

    async def bring(self, intents: Sequence[Intent]) -> None:
        """Send these until each is answered for good, now and then once more for nothing."""
        loop = asyncio.get_running_loop()
        deadline, pause = loop.time() + PATIENCE_SECONDS, RETRY_SECONDS_MIN
        left = await self._send(intents)
        while left and loop.time() < deadline:
            await asyncio.sleep(pause * self.chance.uniform(0.5, 1))
            pause = min(pause * 2, RETRY_SECONDS_MAX)
            left = await self._send(left)
        self.load.sent += len(intents) - len(left)
        self.load.given_up += len(left)
        if self.chance.random() < REPEATED_ANYWAY_SHARE:
            await self._send(intents)

    async def _send(self, intents: Sequence[Intent]) -> list[Intent]:
        """Send these once and note the answers; gives those that are to be sent again."""
        again = []
        for intent in intents:
            attempt = await attempt_once(self.link, intent, self.prefer)
            self.load.history.note(attempt)
            if attempt.status in _TRY_AGAIN:
                again.append(intent)
        return again


@dataclass(slots=True)
class StreamSender(Sender):
    """One connection that sends many submissions of a registry as lines, stream after stream."""

    async def run(self) -> None:
        """Send streams until nothing is left."""
        try:
            while True:
                await self.load.going.wait()
                taken: list[Intent] = []
                while len(taken) < LINES_A_STREAM and self.load.going.is_set():
                    if (intent := self.load.take()) is None:
                        break
                    taken.append(intent)
                if not taken:
                    return
                for registry in sorted({each.registry for each in taken}):
                    await self.bring([each for each in taken if each.registry == registry])
        finally:
            self.link.hang_up()

    async def _send(self, intents: Sequence[Intent]) -> list[Intent]:
        unanswered = dict(enumerate(intents, 1))
        again = []
        async for attempt in self._answers(intents, unanswered):
            self.load.history.note(attempt)
            if attempt.status in _TRY_AGAIN:
                again.append(attempt.intent)
        for intent in unanswered.values():
            self.load.history.note(Attempt(intent, LOST))
        return [*again, *unanswered.values()]

    async def _answers(
        self, intents: Sequence[Intent], unanswered: dict[int, Intent]
    ) -> AsyncIterator[Attempt]:
        """Give the answers as they come; takes what is answered off ``unanswered``."""
        body = b"".join(intent.body() + b"\n" for intent in intents)
        try:
            async with asyncio.timeout(ANSWER_SECONDS_MAX):
                status, whole = await self.link.post(intents[0].registry, body, LINES, self.prefer)
                if whole is not None:
                    self.link.hang_up()
                    for number in list(unanswered):
                        yield Attempt(unanswered.pop(number), status)
                    return
                async for line in self.link.lines():
                    if "line" in line:
                        intent = unanswered.pop(line["line"])
                        yield attempt_of(intent, line["status"], line)
        except TROUBLE:
            self.link.turn_away()


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many senders of each sort: streams, single ones that wait or do not, and some that never rest."""

    streams: int = 8
    many: int = 16
    waiting: int = 12
    steady: int = 2


@asynccontextmanager
async def sending(
    urls: Sequence[str], load: Load, crowd: Crowd, seed: int
) -> AsyncIterator["asyncio.Task[None]"]:
    """Send a load until the block ends; gives a task that ends when all of it is answered."""
    chance = random.Random(seed)
    load.going.set()
    senders: list[Sender] = []

    def add(kind: type[Sender], count: int, prefer: str, *, rests: bool = True) -> None:
        for number in range(count):
            own = random.Random(chance.getrandbits(64))
            senders.append(kind(Link(urls, number), load, prefer, own, rests))

    add(StreamSender, crowd.streams // 2, "wait=0")
    add(StreamSender, crowd.streams - crowd.streams // 2, "wait=10")
    add(Sender, crowd.many, "respond-async")
    add(Sender, crowd.waiting, "wait=10")
    add(Sender, crowd.steady, "wait=5", rests=False)
    all_sent = asyncio.create_task(_run_all([each.run() for each in senders]))
    try:
        yield all_sent
    finally:
        all_sent.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await all_sent


async def _run_all(senders: Sequence[Coroutine[Any, Any, None]]) -> None:
    async with asyncio.TaskGroup() as group:
        for sender in senders:
            group.create_task(sender)
