"""What each error of a real server means to us: try again, a dead letter, or a bug."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import asyncpg
import pytest
from pydantic import SecretStr

from acr_domain.errors import Poison, Unavailable
from acr_localstack.ports import free_port
from acr_localstack.postgres import PostgresServer
from acr_postgres.pool import database_trouble, open_pool, renewing
from acr_settings.settings import PostgresSettings

SECRET = "Mustermann"
CONNECTIONS_MAX = 8  # What the tests' own server is started with.
NUL = f"{SECRET}\0"

POISONS: dict[str, tuple[str, list[object], str]] = {
    "22021 NUL in text": ("SELECT $1::text", [NUL], "data-exception"),
    "22P02 no number": (f"SELECT '{SECRET}'::integer", [], "data-exception"),
    "22003 too large": ("SELECT 1::integer * 3000000000::bigint::integer", [], "data-exception"),
    "22P05 NUL in jsonb": ("SELECT $1::jsonb", ['"\\u0000"'], "data-exception"),
    "23505 twice": (
        f"INSERT INTO unique_text VALUES ('{SECRET}'), ('{SECRET}')",
        [],
        "integrity-violation",
    ),
    "54000 index row": (
        "INSERT INTO unique_text SELECT string_agg(md5(n::text), '') FROM generate_series(1, 900) n",
        [],
        "program-limit-exceeded",
    ),
    "asyncpg's own check": ("SELECT $1::integer", [2**40], "data-exception"),
    "asyncpg's own type check": ("SELECT $1::text", [7], "data-exception"),
    "lone surrogate": ("SELECT $1::text", ["\ud800"], "data-exception"),
}
PASSING = (
    "08006 25006 25P03 25P04 40001 40P01 53100 53200 53300 55P03 57014 57P01 57P02 57P03 58030"
)
BUGS = {
    "42P01": ("SELECT * FROM no_such_table", asyncpg.UndefinedTableError),
    "42601": ("SELEC", asyncpg.PostgresSyntaxError),
}


@pytest.fixture
async def pool(own: PostgresSettings) -> AsyncIterator[asyncpg.Pool]:
    async with open_pool(own, "none", "test-trouble") as pool:
        yield pool


@pytest.fixture
async def admin(server: PostgresServer) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(server.dsn)
    await connection.execute("CREATE TABLE IF NOT EXISTS unique_text (it text PRIMARY KEY)")
    yield connection
    await connection.close()


@pytest.mark.parametrize("case", POISONS)
async def test_a_value_that_the_server_can_never_take_is_poison_and_is_not_quoted(
    pool: asyncpg.Pool, admin: asyncpg.Connection, case: str
) -> None:
    statement, values, error_class = POISONS[case]

    with pytest.raises(Poison) as caught, database_trouble():
        await pool.execute(statement.replace("unique_text", "public.unique_text"), *values)

    assert caught.value.error_class == error_class
    assert SECRET not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("state", PASSING.split())
async def test_what_passes_by_itself_is_unavailable(pool: asyncpg.Pool, state: str) -> None:
    with pytest.raises(Unavailable, match=r"^PostgreSQL: \w+$") as caught:
        await _execute(pool, f"DO $$ BEGIN RAISE '{SECRET}' USING ERRCODE = '{state}'; END $$")

    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("case", BUGS)
async def test_a_statement_that_is_wrong_is_a_bug(pool: asyncpg.Pool, case: str) -> None:
    statement, error = BUGS[case]

    with pytest.raises(error), database_trouble():
        await pool.execute(statement)


async def test_a_refused_connection_is_unavailable(own: PostgresSettings) -> None:
    nobody = SecretStr(f"postgresql://acr_owner@127.0.0.1:{free_port()}/acr")
    async with open_pool(own.model_copy(update={"dsn": nobody}), "none", "test") as pool:
        with pytest.raises(Unavailable, match=r"^PostgreSQL: ConnectionRefusedError$"):
            await _execute(pool, "SELECT 1")


async def test_a_server_that_takes_no_connection_in_time_is_unavailable(
    own: PostgresSettings, server: PostgresServer
) -> None:
    hasty = own.model_copy(update={"connect_timeout_seconds": 0.5})
    server.suspend()
    try:
        async with open_pool(hasty, "none", "test") as pool:
            with pytest.raises(Unavailable, match=r"^PostgreSQL: TimeoutError$"):
                await _execute(pool, "SELECT 1")
    finally:
        server.resume()


async def test_a_session_ended_by_an_administrator_is_unavailable_and_then_replaced(
    pool: asyncpg.Pool, admin: asyncpg.Connection
) -> None:
    pid = await pool.fetchval("SELECT pg_backend_pid()")
    asleep = asyncio.create_task(_execute(pool, "SELECT pg_sleep(30)"))
    while not await admin.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND state = 'active'", pid
    ):
        pass

    await admin.execute("SELECT pg_terminate_backend($1)", pid)

    with pytest.raises(Unavailable, match=r"AdminShutdownError|ConnectionDoesNotExistError"):
        await asleep
    assert await pool.fetchval("SELECT 1") == 1


async def test_a_statement_that_takes_too_long_is_unavailable(own: PostgresSettings) -> None:
    hasty = own.model_copy(update={"statement_timeout_seconds": 0.2})
    async with open_pool(hasty, "none", "test") as pool:
        with pytest.raises(Unavailable, match=r"^PostgreSQL: QueryCanceledError$"):
            await _execute(pool, "SELECT pg_sleep(5)")


async def test_a_transaction_left_idle_too_long_is_unavailable(
    own: PostgresSettings, admin: asyncpg.Connection
) -> None:
    hasty = own.model_copy(update={"statement_timeout_seconds": 0.2})
    ended = "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name = 'test-idle'"

    async def stand_still(pool: asyncpg.Pool) -> None:
        with database_trouble():
            async with pool.acquire() as connection, connection.transaction():
                await connection.execute("SELECT 1")
                while not await admin.fetchval(ended):
                    pass
                await connection.execute("SELECT 1")

    async with open_pool(hasty, "none", "test-idle") as pool:
        with pytest.raises(Unavailable, match=r"^PostgreSQL: "):
            await stand_still(pool)


async def test_too_many_connections_are_unavailable(
    own: PostgresSettings, pool: asyncpg.Pool, server: PostgresServer
) -> None:
    plain = own.dsn.get_secret_value().replace("acr_owner@", "test_plain@")
    admin = await asyncpg.connect(server.dsn)
    await admin.execute("DROP ROLE IF EXISTS test_plain; CREATE ROLE test_plain LOGIN")
    await admin.close()
    settings = own.model_copy(update={"dsn": SecretStr(plain)})
    others: list[asyncpg.Connection] = []
    try:
        with contextlib.suppress(asyncpg.TooManyConnectionsError):
            while len(others) < CONNECTIONS_MAX:
                others.append(await asyncpg.connect(plain))
        async with open_pool(settings, "none", "test") as crowded:
            with pytest.raises(Unavailable, match=r"^PostgreSQL: TooManyConnectionsError$"):
                await _execute(crowded, "SELECT 1")
    finally:
        for other in others:
            await other.close()


async def test_a_read_only_server_is_unavailable(pool: asyncpg.Pool) -> None:
    with pytest.raises(Unavailable, match="ReadOnly"), database_trouble():
        async with pool.acquire() as connection, connection.transaction(readonly=True):
            await connection.execute("CREATE TABLE public.another ()")


async def test_a_deadlock_is_unavailable(pool: asyncpg.Pool, admin: asyncpg.Connection) -> None:
    await admin.execute("CREATE TABLE IF NOT EXISTS one (); CREATE TABLE IF NOT EXISTS other ()")

    async def lock(first: str, second: str, met: asyncio.Barrier) -> None:
        with database_trouble():
            async with pool.acquire() as connection, connection.transaction():
                await connection.execute(f"LOCK TABLE public.{first}")
                await met.wait()
                await connection.execute(f"LOCK TABLE public.{second}")

    met = asyncio.Barrier(2)
    results = await asyncio.gather(
        lock("one", "other", met), lock("other", "one", met), return_exceptions=True
    )

    (error,) = [each for each in results if each is not None]
    assert isinstance(error, Unavailable)
    assert str(error) == "PostgreSQL: DeadlockDetectedError"


async def test_a_server_that_is_killed_and_started_again_serves_the_same_pool(
    pool: asyncpg.Pool, server: PostgresServer
) -> None:
    await pool.execute("SELECT 1")
    await asyncio.to_thread(server.kill)
    for _ in range(2):
        with pytest.raises(Unavailable):
            await _execute(pool, "SELECT 1")
    await asyncio.to_thread(server.start)

    assert await pool.fetchval("SELECT 1") == 1


async def _execute(pool: asyncpg.Pool, statement: str) -> None:
    with database_trouble():
        await pool.execute(statement)


async def test_after_trouble_no_connection_of_before_is_taken_up(pool: asyncpg.Pool) -> None:
    told: list[str | None] = []
    note = renewing(pool, told.append)
    former = await pool.fetchval("SELECT pg_backend_pid()")
    note(None)
    assert await pool.fetchval("SELECT pg_backend_pid()") == former

    note("PostgreSQL: TimeoutError")
    await asyncio.sleep(0)

    assert await pool.fetchval("SELECT pg_backend_pid()") != former
    assert told == [None, "PostgreSQL: TimeoutError"]
