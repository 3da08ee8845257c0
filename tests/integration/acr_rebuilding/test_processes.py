"""A rebuild by several processes: the same tables, and nothing of them is left however it ends."""

import asyncio
import os
import random
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from acr_domain.amending import Deed, Kind
from acr_postgres.rebuilds import Occupied
from acr_rebuilding.request import RebuildReport, State
from acr_testkit.children import child_environment
from acr_testkit.settled_registry import SettledRegistry

RECORDS = 600
SECONDS_MAX = 60
PAUSE_SECONDS = 0.02


def workers_of(pid: int) -> list[int]:
    """Name the processes that a rebuild has started, and that are not gone."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [int(each) for each in children if b"acr_rebuilding.worker" in command_of(int(each))]


def command_of(pid: int) -> bytes:
    """Give the command of a process; nothing where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@asynccontextmanager
async def rebuilding(
    settled: SettledRegistry,
) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """Rebuild by two processes; gives the first one, and the id of the other, which stands still."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "acr_testkit.rebuilding", settled.name, "--processes", "2"),
        env=child_environment(settled.bench.kafka, settled.bench.postgres),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(SECONDS_MAX):
            while not (found := workers_of(process.pid)):  # noqa: ASYNC110
                await asyncio.sleep(PAUSE_SECONDS)
        os.kill(found[0], signal.SIGSTOP)
        yield process, found[0]
    finally:
        # One that stands still would outlive its parent, and hold the pipe that is read to its end.
        if process.returncode is None:
            for worker in workers_of(process.pid):
                os.kill(worker, signal.SIGKILL)
            process.send_signal(signal.SIGKILL)
        await process.communicate()


async def rebuilt_at_last(settled: SettledRegistry) -> RebuildReport:
    """Rebuild as soon as the database has noticed that nobody is there any more."""
    async with asyncio.timeout(SECONDS_MAX):
        while True:
            try:
                return await settled.rebuild(processes=2)
            except Occupied:
                await asyncio.sleep(0.1)


async def settled_beside(settled: SettledRegistry) -> int:
    table = f"acr_rebuilt_{settled.name}.positions"
    return int(await settled.owner.fetchval(f"SELECT coalesce(sum(next_offset), 0) FROM {table}"))


async def test_several_processes_make_the_same_tables(settled: SettledRegistry) -> None:
    await settled.settle(RECORDS)
    deed = Deed(Kind.REPLAYED, str(uuid.uuid4()), "ann", "one")
    assert await settled.amend(0, deed, 0.2, random.Random(3)) > 5
    sums = await settled.sums()
    seen: list[int] = []

    def progress(done: int, _: int) -> None:
        seen.append(done)
        seen_workers.update(workers_of(os.getpid()))

    seen_workers: set[int] = set()
    report = await settled.rebuild(progress, processes=3)

    assert report.state is State.SWAPPED, report
    assert report.records == seen[-1] == RECORDS
    assert seen == sorted(seen)
    assert len(seen_workers) == 2
    assert workers_of(os.getpid()) == []
    assert await settled.sums() == sums


async def test_where_one_of_them_is_killed_the_next_command_goes_on(
    settled: SettledRegistry,
) -> None:
    await settled.settle(RECORDS)
    sums = await settled.sums()
    async with rebuilding(settled) as (process, worker):
        async with asyncio.timeout(SECONDS_MAX):
            while not await settled_beside(settled):  # noqa: ASYNC110
                await asyncio.sleep(PAUSE_SECONDS)
        os.kill(worker, signal.SIGKILL)
        _, told = await process.communicate()
    assert process.returncode == 1
    assert b"a process of the rebuild was lost (status -9)" in told
    assert 0 < await settled_beside(settled) < RECORDS
    assert await settled.sums() == sums

    report = await rebuilt_at_last(settled)

    assert report.continued
    assert 0 < report.records < RECORDS
    assert report.state is State.SWAPPED
    assert await settled.sums() == sums
    assert await settled.schemas_beside() == []


async def test_none_outlives_a_command_that_is_killed(settled: SettledRegistry) -> None:
    await settled.settle(RECORDS)
    async with rebuilding(settled) as (process, worker):
        process.send_signal(signal.SIGKILL)
        os.kill(worker, signal.SIGCONT)
        async with asyncio.timeout(SECONDS_MAX):
            while command_of(worker):  # noqa: ASYNC110
                await asyncio.sleep(PAUSE_SECONDS)

    assert (await rebuilt_at_last(settled)).state is State.SWAPPED
