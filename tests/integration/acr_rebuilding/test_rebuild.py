"""Tables made anew from the log take the place of the live ones, or tell how they differ."""

import asyncio
import uuid

import asyncpg
import pytest

from acr_rebuilding.request import RebuildReport, Refused, State
from acr_testkit.settled_registry import SettledRegistry

ARRIVALS = 600
FORM = """
SELECT held.relname, held.relkind::text, held.relacl::text, obj_description(held.oid, 'pg_class'),
       (SELECT array_agg((attribute.attname, attribute.atttypid, attribute.attnotnull,
                          col_description(held.oid, attribute.attnum))::text
               ORDER BY attribute.attnum)
        FROM pg_attribute AS attribute
        WHERE attribute.attrelid = held.oid AND attribute.attnum > 0),
       (SELECT array_agg(pg_get_constraintdef(rule.oid) ORDER BY rule.conname)
        FROM pg_constraint AS rule WHERE rule.conrelid = held.oid),
       CASE WHEN held.relkind = 'i' THEN pg_get_indexdef(held.oid)
            WHEN held.relkind = 'v' THEN pg_get_viewdef(held.oid) END,
       pg_get_expr(held.relpartbound, held.oid)
FROM pg_class AS held
JOIN pg_namespace AS place ON place.oid = held.relnamespace
WHERE place.nspname = $1 OR (place.nspname = 'acr' AND held.relname ~ ('_' || $1 || '(_|$)'))
ORDER BY held.relname
"""


async def form_of(settled: SettledRegistry) -> list[asyncpg.Record]:
    """Describe all tables, indexes and views of a registry, with rights and comments."""
    return list(await settled.owner.fetch(FORM, settled.name))


def different(report: RebuildReport) -> dict[str, tuple[int, int, int]]:
    return {
        each.table.removesuffix(f"_{report.registry}"): (
            each.difference.only_live,
            each.difference.only_rebuilt,
            each.difference.differing,
        )
        for each in report.tables
        if each.difference is not None
    }


async def test_equal_tables_take_the_place_of_the_live_ones(settled: SettledRegistry) -> None:
    await settled.settle(ARRIVALS)
    sums, form = await settled.sums(), await form_of(settled)
    files = "SELECT pg_relation_filenode(oid) FROM pg_class WHERE oid = $1::text::regclass"
    former = await settled.owner.fetchval(files, f"acr.versions_{settled.name}")

    report = await settled.rebuild()

    assert report.state is State.SWAPPED
    assert report.records == ARRIVALS
    assert not report.different
    assert {each.table: each.rows for each in report.tables} == {k: v[0] for k, v in sums.items()}
    assert all(rows > 5 for rows, _ in sums.values() if rows), "less would prove little"
    assert await settled.sums() == sums
    assert await form_of(settled) == form
    assert await settled.owner.fetchval(files, f"acr.versions_{settled.name}") != former
    assert await settled.schemas_beside() == []
    await settled.append(100, seed=8)
    async with settled.consuming():
        await settled.all_settled(ARRIVALS + 100)


async def test_a_check_compares_and_leaves_all_as_it_was(settled: SettledRegistry) -> None:
    await settled.settle(200)
    sums = await settled.sums()

    report = await settled.rebuild(check_only=True)

    assert report.state is State.EQUAL
    assert await settled.sums() == sums
    assert await settled.schemas_beside() == []


@pytest.mark.parametrize(
    ("taken", "told"),
    [
        (
            "ALTER TABLE {typed}.series DROP CONSTRAINT series_pkey CASCADE",
            "series was made without",
        ),
        ("ALTER TABLE {tables}.arrivals DROP CONSTRAINT arrivals_pkey", "UNIQUE INDEX arrivals_"),
    ],
)
async def test_tables_that_lack_an_index_or_a_key_are_not_swapped(
    settled: SettledRegistry, taken: str, told: str
) -> None:
    await settled.settle(100)
    names = {"typed": f"{settled.name}_rebuilt", "tables": f"acr_rebuilt_{settled.name}"}
    taking: list[asyncio.Task[str]] = []

    def take(done: int, total: int) -> None:
        if done == total:
            taking.append(asyncio.create_task(settled.owner.execute(taken.format_map(names))))

    report = await settled.rebuild(take)

    await taking[0]
    assert report.state is State.DIFFERENT
    assert any(told in each for each in report.defects)
    assert not any(each.difference for each in report.tables)


async def damage(settled: SettledRegistry) -> None:
    """Lose a record with its typed rows, alter one version's body, and add a row of no arrival."""
    owner, name = settled.owner, settled.name
    lost = await owner.fetchrow(
        f"DELETE FROM {name}.submissions WHERE (partner_id, header_id) IN "
        f"(SELECT partner_id, header_id FROM {name}.series LIMIT 1) RETURNING *"
    )
    assert lost is not None
    await owner.execute(
        "DELETE FROM acr.records WHERE registry = $1 AND partner_id = $2 AND header_id = $3",
        *(name, lost["partner_id"], lost["header_id"]),
    )
    await owner.execute(
        "UPDATE acr.versions SET body = '{}' WHERE registry = $1 AND (partition, log_offset) IN "
        "(SELECT partition, log_offset FROM acr.versions WHERE registry = $1 LIMIT 1)",
        name,
    )
    await owner.execute(
        "INSERT INTO acr.arrivals SELECT registry, 99, log_offset, submission_id, verdict "
        ", partner_id, header_id, version_no, current_version_no, first_offset, findings, reason"
        ", reply_partition, traceparent, received_at FROM acr.arrivals WHERE registry = $1 LIMIT 1",
        name,
    )


async def test_a_damaged_database_is_told_of_and_left_as_it_is(settled: SettledRegistry) -> None:
    await settled.settle(ARRIVALS)
    await damage(settled)
    sums = await settled.sums()

    report = await settled.rebuild()

    assert report.state is State.DIFFERENT
    found = different(report)
    assert found["records"] == (0, 1, 0)
    assert found["versions"] == (0, 0, 1)
    assert found["arrivals"] == (1, 0, 0)
    assert found["submissions"] == (0, 1, 0)
    assert found["series"][1] >= 1
    (arrivals,) = [t.difference for t in report.tables if t.table.startswith("arrivals")]
    assert arrivals is not None
    assert arrivals.examples["only_live"][0].startswith("99/")
    assert await settled.sums() == sums
    assert await settled.schemas_beside() == []
    row = await settled.owner.fetchrow(
        "SELECT state, who FROM acr.rebuilds WHERE registry = $1", settled.name
    )
    assert row is not None
    assert tuple(row) == ("different", "tester")


async def test_a_damaged_database_is_repaired_where_differences_are_accepted(
    settled: SettledRegistry,
) -> None:
    await settled.settle(ARRIVALS)
    sums = await settled.sums()
    await damage(settled)

    report = await settled.rebuild(accept_differences=True, why="repair")

    assert report.state is State.SWAPPED
    assert report.different
    assert report.former_kept == f"acr_former_{settled.name}"
    assert await settled.sums() == sums
    assert await settled.schemas_beside() == [
        f"acr_former_{settled.name}",
        f"{settled.name}_former",
    ]


async def test_views_of_others_read_the_new_tables(settled: SettledRegistry) -> None:
    await settled.settle(100)
    view = f"public.own_{settled.name}"
    await settled.owner.execute(
        f"CREATE VIEW {view} AS SELECT status, count(*) FROM {settled.name}.submissions GROUP BY 1"
    )
    former = await settled.owner.fetch(f"SELECT * FROM {view} ORDER BY 1")

    await settled.rebuild()

    assert await settled.owner.fetch(f"SELECT * FROM {view} ORDER BY 1") == former
    assert await settled.schemas_beside() == []


async def test_stored_rows_of_somebody_elses_are_not_dropped_with_the_former_tables(
    settled: SettledRegistry,
) -> None:
    await settled.settle(50)
    name = f"kept_{uuid.uuid4().hex[:8]}"
    await settled.owner.execute(
        f"CREATE SCHEMA {name}; "
        f"CREATE MATERIALIZED VIEW {name}.daily AS SELECT * FROM {settled.name}.submissions"
    )
    try:
        with pytest.raises(Refused, match=rf"drop {name}\.daily first"):
            await settled.rebuild()
        assert await settled.owner.fetchval(f"SELECT count(*) FROM {name}.daily") > 0
        assert await settled.schemas_beside() == []
    finally:
        await settled.owner.execute(f"DROP SCHEMA {name} CASCADE")

    assert (await settled.rebuild()).state is State.SWAPPED
