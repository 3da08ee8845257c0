"""An index that comes to tables with rows: built once, beside services that go on writing."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from acr_postgres.migrations import migrate, read_migrations
from acr_settings.settings import PostgresSettings

REGISTRIES = ["one", "two"]
COLUMNS = "(registry, partner_id, partition, log_offset)"
SUFFIX = "registry_partner_id_partition_log_offset_idx"
BUILT = {f"acr.arrivals_{name}_{SUFFIX}" for name in REGISTRIES}
INSERT = """
INSERT INTO acr.arrivals (registry, partition, log_offset, submission_id, verdict, partner_id, received_at)
SELECT 'one', 0, n, gen_random_uuid(), 'created', 'p', now() FROM generate_series($1::int, $2) AS n
"""
STATE = """
SELECT 'acr.' || child.relname AS name, whole.indisvalid AND part.indisvalid AS is_valid
FROM pg_inherits
JOIN pg_class AS child ON child.oid = inhrelid
JOIN pg_index AS part ON part.indexrelid = inhrelid
JOIN pg_index AS whole ON whole.indexrelid = inhparent
WHERE inhparent = 'acr.arrivals_partner'::regclass
"""


async def require_whole(connection: asyncpg.Connection) -> None:
    """Check that the index is valid, and has under the same names what a new database has."""
    assert {(each["name"], each["is_valid"]) for each in await connection.fetch(STATE)} == {
        (name, True) for name in BUILT
    }


async def connected(settings: PostgresSettings) -> asyncpg.Connection:
    return await asyncpg.connect(settings.dsn.get_secret_value())


@pytest.fixture
async def owner(empty: PostgresSettings) -> AsyncIterator[asyncpg.Connection]:
    """A database with rows, to which the migration has just brought the index; its owner's connection."""
    await migrate(empty, REGISTRIES)
    connection = await connected(empty)
    await connection.execute("DROP INDEX acr.arrivals_partner")
    await connection.execute(INSERT, 0, 999)
    feed = next(each for each in read_migrations() if each.name.endswith("_results_feed.sql"))
    await connection.execute(feed.sql)
    yield connection
    await connection.close()


async def test_a_new_partition_has_the_index_from_the_start(empty: PostgresSettings) -> None:
    await migrate(empty, REGISTRIES)
    connection = await connected(empty)

    await require_whole(connection)
    await connection.close()


async def test_several_runs_at_once_build_it_once_where_rows_are(
    owner: asyncpg.Connection, empty: PostgresSettings
) -> None:
    done = await asyncio.gather(*(migrate(empty, REGISTRIES) for _ in range(3)))

    assert sorted(map(len, done)) == [0, 0, 2]
    assert {each for one in done for each in one} == BUILT
    await require_whole(owner)


async def test_what_a_run_left_behind_half_done_is_made_anew(
    owner: asyncpg.Connection, empty: PostgresSettings
) -> None:
    await owner.execute(f"CREATE INDEX CONCURRENTLY ON acr.arrivals_one {COLUMNS}")
    left = await owner.execute(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = $1::text::regclass",
        f"acr.arrivals_one_{SUFFIX}",
    )
    assert left == "UPDATE 1"

    await migrate(empty, REGISTRIES)

    await require_whole(owner)


async def test_what_a_run_left_behind_built_is_taken(
    owner: asyncpg.Connection, empty: PostgresSettings
) -> None:
    await owner.execute(f"CREATE INDEX CONCURRENTLY left_behind ON acr.arrivals_one {COLUMNS}")

    done = await migrate(empty, REGISTRIES)

    assert "acr.left_behind" in done


async def test_writers_go_on_while_it_waits_for_an_old_reader(
    owner: asyncpg.Connection, empty: PostgresSettings
) -> None:
    old = await connected(empty)
    reading = old.transaction(isolation="repeatable_read")
    await reading.start()
    await old.fetchval("SELECT count(*) FROM acr.schema_migrations")
    building = asyncio.create_task(migrate(empty, REGISTRIES))

    async def waits() -> bool:
        found: bool = await owner.fetchval(
            "SELECT EXISTS (SELECT FROM pg_stat_progress_create_index WHERE lockers_total > 0)"
        )
        return found

    while not await waits():
        assert not building.done()
    await owner.execute(INSERT, 1000, 1999)
    assert not building.done()
    await reading.rollback()
    await building

    await require_whole(owner)
    await old.close()
