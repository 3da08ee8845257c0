"""Few rows go in by a prepared INSERT, many by COPY: the tables cannot tell the difference."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from acr_domain.errors import Poison, Unavailable
from acr_postgres import projected_rows
from acr_postgres.exact_times import use_exact_times
from acr_postgres.pool import database_trouble
from acr_postgres.projected_rows import TypedTables, insert_rows
from acr_registries.catalogue import load_registries
from acr_registries.examination import examine
from acr_registries.examples import RECEIVED_AT, read_submissions
from acr_registries.projection import Projection, open_projection
from acr_registries.projection_rows import Projected, project
from acr_registries.reading import read_contents
from acr_settings.settings import PostgresSettings
from acr_testkit.phantoms.samples import kept_as
from acr_testkit.samples import as_bytes

BY_INSERT, BY_COPY = 10**6, 0
LCSR = load_registries()["lcsr"]
ALL = 'SELECT * FROM lcsr."{}" ORDER BY 1, 2, 3'
# Other tests share the database, and leave records of their own.
OURS = "SELECT count(*) FROM lcsr.submissions WHERE header_id = ANY($1::uuid[])"


@pytest.fixture
async def connection(
    prepared: None, postgres_settings: PostgresSettings
) -> AsyncIterator[asyncpg.Connection]:
    """A transaction of a consumer's rights, rolled back at the end."""
    opened = await asyncpg.connect(postgres_settings.dsn.get_secret_value())
    await use_exact_times(opened)
    transaction = opened.transaction()
    await transaction.start()
    yield opened
    await transaction.rollback()
    await opened.close()


def examples() -> Projected:
    made = []
    for number, example in enumerate(read_submissions(LCSR.package, "valid").values(), 1):
        body = as_bytes(example)
        findings = examine(LCSR, read_contents(LCSR, body, {}), RECEIVED_AT)
        made.append(kept_as(body, registry="lcsr", record=number, findings=findings))
    return project(open_projection(LCSR), made)


def one_row(projection: Projection, **changes: Any) -> Projected:
    """Give a root row of which some columns hold something else."""
    made = examples()
    columns = [column.name for column in projection.tables["submissions"].all_columns]
    row = dict(zip(columns, made.rows["submissions"][0], strict=True)) | changes
    return Projected(projection, made.keys[:1], {"submissions": [tuple(row.values())]})


async def test_rows_are_the_same_by_insert_and_by_copy(
    connection: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, held = examples(), []
    assert sum(map(len, made.rows.values())) > 10, "equality of less would prove little"

    for least in (BY_INSERT, BY_COPY):
        monkeypatch.setattr(projected_rows, "ROWS_COPIED_MIN", least)
        assert await TypedTables().replace_rows(connection, made)
        held.append([await connection.fetch(ALL.format(table)) for table in made.rows])

    assert held[0] == held[1]


@pytest.mark.parametrize("least", [BY_INSERT, BY_COPY])
@pytest.mark.parametrize(
    "wrong", [{"version_no": "one"}, {"version_no": 2**70}, {"received_at": "now"}, {"appid": "\0"}]
)
async def test_a_value_that_no_column_takes_is_poison_either_way(
    connection: asyncpg.Connection,
    monkeypatch: pytest.MonkeyPatch,
    least: int,
    wrong: dict[str, Any],
) -> None:
    monkeypatch.setattr(projected_rows, "ROWS_COPIED_MIN", least)

    with pytest.raises(Poison), database_trouble():
        await insert_rows(connection, one_row(open_projection(LCSR), **wrong))


async def test_tables_that_were_seen_are_still_asked_for_their_shape(
    connection: asyncpg.Connection,
) -> None:
    tables, made = TypedTables(), examples()
    assert await tables.replace_rows(connection, made)
    assert await tables.replace_rows(connection, made)
    ids = [key.header_id for key in made.keys]
    assert await connection.fetchval(OURS, ids) == len(ids)

    await connection.execute("UPDATE acr.projections SET shape = '' WHERE registry = 'lcsr'")

    with pytest.raises(Unavailable, match="another shape"):
        await tables.replace_rows(connection, made)
    assert not tables.seen


@pytest.mark.parametrize(
    "lose", ["DROP SCHEMA lcsr CASCADE", "DELETE FROM acr.projections WHERE registry = 'lcsr'"]
)
async def test_tables_that_are_gone_are_trouble_once_and_then_asked_for_again(
    connection: asyncpg.Connection, lose: str
) -> None:
    tables, made = TypedTables(), examples()
    await tables.replace_rows(connection, made)
    await connection.execute("DELETE FROM acr.projections WHERE registry = 'lcsr'")
    await connection.execute(lose)

    with pytest.raises(Unavailable, match="are gone"):
        async with connection.transaction():
            await tables.replace_rows(connection, made)

    assert not await tables.replace_rows(connection, made)
    assert not tables.seen
