"""The audit only grows, and says as whom the session logged in; so do acceptances."""

import asyncpg
import pytest

from acr_domain.errors import Poison
from acr_postgres.letters import LetterPlace, LetterStore, Look
from acr_postgres.pool import open_pool
from acr_settings.settings import PostgresSettings

LOOK = Look("ann", "dead-letters show --reveal", "ticket 4711")
PLACE = LetterPlace("lcsr", 3, 17)
CHANGES = [
    change
    for table in ("audit", "dead_letter_acceptances")
    for change in (
        f"UPDATE acr.{table} SET why = 'another'",
        f"DELETE FROM acr.{table}",
        f"TRUNCATE acr.{table}",
    )
]
FORGERIES = [
    (
        "INSERT INTO acr.audit (who, what, why, registry, partition, log_offset, session_name) "
        "VALUES ('a', 'b', 'c', 'lcsr', 0, 0, 'another')"
    ),
    (
        "INSERT INTO acr.audit (who, what, why, registry, partition, log_offset, at) "
        "VALUES ('a', 'b', 'c', 'lcsr', 0, 0, '1999-01-01')"
    ),
]


async def test_a_look_is_written_down_with_time_and_session(
    writer_pool: asyncpg.Pool, database: asyncpg.Connection
) -> None:
    await LetterStore(writer_pool).audit(LOOK, PLACE)

    row = await database.fetchrow(
        "SELECT *, at BETWEEN now() - interval '1 minute' AND now() + interval '1 minute' AS fresh, "
        "session_name = session_user AND session_name <> 'acr_writer' AS login "
        "FROM acr.audit ORDER BY audit_id DESC LIMIT 1"
    )

    assert row is not None
    assert (row["who"], row["what"], row["why"]) == (LOOK.who, LOOK.what, LOOK.why)
    assert (row["registry"], row["partition"], row["log_offset"]) == ("lcsr", 3, 17)
    assert row["fresh"]
    assert row["login"]


@pytest.mark.parametrize("statement", [*CHANGES, *FORGERIES])
@pytest.mark.parametrize("role", ["acr_writer", "acr_reader"])
async def test_neither_role_changes_deletes_or_forges_a_row(
    prepared: None, postgres_settings: PostgresSettings, role: str, statement: str
) -> None:
    async with open_pool(postgres_settings, role, "test") as pool:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(statement)


@pytest.mark.parametrize("statement", CHANGES)
async def test_not_even_the_owner_does_so_by_mistake(
    database: asyncpg.Connection, statement: str
) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="never changed"):
        await database.execute(statement)


@pytest.mark.parametrize("look", [Look("", "w", "y"), Look("w", "w", " "), Look("w", "", "y")])
async def test_nobody_looks_without_a_name_and_a_reason(
    writer_pool: asyncpg.Pool, look: Look
) -> None:
    with pytest.raises(Poison):
        await LetterStore(writer_pool).audit(look, PLACE)
