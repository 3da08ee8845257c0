"""Waits until something is so, and says what was awaited where it never is. Knows no service."""

import asyncio
import time
from collections.abc import Callable

SECONDS_MAX = 30.0
LOOK_AGAIN_SECONDS = 0.02


def wait_until(condition: Callable[[], bool], what: str, seconds_max: float = SECONDS_MAX) -> None:
    """Block until the condition holds; fails with ``what`` after ``seconds_max``."""
    deadline = time.monotonic() + seconds_max
    while not condition():
        assert time.monotonic() < deadline, f"not so within {seconds_max:g} s: {what}"
        time.sleep(LOOK_AGAIN_SECONDS)


async def until(condition: Callable[[], bool], what: str, seconds_max: float = SECONDS_MAX) -> None:
    """Let the loop run until the condition holds; fails with ``what`` after ``seconds_max``."""
    deadline = time.monotonic() + seconds_max
    while not condition():
        assert time.monotonic() < deadline, f"not so within {seconds_max:g} s: {what}"
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
