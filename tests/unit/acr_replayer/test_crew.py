"""The processes of a replay, each a real one: they work side by side, stop together, and leave none behind."""

import asyncio
import os
import signal
import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import psutil
import pytest

from acr_domain.errors import Unavailable
from acr_postgres.replays import Run, Stretch
from acr_replayer.crew import Crew, HandLost, Moved, Stop, hired
from acr_replayer.selection import Selection
from acr_replayer.sharing import Share, share_out

STEPS, STEP_SECONDS, WAIT_SECONDS_MAX = 5, 0.01, 20.0
Heard = list[tuple[int, int]]


def shares_of(partitions: int, offsets: int = STEPS) -> list[Share]:
    stretches = tuple(Stretch(each, 0, offsets, 0, {}) for each in range(partitions))
    run = Run(
        str(uuid.uuid4()),
        "t",
        "ann",
        "why",
        "contract",
        {},
        False,
        "running",
        1,
        datetime(2026, 11, 28, tzinfo=UTC),
        None,
        stretches,
    )
    return share_out(run, Selection(), None, partitions)


async def count_up(share: Share, stop: Stop, moved: Moved) -> bool:
    """Move on by one offset at a time; the tally tells which process it was."""
    (stretch,) = share.run.stretches
    for reached in range(1, stretch.end + 1):
        if stop():
            return False
        await asyncio.sleep(STEP_SECONDS)
        told = {"process": os.getpid()}
        moved(Stretch(stretch.partition, 0, stretch.end, reached, told))
    return True


def let_be(process: int) -> None:
    """Do nothing to it."""


async def worked(
    crew: Crew, shares: list[Share], stop: Stop = lambda: False, act: Callable[[int], None] = let_be
) -> tuple[bool, Heard, set[int]]:
    """Let a crew work; ``act`` gets the process of each step that is heard of."""
    heard, processes = Heard(), set[int]()

    def moved(stretch: Stretch) -> None:
        heard.append((stretch.partition, stretch.next))
        processes.add(stretch.tally["process"])
        act(stretch.tally["process"])

    async with asyncio.timeout(WAIT_SECONDS_MAX):
        return await crew.work(shares, stop, moved), heard, processes


def assert_gone(*processes: int) -> None:
    for each in processes:
        assert not psutil.pid_exists(each) or psutil.Process(each).status() == "zombie"


async def test_each_share_is_done_by_a_process_of_its_own() -> None:
    with hired(3, count_up, ()) as crew:
        finished, heard, processes = await worked(crew, shares_of(3))

    assert finished
    assert sorted(heard) == [(p, n) for p in range(3) for n in range(1, STEPS + 1)]
    assert len(processes - {os.getpid()}) == 3
    assert_gone(*processes)


async def test_processes_without_a_share_end_as_well_and_one_alone_is_not_started() -> None:
    with hired(3, count_up, ()) as crew:
        hands = list(crew.hands)
        finished, *_ = await worked(crew, shares_of(2))
    with hired(1, count_up, ()) as alone:
        assert alone.hands == []

    assert finished
    assert [each.process.exitcode for each in hands] == [0, 0, 0]


async def test_all_stop_when_a_stop_is_asked_for() -> None:
    steps = list[int]()
    with hired(2, count_up, ()) as crew:
        finished, heard, processes = await worked(
            crew, shares_of(2, 100_000), lambda: len(steps) > 5, steps.append
        )

    assert not finished
    assert len(heard) < 1000
    assert_gone(*processes)


async def test_where_one_is_killed_the_others_stop_and_it_is_named() -> None:
    victims = list[int]()

    def kill_first(process: int) -> None:
        if not victims:
            victims.append(process)
            os.kill(process, signal.SIGKILL)

    with hired(2, count_up, ()) as crew:
        hands = list(crew.hands)
        with pytest.raises(HandLost, match=r"was killed \(signal 9\)") as lost:
            await worked(crew, shares_of(2, 100_000), act=kill_first)

    assert str(victims[0]) in str(lost.value)
    assert sorted(each.process.exitcode or 0 for each in hands) == [-9, 0]


async def gives_up(share: Share, stop: Stop, moved: Moved) -> bool:
    if share.run.stretches[0].partition == 1:
        raise Unavailable("PostgreSQL: away")
    return await count_up(share, stop, moved)


async def test_what_one_cannot_do_is_raised_when_the_others_have_stopped() -> None:
    with hired(2, gives_up, (Unavailable,)) as crew:
        hands = list(crew.hands)
        with pytest.raises(Unavailable, match="PostgreSQL: away"):
            await worked(crew, shares_of(2, 100_000))

    assert [each.process.exitcode for each in hands] == [0, 0]


async def test_a_signal_to_one_stops_it_in_order_and_the_run_with_it() -> None:
    told = list[int]()

    def signal_first(process: int) -> None:
        if not told:
            told.append(process)
            os.kill(process, signal.SIGTERM)

    with hired(2, count_up, ()) as crew:
        hands = list(crew.hands)
        finished, *_ = await worked(crew, shares_of(2, 100_000), act=signal_first)

    assert not finished
    assert [each.process.exitcode for each in hands] == [0, 0]


def test_processes_end_when_the_parent_is_killed() -> None:
    """The parent is a process of its own here, and tells of its hands through a pipe."""
    reading, writing = os.pipe()
    parent = os.fork()
    if parent == 0:
        with hired(2, count_up, ()) as crew:
            told = " ".join(str(each.process.pid) for each in crew.hands)
            os.write(writing, told.encode())
            asyncio.run(worked(crew, shares_of(2, 100_000)))
        os._exit(0)
    hands = [int(each) for each in os.read(reading, 100).split()]

    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)

    deadline = time.monotonic() + WAIT_SECONDS_MAX
    while any(psutil.pid_exists(each) for each in hands) and time.monotonic() < deadline:
        time.sleep(0.05)
    os.close(reading)
    os.close(writing)
    assert len(hands) == 2
    assert_gone(*hands)
