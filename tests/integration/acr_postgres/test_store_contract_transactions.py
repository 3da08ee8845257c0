"""One suite for the database and for the fake of the simulation: transactions and the fence."""

import asyncio

import asyncpg
import pytest

from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Fenced, Poison, Unavailable
from acr_domain.judgement import Verdict
from acr_postgres.settlement import Place
from acr_settings.settings import PostgresSettings
from acr_testkit.kept_stores import Kept, judge_and_store, kept_in_memory, kept_in_postgres, move
from acr_testkit.memory_store import MemoryStore
from acr_testkit.stories import Sent


@pytest.fixture(params=["memory", "postgres", "copied"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Kept:
    if request.param == "memory":
        return kept_in_memory()
    if request.param == "copied":
        monkeypatch.setattr("acr_postgres.storing.ROWS_COPIED_MIN", 1)
    pool = request.getfixturevalue("writer_pool")
    return kept_in_postgres(pool, request.getfixturevalue("registry"))


async def test_a_block_that_ends_with_an_error_leaves_nothing_behind(kept: Kept) -> None:
    await kept.store.claim([0])
    arrival = kept.arrival(0, Sent())

    async def settle_and_fail() -> None:
        async with kept.store.settlement() as settlement:
            await settlement.advance({0: move(0, 1)})
            await judge_and_store(settlement, [arrival])
            raise Poison(ErrorClass.UNDECODABLE, "on purpose")

    with pytest.raises(Poison, match="on purpose"):
        await settle_and_fail()

    assert await kept.store.claim([0]) == {0: Place(0, 0)}
    assert (await kept.settle(arrival))[0].verdict is Verdict.CREATED


@pytest.mark.parametrize("expected", [0, 2, 7])
async def test_a_consumer_that_expects_another_position_is_fenced(
    kept: Kept, expected: int
) -> None:
    await kept.store.claim([0])
    await kept.settle(kept.arrival(0, Sent()))

    with pytest.raises(Fenced):
        async with kept.other.settlement() as settlement:
            await settlement.advance({0: move(expected, expected + 1)})

    assert await kept.store.claim([0]) == {0: Place(1, 0)}


async def test_a_consumer_that_never_claimed_is_fenced(kept: Kept) -> None:
    with pytest.raises(Fenced):
        async with kept.store.settlement() as settlement:
            await settlement.advance({0: move(0, 1)})


async def test_one_partition_that_does_not_stand_as_expected_fences_the_whole_batch(
    kept: Kept,
) -> None:
    await kept.store.claim([0, 1])
    await kept.settle(kept.arrival(0, Sent()))

    with pytest.raises(Fenced):
        async with kept.other.settlement() as settlement:
            await settlement.advance({0: move(0, 1), 1: move(0, 1)})

    assert await kept.store.claim([0, 1]) == {0: Place(1, 0), 1: Place(0, 0)}


async def test_of_two_open_batches_for_one_partition_the_second_waits_and_is_fenced(
    kept: Kept,
) -> None:
    await kept.store.claim([0])
    arrival = kept.arrival(0, Sent())

    async def zombie() -> None:
        async with kept.other.settlement() as settlement:
            await settlement.advance({0: move(0, 1)})
            await judge_and_store(settlement, [arrival])

    async with kept.store.settlement() as settlement:
        await settlement.advance({0: move(0, 1)})
        late = asyncio.create_task(zombie())
        await judge_and_store(settlement, [arrival])
        assert not late.done()

    with pytest.raises(Fenced):
        await late
    assert len((await kept.store.unannounced([0]))[0]) == 1


async def test_open_batches_of_two_partitions_do_not_hold_each_other_up(kept: Kept) -> None:
    await kept.store.claim([0, 1])

    async with kept.store.settlement() as one, kept.other.settlement() as two:
        await one.advance({0: move(0, 1)})
        await two.advance({1: move(0, 1)})
        await judge_and_store(one, [kept.arrival(0, Sent(record=0))])
        await judge_and_store(two, [kept.arrival(0, Sent(record=1), partition=1)])

    outcomes, _ = await kept.store.unannounced([0, 1])
    assert [each.position.partition for each in outcomes] == [0, 1]


async def test_what_is_not_committed_is_not_told(kept: Kept) -> None:
    await kept.store.claim([0])

    async with kept.store.settlement() as settlement:
        await settlement.advance({0: move(0, 1)})
        await judge_and_store(settlement, [kept.arrival(0, Sent())])
        meanwhile = await kept.other.unannounced([0])

    assert meanwhile == ([], [])
    assert len((await kept.other.unannounced([0]))[0]) == 1


async def test_a_session_that_the_server_ends_commits_nothing_and_frees_its_partitions(
    kept: Kept, request: pytest.FixtureRequest
) -> None:
    await kept.store.claim([0])

    async def settle_too_late() -> None:
        async with kept.store.settlement() as settlement:
            await settlement.advance({0: move(0, 1)})
            await end_sessions(kept, request)
            # The partition is free, though this block still runs.
            await kept.settle(kept.arrival(0, Sent(content=1)))

    with pytest.raises(Unavailable):
        await settle_too_late()

    assert await kept.store.claim([0]) == {0: Place(1, 0)}
    repeat = await kept.settle(kept.arrival(1, Sent(content=1)), expected=1)
    assert repeat[0].verdict is Verdict.DUPLICATE


async def end_sessions(kept: Kept, request: pytest.FixtureRequest) -> None:
    """End every open transaction from the server's side."""
    if isinstance(kept.store, MemoryStore):
        for session in list(kept.store.database.sessions):
            kept.store.database.end(session)
        return
    settings: PostgresSettings = request.getfixturevalue("postgres_settings")
    connection = await asyncpg.connect(settings.dsn.get_secret_value())
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE state = 'idle in transaction'"
        )
    finally:
        await connection.close()
