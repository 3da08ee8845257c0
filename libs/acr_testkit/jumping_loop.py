"""An event loop whose clock jumps to the next timer instead of waiting for it."""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class _JumpingSelector(selectors.SelectSelector):
    """Counts the time that it was asked to wait, and does not wait."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Tell what is ready at once, and move the clock on."""
        assert timeout is not None, "every task waits for another: nothing can happen any more"
        self.now += max(timeout, 0.0)
        return super().select(0)


class JumpingLoop(asyncio.SelectorEventLoop):
    """Runs tasks in the order of their timers, without their time. For tasks that do no I/O."""

    def __init__(self) -> None:
        """Begin at the time 0."""
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def work(self, seconds: float) -> None:
        """Let the present round of the loop take so long."""
        self._jumping.now += seconds

    def time(self) -> float:
        """Tell the loop's own time, seconds."""
        return self._jumping.now


def run_at_once(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on a loop of its own, whatever it sleeps."""
    loop = JumpingLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()
