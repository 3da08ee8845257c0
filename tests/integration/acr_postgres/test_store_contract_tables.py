"""One suite for the database and for the fake of the simulation: the typed tables of a registry."""

import uuid
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Poison, Unavailable
from acr_domain.judgement import Outcome, judge_all
from acr_domain.submission import Arrival
from acr_postgres.migrations import migrate
from acr_registries.projection import ROOT, Projection, open_projection
from acr_registries.projection_rows import Row
from acr_registries.registry import Registry
from acr_settings.settings import PostgresSettings
from acr_settling.projecting import project_current
from acr_testkit.kept_stores import Kept, kept_in_memory, kept_in_postgres, move
from acr_testkit.phantoms.model import Scan
from acr_testkit.phantoms.samples import body_of, phantoms_named, scan_body
from acr_testkit.stories import Sent


@pytest.fixture
def declared() -> Registry:
    return phantoms_named(f"t{uuid.uuid4().hex[:12]}")


@pytest.fixture
def projection(declared: Registry) -> Projection:
    return open_projection(declared)


@pytest.fixture
async def in_postgres(
    writer_pool: asyncpg.Pool, postgres_settings: PostgresSettings, declared: Registry
) -> Kept:
    await migrate(postgres_settings, [declared.name], declared={declared.name: declared})
    return kept_in_postgres(writer_pool, declared.name)


@pytest.fixture(params=["memory", "postgres"])
def kept(request: pytest.FixtureRequest, projection: Projection) -> Kept:
    if request.param == "memory":
        return kept_in_memory(projection)
    found: Kept = request.getfixturevalue("in_postgres")
    return found


@pytest.fixture(params=["memory", "postgres"])
def without_tables(request: pytest.FixtureRequest) -> Kept:
    if request.param == "memory":
        return kept_in_memory()
    pool = request.getfixturevalue("writer_pool")
    return kept_in_postgres(pool, request.getfixturevalue("registry"))


def scan(
    kept: Kept, offset: int, *, version_no: int = 1, record: int = 0, **change: Any
) -> Arrival:
    """Make the arrival of a scan; its order says at which offset it came."""
    body = scan_body(Order=f"o-{offset}", Ended="2026-01-31T10:20:00Z", **change)
    arrival = kept.arrival(offset, Sent(version_no=version_no, record=record, content=offset))
    return arrival._replace(submission=arrival.submission._replace(body=body))


async def settle(
    kept: Kept, projection: Projection, *arrivals: Arrival, expected: int = 0
) -> list[Outcome]:
    async with kept.store.settlement() as settlement:
        await settlement.advance({0: move(expected, expected + len(arrivals))})
        outcomes = judge_all(arrivals, await settlement.histories(arrivals))
        await settlement.store(arrivals, outcomes)
        await settlement.project(project_current(projection, arrivals, outcomes))
    return outcomes


def orders(rows: list[Row]) -> list[str]:
    return [row[3] for row in rows]


async def test_rows_are_there_once_their_version_is_as_they_were_made(
    kept: Kept, projection: Projection
) -> None:
    await kept.store.claim([0])
    arrivals = [scan(kept, 0)]

    outcomes = await settle(kept, projection, *arrivals)

    projected = project_current(projection, arrivals, outcomes)
    for table, rows in projected.rows.items():
        assert await kept.rows(table) == sorted(rows), table


async def test_a_new_version_takes_the_place_of_the_former_and_all_below_it(
    kept: Kept, projection: Projection
) -> None:
    await kept.store.claim([0])
    await settle(kept, projection, scan(kept, 0), scan(kept, 1, record=1))

    await settle(kept, projection, scan(kept, 2, version_no=2, Series=None, Left=None), expected=2)

    assert sorted(orders(await kept.rows("scans"))) == ["o-1", "o-2"]
    assert len(await kept.rows("series")) == 2
    assert len(await kept.rows("sides")) == 1
    assert [row[2] for row in await kept.rows(ROOT)] == [2, 1]


async def test_of_several_versions_in_one_batch_the_last_one_that_is_current_has_rows(
    kept: Kept, projection: Projection
) -> None:
    await kept.store.claim([0])

    await settle(
        kept,
        projection,
        scan(kept, 0, version_no=1),
        scan(kept, 1, version_no=7),
        scan(kept, 2, version_no=3),
        scan(kept, 3, version_no=7),
    )

    assert orders(await kept.rows("scans")) == ["o-1"]


async def test_a_version_below_the_current_one_leaves_the_rows_alone(
    kept: Kept, projection: Projection
) -> None:
    await kept.store.claim([0])
    await settle(kept, projection, scan(kept, 0, version_no=5))

    await settle(kept, projection, scan(kept, 1, version_no=4), expected=1)

    assert orders(await kept.rows("scans")) == ["o-0"]


async def test_a_cancelled_version_leaves_the_root_row_alone(
    kept: Kept, projection: Projection
) -> None:
    await kept.store.claim([0])
    await settle(kept, projection, scan(kept, 0))
    cancelled = scan(kept, 1, version_no=2)
    body = body_of("scan", {}, recordstatus="cancelled")

    await settle(
        kept,
        projection,
        cancelled._replace(submission=cancelled.submission._replace(body=body)),
        expected=1,
    )

    assert [row[2:4] for row in await kept.rows(ROOT)] == [(2, "cancelled")]
    for table in projection.tables:
        if table != ROOT:
            assert await kept.rows(table) == [], table


async def test_what_cannot_be_read_any_more_has_its_root_row(
    kept: Kept, projection: Projection
) -> None:
    await kept.store.claim([0])

    await settle(kept, projection, kept.arrival(0, Sent()))

    assert [row[3] for row in await kept.rows(ROOT)] == ["unreadable"]


async def test_a_block_that_ends_with_an_error_leaves_the_former_rows(
    kept: Kept, projection: Projection
) -> None:
    await kept.store.claim([0])
    await settle(kept, projection, scan(kept, 0))

    async def settle_and_fail() -> None:
        arrivals = [scan(kept, 1, version_no=2)]
        async with kept.store.settlement() as settlement:
            await settlement.advance({0: move(1, 2)})
            outcomes = judge_all(arrivals, await settlement.histories(arrivals))
            await settlement.store(arrivals, outcomes)
            await settlement.project(project_current(projection, arrivals, outcomes))
            raise Poison(ErrorClass.UNDECODABLE, "on purpose")

    with pytest.raises(Poison, match="on purpose"):
        await settle_and_fail()

    assert orders(await kept.rows("scans")) == ["o-0"]


async def test_rows_may_be_written_again(kept: Kept, projection: Projection) -> None:
    await kept.store.claim([0])
    arrivals = [scan(kept, 0)]
    outcomes = await settle(kept, projection, *arrivals)

    async with kept.store.settlement() as settlement:
        again = await settlement.project(project_current(projection, arrivals, outcomes))

    assert again
    assert orders(await kept.rows("scans")) == ["o-0"]


@pytest.mark.parametrize(
    ("table", "place", "value"),
    [("reports", 2, "a\0b"), ("reports", 2, 5), ("scans", 4, 2**63), ("scans", 2, "2026-01-31")],
)
async def test_a_value_that_a_column_refuses_is_poison_and_nothing_is_stored(
    kept: Kept, projection: Projection, table: str, place: int, value: object
) -> None:
    await kept.store.claim([0])
    arrivals = [scan(kept, 0)]

    async def settle_misfit() -> None:
        async with kept.store.settlement() as settlement:
            await settlement.advance({0: move(0, 1)})
            outcomes = judge_all(arrivals, await settlement.histories(arrivals))
            await settlement.store(arrivals, outcomes)
            projected = project_current(projection, arrivals, outcomes)
            row = projected.rows[table][0]
            projected.rows[table] = [(*row[:place], value, *row[place + 1 :])]
            await settlement.project(projected)

    with pytest.raises(Poison) as caught:
        await settle_misfit()

    assert caught.value.error_class == "data-exception"
    assert await kept.rows(ROOT) == []
    assert await settle(kept, projection, *arrivals)


async def test_tables_of_another_shape_are_waited_for(kept: Kept, declared: Registry) -> None:
    await kept.store.claim([0])
    narrower = open_projection(replace(declared, forms=(Scan,)))

    with pytest.raises(Unavailable, match="another shape"):
        await settle(kept, narrower, scan(kept, 0))

    assert await kept.rows(ROOT) == []


async def test_without_typed_tables_nothing_is_projected_and_all_is_stored(
    without_tables: Kept,
) -> None:
    projection = open_projection(phantoms_named(without_tables.registry))
    await without_tables.store.claim([0])

    await settle(without_tables, projection, scan(without_tables, 0))

    assert len((await without_tables.store.unannounced([0]))[0]) == 1
