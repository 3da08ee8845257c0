"""The examples of every registry in its typed tables, as the reader sees them through its views."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import asyncpg
import pytest

from acr_domain.submission import Submission
from acr_postgres.exact_times import use_exact_times
from acr_postgres.projected_rows import replace_rows
from acr_registries.catalogue import load_registries
from acr_registries.examination import examine
from acr_registries.examples import RECEIVED_AT, read_submissions
from acr_registries.projection import ROOT, Projection, open_projection
from acr_registries.projection_rows import project
from acr_registries.reading import read_contents
from acr_registries.registry import Registry
from acr_settings.settings import PostgresSettings
from acr_testkit.phantoms.samples import kept_as
from acr_testkit.samples import as_bytes


@dataclass(frozen=True, slots=True)
class Filled:
    """A transaction in which a registry's tables hold its examples, and what these are."""

    connection: asyncpg.Connection
    projection: Projection
    examples: list[Submission]

    async def names(self, kind: str) -> list[str]:
        """List the tables (r) or views (v) of the schema."""
        rows = await self.connection.fetch(
            "SELECT relname FROM pg_class WHERE relnamespace = $1::text::regnamespace "
            'AND relkind = $2::text::"char" ORDER BY 1',
            self.projection.schema,
            kind,
        )
        return [row["relname"] for row in rows]


def examples_of(registry: Registry) -> list[Submission]:
    """Give the valid examples, each as the version of a record of its own."""
    made = []
    for number, example in enumerate(read_submissions(registry.package, "valid").values(), 1):
        body = as_bytes(example)
        findings = examine(registry, read_contents(registry, body, {}), RECEIVED_AT)
        made.append(kept_as(body, registry=registry.name, record=number, findings=findings))
    return made


@pytest.fixture(params=sorted(load_registries()))
async def filled(
    request: pytest.FixtureRequest, prepared: None, postgres_settings: PostgresSettings
) -> AsyncIterator[Filled]:
    registry = load_registries()[request.param]
    projection, examples = open_projection(registry), examples_of(registry)
    connection = await asyncpg.connect(postgres_settings.dsn.get_secret_value())
    await use_exact_times(connection)
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute("SET LOCAL ROLE acr_writer")
    projected = project(projection, examples)
    assert projected.unreadable == 0
    assert await replace_rows(connection, projected)
    await connection.execute("SET LOCAL ROLE acr_reader")
    yield Filled(connection, projection, examples)
    await transaction.rollback()
    await connection.close()


async def test_every_example_has_its_rows(filled: Filled) -> None:
    keys = [each.key.header_id for each in filled.examples]
    due = project(filled.projection, filled.examples)

    for table in filled.projection.tables:
        found = await filled.connection.fetchval(
            f"SELECT count(*) FROM {filled.projection.schema}.{table} "
            "WHERE partner_id = 'ndsc' AND header_id = ANY ($1::uuid[])",
            keys,
        )
        assert found == len(due.rows[table]), table
    assert len(due.rows[ROOT]) == len(filled.examples)


async def test_the_examples_fill_every_table_of_the_registry(filled: Filled) -> None:
    due = project(filled.projection, filled.examples)

    assert [table for table, rows in due.rows.items() if not rows] == []


async def test_every_view_can_be_read_to_its_end(filled: Filled) -> None:
    for view in await filled.names("v"):
        await filled.connection.fetch(f"SELECT * FROM {filled.projection.schema}.{view}")


async def test_codes_of_columns_have_their_meaning_in_the_list_that_their_comment_names(
    filled: Filled,
) -> None:
    schema = filled.projection.schema
    rows = await filled.connection.fetch(f"SELECT list, code FROM {schema}.codes")
    listed = {(row["list"], row["code"]) for row in rows}
    for table in filled.projection.tables.values():
        for column in table.columns:
            if " Codes: list " not in column.comment:
                continue
            name = column.comment.partition(" Codes: list ")[2].partition(".")[0]
            many = column.sql_type.endswith("[]")
            value = f'unnest("{column.name}")' if many else f'"{column.name}"::text'
            found = await filled.connection.fetch(
                f"SELECT DISTINCT {value} AS code FROM {schema}.{table.name} "
                "WHERE partner_id = 'ndsc'"
            )
            used = {(name, row["code"]) for row in found if row["code"] is not None}
            assert used <= listed, (table.name, column.name)
