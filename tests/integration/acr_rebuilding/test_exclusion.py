"""A rebuild as a process: killed in the middle, and while it runs nobody else rebuilds or migrates."""

import asyncio
import signal
import sys
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from acr_postgres.migrations import RebuildRuns, migrate
from acr_postgres.rebuilds import Occupied
from acr_rebuilding.request import RebuildReport, State
from acr_testkit.children import child_environment
from acr_testkit.settled_registry import SettledRegistry

RECORDS = 240
SECONDS_MAX = 60


@asynccontextmanager
async def rebuilding(settled: SettledRegistry) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a rebuild as a process that has settled part of the log beside, and has not ended."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "acr_testkit.rebuilding", settled.name),
        env=child_environment(settled.bench.kafka, settled.bench.postgres),
    )
    try:
        async with asyncio.timeout(SECONDS_MAX):
            while not await settled_beside(settled):
                assert process.returncode is None, "it ended before anything was settled"
                await asyncio.sleep(0.05)
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.wait()


async def settled_beside(settled: SettledRegistry) -> int:
    """Count what is settled beside so far."""
    table = f"acr_rebuilt_{settled.name}.positions"
    if await settled.owner.fetchval("SELECT to_regclass($1)", table) is None:
        return 0
    return int(await settled.owner.fetchval(f"SELECT coalesce(sum(next_offset), 0) FROM {table}"))


async def rebuilt_at_last(settled: SettledRegistry) -> RebuildReport:
    """Rebuild as soon as the database has noticed that nobody is there any more."""
    async with asyncio.timeout(SECONDS_MAX):
        while True:
            try:
                return await settled.rebuild()
            except Occupied:
                await asyncio.sleep(0.1)


async def test_a_rebuild_that_is_killed_goes_on_where_it_was(settled: SettledRegistry) -> None:
    await settled.settle(RECORDS)
    sums = await settled.sums()
    async with rebuilding(settled) as process:
        process.send_signal(signal.SIGKILL)
    assert 0 < await settled_beside(settled) < RECORDS
    assert await settled.sums() == sums

    report = await rebuilt_at_last(settled)

    assert report.continued
    assert 0 < report.records < RECORDS
    assert report.state is State.SWAPPED
    assert await settled.sums() == sums
    assert await settled.schemas_beside() == []


async def test_while_one_rebuilds_nobody_else_rebuilds_or_migrates(
    settled: SettledRegistry,
) -> None:
    await settled.settle(RECORDS)
    names, declared = [settled.name], {settled.name: settled.declared}
    async with rebuilding(settled):
        with pytest.raises(Occupied, match=f"another rebuild of {settled.name} runs"):
            await settled.rebuild(check_only=True)
        with pytest.raises(RebuildRuns, match="wait for its end"):
            await migrate(settled.bench.postgres, names, declared=declared)

    assert (await rebuilt_at_last(settled)).state is State.SWAPPED
    assert await migrate(settled.bench.postgres, names, declared=declared) == []


async def test_while_one_migrates_nobody_rebuilds(settled: SettledRegistry) -> None:
    await settled.settle(50)
    other = f"t{uuid.uuid4().hex[:12]}"
    async with settled.owner.transaction():
        await settled.owner.execute("LOCK TABLE acr.versions IN ACCESS SHARE MODE")
        migrating = asyncio.create_task(migrate(settled.bench.postgres, [other]))
        async with asyncio.timeout(SECONDS_MAX):
            while not await settled.owner.fetchval(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = $1::text::regclass",
                "acr.versions",
            ):
                assert not migrating.done(), "the migration waits for nobody"
                await asyncio.sleep(0.02)
        with pytest.raises(Occupied, match="a migration runs"):
            await settled.rebuild(check_only=True)
    assert len(await migrating) > 0

    assert (await settled.rebuild(check_only=True)).state is State.EQUAL
