"""Typed tables in PostgreSQL: made, filled and dressed by the migration, told of, and kept apart."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import replace

import asyncpg
import pytest

from acr_domain.judgement import judge_all
from acr_domain.submission import Arrival
from acr_postgres.filling import BATCH_RECORDS
from acr_postgres.migrations import migrate
from acr_postgres.projections import SchemaTaken
from acr_registries.projection import ROOT, open_projection
from acr_registries.projection_rows import project
from acr_registries.registry import Registry
from acr_settings.settings import PostgresSettings
from acr_settling.projecting import project_current
from acr_testkit.kept_stores import Kept, kept_in_postgres, move
from acr_testkit.phantoms.model import Scan
from acr_testkit.phantoms.samples import phantoms_named, scan_body
from acr_testkit.stories import Sent

RECORDS = 2 * BATCH_RECORDS + 50


@pytest.fixture
def declared() -> Registry:
    return phantoms_named(f"t{uuid.uuid4().hex[:12]}")


@pytest.fixture
async def kept(
    prepared: None,
    writer_pool: asyncpg.Pool,
    postgres_settings: PostgresSettings,
    declared: Registry,
) -> Kept:
    """A registry that has settled records, and no typed tables yet."""
    await migrate(postgres_settings, [declared.name], declared={})
    return kept_in_postgres(writer_pool, declared.name)


def scans(kept: Kept, count: int, *, first: int = 0, version_no: int = 1) -> list[Arrival]:
    arrivals = []
    for number in range(count):
        sent = Sent(record=number, version_no=version_no, content=first)
        arrival = kept.arrival(first + number, sent)
        body = scan_body(Order=f"{version_no}-{number}", Ended=None)
        arrivals.append(arrival._replace(submission=arrival.submission._replace(body=body)))
    return arrivals


async def settle(kept: Kept, arrivals: Sequence[Arrival], declared: Registry, at: int = 0) -> None:
    async with kept.store.settlement() as settlement:
        await settlement.advance({0: move(at, at + len(arrivals))})
        outcomes = judge_all(arrivals, await settlement.histories(arrivals))
        await settlement.store(arrivals, outcomes)
        await settlement.project(project_current(open_projection(declared), arrivals, outcomes))


async def test_tables_are_filled_with_the_current_versions_that_are_stored(
    kept: Kept, postgres_settings: PostgresSettings, declared: Registry
) -> None:
    await kept.store.claim([0])
    await settle(kept, scans(kept, RECORDS), declared)
    newer = scans(kept, 2, first=RECORDS, version_no=2)
    await settle(kept, newer, declared, at=RECORDS)
    told: list[tuple[str, int, int]] = []

    did = await migrate(
        postgres_settings,
        [declared.name],
        declared={declared.name: declared},
        report=lambda *progress: told.append(progress),
    )

    assert did == [f"tables of {declared.name}, {RECORDS} records"]
    steps = (BATCH_RECORDS, 2 * BATCH_RECORDS, RECORDS)
    assert told == [(declared.name, done, RECORDS) for done in steps]
    current = [*newer, *scans(kept, RECORDS)[2:]]
    due = project(open_projection(declared), [each.submission for each in current])
    for table, rows in due.rows.items():
        assert sorted(await kept.rows(table)) == sorted(rows), table


async def test_what_is_up_to_date_is_left_alone(
    kept: Kept, postgres_settings: PostgresSettings, declared: Registry
) -> None:
    known = {declared.name: declared}
    await migrate(postgres_settings, [declared.name], declared=known)

    assert await migrate(postgres_settings, [declared.name], declared=known) == []
    assert await migrate(
        postgres_settings, [declared.name], declared=known, refill=[declared.name]
    ) == [f"tables of {declared.name}, 0 records"]


async def test_tables_of_another_shape_are_made_and_filled_anew(
    kept: Kept, postgres_settings: PostgresSettings, declared: Registry, owner: asyncpg.Connection
) -> None:
    narrow = replace(declared, forms=(Scan,))
    await migrate(postgres_settings, [declared.name], declared={declared.name: narrow})
    await kept.store.claim([0])
    await settle(kept, scans(kept, 3), narrow)

    done = await migrate(postgres_settings, [declared.name], declared={declared.name: declared})

    assert done == [f"tables of {declared.name}, 3 records"]
    titles = await owner.fetch(f"SELECT title FROM {declared.name}.submissions")
    assert [row["title"] for row in titles] == [None, None, None]
    assert len(await kept.rows("images")) == 6
    await settle(kept, scans(kept, 1, first=3, version_no=2), declared, at=3)
    assert len(await kept.rows("scans")) == 3


async def test_another_look_is_laid_on_without_touching_rows(
    kept: Kept, postgres_settings: PostgresSettings, declared: Registry, owner: asyncpg.Connection
) -> None:
    name = declared.name
    await migrate(postgres_settings, [name], declared={name: declared})
    await owner.execute(
        f"COMMENT ON TABLE {name}.scans IS 'old'; DELETE FROM {name}.codes; "
        f"CREATE VIEW {name}.old AS SELECT 1 AS one; "
        f"UPDATE acr.projections SET look = 'old', records = 7 WHERE registry = '{name}'"
    )

    done = await migrate(postgres_settings, [name], declared={name: declared})

    assert done == [f"comments, codes and views of {name}"]
    comment = await owner.fetchval(f"SELECT obj_description('{name}.scans'::regclass)")
    assert comment == "A scan of a phantom."
    assert await owner.fetchval(f"SELECT to_regclass('{name}.old')") is None
    codes = await owner.fetch(f"SELECT list, code, meaning FROM {name}.codes ORDER BY code")
    assert [tuple(row) for row in codes] == [
        ("finding", "1", "A ring"),
        ("finding", "2", "A streak"),
        ("finding", "9", "Nothing's there"),
    ]
    assert await owner.fetchval(f"SELECT value FROM {name}.thresholds") == 12.5
    records = "SELECT records FROM acr.projections WHERE registry = $1"
    assert await owner.fetchval(records, name) == 7


async def test_a_schema_of_somebody_else_is_left_alone(
    kept: Kept, postgres_settings: PostgresSettings, declared: Registry, owner: asyncpg.Connection
) -> None:
    name = declared.name
    await owner.execute(f"CREATE SCHEMA {name}; CREATE TABLE {name}.theirs ()")

    with pytest.raises(SchemaTaken, match=name):
        await migrate(postgres_settings, [name], declared={name: declared}, refill=[name])

    assert await owner.fetchval(f"SELECT to_regclass('{name}.theirs')") is not None


@pytest.mark.parametrize(
    ("changed", "kind", "read"),
    [("shape", "", "scans"), ("look", "", "old"), ("shape", "MATERIALIZED", "old")],
)
async def test_views_of_others_are_not_dropped_unsaid(
    postgres_settings: PostgresSettings,
    declared: Registry,
    owner: asyncpg.Connection,
    changed: str,
    kind: str,
    read: str,
) -> None:
    name, known = declared.name, {declared.name: declared}
    await migrate(postgres_settings, [name], declared=known)
    theirs = f"public.theirs_{name}"
    await owner.execute(
        f"CREATE VIEW {name}.old AS SELECT 1 AS one; "
        f"CREATE {kind} VIEW {theirs} AS SELECT count(*) FROM {name}.{read}; "
        f"UPDATE acr.projections SET {changed} = 'old' WHERE registry = '{name}'"
    )

    with pytest.raises(SchemaTaken, match=theirs):
        await migrate(postgres_settings, [name], declared=known)
    assert await owner.fetchval("SELECT to_regclass($1)", theirs) is not None
    await owner.execute(f"DROP {kind} VIEW {theirs}")

    assert len(await migrate(postgres_settings, [name], declared=known)) == 1


async def test_a_view_of_others_upon_a_table_stays_where_only_views_are_made_anew(
    postgres_settings: PostgresSettings, declared: Registry, owner: asyncpg.Connection
) -> None:
    name, known = declared.name, {declared.name: declared}
    await migrate(postgres_settings, [name], declared=known)
    theirs = f"public.theirs_{name}"
    await owner.execute(
        f"CREATE VIEW {name}.old AS SELECT 1 AS one; "
        f"CREATE VIEW {theirs} AS SELECT count(*) FROM {name}.scans; "
        f"UPDATE acr.projections SET look = 'old' WHERE registry = '{name}'"
    )

    assert len(await migrate(postgres_settings, [name], declared=known)) == 1

    assert await owner.fetchval(f"SELECT * FROM {theirs}") == 0
    await owner.execute(f"DROP VIEW {theirs}")


async def test_a_batch_that_is_open_is_waited_for_and_is_among_the_rows(
    kept: Kept, postgres_settings: PostgresSettings, declared: Registry
) -> None:
    await kept.store.claim([0])
    arrivals = scans(kept, 1)
    known = {declared.name: declared}

    async with kept.store.settlement() as settlement:
        await settlement.advance({0: move(0, 1)})
        outcomes = judge_all(arrivals, await settlement.histories(arrivals))
        await settlement.store(arrivals, outcomes)
        making = asyncio.create_task(migrate(postgres_settings, [declared.name], declared=known))
        projected = project_current(open_projection(declared), arrivals, outcomes)
        assert not await settlement.project(projected)
        assert not making.done()

    assert await making == [f"tables of {declared.name}, 1 records"]
    assert len(await kept.rows(ROOT)) == 1


async def test_a_batch_that_comes_while_tables_are_made_waits_and_has_its_rows(
    kept: Kept, postgres_settings: PostgresSettings, declared: Registry, owner: asyncpg.Connection
) -> None:
    narrow = replace(declared, forms=(Scan,))
    await migrate(postgres_settings, [declared.name], declared={declared.name: narrow})
    await kept.store.claim([0])
    await settle(kept, scans(kept, 1), narrow)
    reading = owner.transaction()
    await reading.start()
    await owner.fetch(f"SELECT * FROM {declared.name}.scans")  # Holds up whoever makes it anew.
    known = {declared.name: declared}
    making = asyncio.create_task(migrate(postgres_settings, [declared.name], declared=known))
    locked = (
        "SELECT count(*), pg_sleep(0.01) FROM pg_locks WHERE granted AND mode = 'ShareLock' AND relation = "
        f"'acr.versions_{declared.name}'::regclass"
    )
    async with asyncio.timeout(5):
        while not await owner.fetchval(locked):
            pass

    late = asyncio.create_task(settle(kept, scans(kept, 1, first=1, version_no=2), declared, at=1))
    done, _ = await asyncio.wait([late], timeout=0.3)
    assert not done
    await reading.rollback()

    assert await making == [f"tables of {declared.name}, 1 records"]
    await late
    assert [row[3] for row in await kept.rows("scans")] == ["2-0"]
