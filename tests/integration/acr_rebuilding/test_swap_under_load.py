"""A swap is one step for those who read and write meanwhile: no error, no empty table, no restart."""

import asyncio

import asyncpg

from acr_rebuilding.request import State
from acr_testkit.settled_registry import SettledRegistry

FIRST, LATER, READERS = 300, 300, 3


async def watch(settled: SettledRegistry, stop: asyncio.Event, seen: list[tuple[int, int]]) -> None:
    """Count records in both kinds of tables, in one statement, again and again."""
    connection = await asyncpg.connect(settled.bench.postgres.dsn.get_secret_value())
    text = (
        "SELECT (SELECT count(*) FROM acr.records WHERE registry = $1), "
        f"(SELECT count(*) FROM {settled.name}.submissions)"
    )
    try:
        await connection.execute("SET ROLE acr_reader")
        while not stop.is_set():
            row = await connection.fetchrow(text, settled.name)
            assert row is not None
            seen.append((row[0], row[1]))
            await asyncio.sleep(0.01)
    finally:
        await connection.close()


async def test_readers_and_consumer_go_on_through_a_swap(settled: SettledRegistry) -> None:
    await settled.settle(FIRST)
    records = await settled.owner.fetchval(
        "SELECT count(*) FROM acr.records WHERE registry = $1", settled.name
    )
    stop, seen = asyncio.Event(), list[tuple[int, int]]()
    readers = [asyncio.create_task(watch(settled, stop, seen)) for _ in range(READERS)]
    async with settled.consuming() as running:
        sending = asyncio.create_task(send_slowly(settled))
        report = await settled.rebuild()
        await sending
        await settled.all_settled(FIRST + LATER)
        assert not running.task.done()
    stop.set()
    await asyncio.gather(*readers)

    assert report.state is State.SWAPPED
    assert min(count for each in seen for count in each) >= records
    assert all(here == there for here, there in seen)
    again = await settled.rebuild(check_only=True)
    assert again.state is State.EQUAL, again


async def send_slowly(settled: SettledRegistry) -> None:
    for seed in range(LATER // 10):
        await settled.append(10, seed=100 + seed)
        await asyncio.sleep(0.1)
