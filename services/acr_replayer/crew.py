"""The processes of one replay: each does a share of the run, and tells how far it is.

They are made before anything is open, so that none has a connection of another's. Who may move a
run, and where it is, the database says to each of them as to a process that is alone: one that is
killed leaves what a killed run leaves. Each stops when its line to the parent closes, however that
came about.
"""

import asyncio
import contextlib
import multiprocessing
import signal
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from typing import Any, TypeAlias

import uvloop

from acr_postgres.replays import Stretch
from acr_replayer.sharing import Share

LOOK_SECONDS = 0.1
# The batch that is under way comes to its end: a statement takes no longer than its timeout.
LEAVE_SECONDS_MAX = 60.0
_STOPPING = (signal.SIGTERM, signal.SIGINT)
_FORKING = multiprocessing.get_context("fork")

Stop: TypeAlias = Callable[[], bool]
Moved: TypeAlias = Callable[[Stretch], None]
Work: TypeAlias = Callable[[Share, Stop, Moved], Coroutine[Any, Any, bool]]
"""Does a share until its end or a stop; False where it was stopped before the end."""


class HandLost(Exception):
    """A process of the run was killed or broke down; what it had in hand was not committed."""


@dataclass(frozen=True, slots=True)
class Hand:
    """One of the processes, and the line to it."""

    process: ForkProcess
    line: Connection


@dataclass(slots=True)
class Crew:
    """The processes of a replay, started and without work. Make it with `hired`."""

    hands: Sequence[Hand]
    stopping: bool = False

    async def work(self, shares: Sequence[Share], stop: Stop, moved: Moved) -> bool:
        """Do shares side by side, one a process; False where any was stopped before its end.

        When one fails or is stopped, the others stop between two batches as well.

        Raises:
            HandLost: if a process ended without a word.
            Exception: what a process was told to pass on.
        """
        following = []
        for hand, share in zip(self.hands, shares, strict=False):
            _say(hand, share)
            following.append(asyncio.create_task(_follow(hand, moved)))
        waiting = set(following)
        try:
            while waiting:
                ended, waiting = await asyncio.wait(
                    waiting, timeout=LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                if stop() or any(each.exception() or not each.result() for each in ended):
                    self._stop()
            return all([await each for each in following])
        finally:
            for each in following:
                each.cancel()

    def _stop(self) -> None:
        if not self.stopping:
            self.stopping = True
            for hand in self.hands:
                _say(hand, None)


@contextmanager
def hired(count: int, work: Work, passed_on: tuple[type[Exception], ...]) -> Iterator[Crew]:
    """Start so many processes, none where one is enough; at the end of the block all have ended.

    ``passed_on`` are errors of the work that are raised here again.
    """
    hands: list[Hand] = []
    try:
        for _ in range(count if count > 1 else 0):
            hands.append(_start(work, passed_on, [each.line for each in hands]))
        yield Crew(hands)
    finally:
        for hand in hands:
            hand.line.close()
        for hand in hands:
            hand.process.join(LEAVE_SECONDS_MAX)
            if hand.process.is_alive():
                hand.process.kill()
                hand.process.join()


def _start(work: Work, passed_on: tuple[type[Exception], ...], others: list[Connection]) -> Hand:
    ours, theirs = _FORKING.Pipe()
    process = _FORKING.Process(
        target=_be_hand, args=(theirs, [ours, *others], work, passed_on), daemon=True
    )
    # Held back until its handlers are its own: a signal must not meet ours in the new process.
    former = signal.pthread_sigmask(signal.SIG_BLOCK, _STOPPING)
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)
    theirs.close()
    return Hand(process, ours)


def _say(hand: Hand, what: Share | None) -> None:
    with contextlib.suppress(OSError):  # It is gone, which `_follow` notices.
        hand.line.send(what)


async def _follow(hand: Hand, moved: Moved) -> bool:
    """Hear what a process tells until it has done its share; False where it was stopped before."""
    news = asyncio.Event()
    asyncio.get_running_loop().add_reader(hand.line.fileno(), news.set)
    try:
        while True:
            await news.wait()
            news.clear()
            while hand.line.poll():
                told = hand.line.recv()
                if isinstance(told, Exception):
                    raise told
                if isinstance(told, bool):
                    return told
                moved(told)
    except (EOFError, ConnectionError):
        await asyncio.to_thread(hand.process.join, LEAVE_SECONDS_MAX)
        raise HandLost(_how_it_ended(hand.process)) from None
    finally:
        asyncio.get_running_loop().remove_reader(hand.line.fileno())


def _how_it_ended(process: ForkProcess) -> str:
    code = process.exitcode
    how = f"was killed (signal {-code})" if code and code < 0 else f"ended with status {code}"
    return f"process {process.pid} of this run {how}"


@dataclass(slots=True)
class _Line:
    """A process's end of its line: a closed line, a word of the parent and a signal ask for a stop."""

    parent: Connection
    stopping: bool = field(default=False)

    def stop(self, *_: object) -> None:
        self.stopping = True

    def stop_heard(self) -> None:
        self.stopping = True
        asyncio.get_running_loop().remove_reader(self.parent.fileno())

    def tell(self, what: object) -> None:
        try:
            self.parent.send(what)
        except ConnectionError:
            self.stopping = True


def _be_hand(
    parent: Connection,
    others: Sequence[Connection],
    work: Work,
    passed_on: tuple[type[Exception], ...],
) -> None:
    """Wait for a share and do it. Nothing of the parent's goes on in this process."""
    for each in others:
        each.close()  # An end that stayed open here would keep another from noticing ours is gone.
    line = _Line(parent)
    signal.set_wakeup_fd(-1)
    for number in _STOPPING:
        signal.signal(number, line.stop)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _STOPPING)
    try:
        share = parent.recv()
    except (EOFError, ConnectionError):
        return
    if share is not None:
        uvloop.run(_do(share, line, work, passed_on))


async def _do(
    share: Share, line: _Line, work: Work, passed_on: tuple[type[Exception], ...]
) -> None:
    asyncio.get_running_loop().add_reader(line.parent.fileno(), line.stop_heard)
    try:
        line.tell(await work(share, lambda: line.stopping, line.tell))
    except passed_on as error:
        line.tell(error)
