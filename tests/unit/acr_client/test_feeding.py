"""How fast submissions are begun, on a loop whose clock jumps."""

import asyncio
import itertools
from collections.abc import AsyncIterator

import pytest

from acr_client.feeding import LATE_SECONDS_MAX, paced
from acr_client.told import Outgoing
from acr_testkit.jumping_loop import run_at_once


async def submissions(count: int) -> AsyncIterator[Outgoing]:
    for _ in range(count):
        yield Outgoing(b"{}")


async def begun_at(count: int, rate: float | None, held_up: dict[int, float]) -> list[float]:
    """Give when each is begun; some hold up who takes them, for so many seconds."""
    loop, times = asyncio.get_running_loop(), []
    async for _ in paced(submissions(count), rate):
        times.append(loop.time())
        await asyncio.sleep(held_up.get(len(times), 0))
    return times


def test_at_most_so_many_a_second_are_begun() -> None:
    times = run_at_once(begun_at(101, 20, {}))

    assert times[-1] == pytest.approx(5.0)
    assert [b - a for a, b in itertools.pairwise(times)] == pytest.approx([0.05] * 100)


def test_without_a_rate_they_are_begun_as_they_come() -> None:
    assert run_at_once(begun_at(100, None, {})) == [0.0] * 100


def test_a_long_wait_is_not_made_up_for_by_a_flood() -> None:
    times = run_at_once(begun_at(300, 100, {100: 10.0}))

    after = [each for each in times if each > 10]
    assert len([each for each in after if each < after[0] + 1]) <= 101 + LATE_SECONDS_MAX * 100


def test_a_short_wait_is_made_up_for() -> None:
    times = run_at_once(begun_at(201, 100, {100: 0.04}))

    assert times[-1] == pytest.approx(2.0, abs=0.011)
