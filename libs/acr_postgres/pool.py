"""Connections, and what the database's errors mean to us."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from importlib import resources
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Poison, Unavailable
from acr_postgres.exact_times import use_exact_times
from acr_settings.settings import PostgresSettings

CLOSE_SECONDS_MAX = 5.0

Pool: TypeAlias = asyncpg.Pool
PoolConnection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection | PoolConnectionProxy[asyncpg.Record]"

# SQLSTATE classes (PostgreSQL manual, appendix A) of what this very data can never pass ...
_POISON_CLASSES = {
    "22": ErrorClass.DATA_EXCEPTION,
    "23": ErrorClass.INTEGRITY_VIOLATION,
    "54": ErrorClass.PROGRAM_LIMIT_EXCEEDED,
}
# ... and of what passes by itself: connection, rollback, resources, operator, system.
_UNAVAILABLE_CLASSES = frozenset({"08", "40", "53", "55", "57", "58"})
# ... a standby that has not been promoted yet, and transactions that the server gave up on.
_UNAVAILABLE_STATES = frozenset({"25006", "25P03", "25P04"})

# The last comes of a connection that the server ended while it was idle, and that is not closed yet.
_DRIVER_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


@asynccontextmanager
async def open_pool(
    settings: PostgresSettings, role: str, application_name: str, *, by_key: bool = False
) -> AsyncIterator[asyncpg.Pool]:
    """Make a pool whose sessions act as ``role``. Connects when first used, not before.

    ``by_key`` is for those whose every statement looks rows up by an index: tables are not read whole
    then, however small they are when PostgreSQL makes its plans (manual, 19.7.1).
    """
    timeout_ms = str(int(settings.statement_timeout_seconds * 1000))
    pool = asyncpg.create_pool(
        settings.dsn.get_secret_value(),
        min_size=0,
        max_size=settings.connections_max,
        timeout=settings.connect_timeout_seconds,
        init=use_exact_times,
        reset=_keep_session,
        command_timeout=settings.statement_timeout_seconds + 1,
        server_settings={
            "role": role,
            "application_name": application_name,
            "statement_timeout": timeout_ms,
            "idle_in_transaction_session_timeout": timeout_ms,
            "search_path": "acr",
            # Plans are kept, those of foreign keys as well: one made while a table is nearly empty
            # reads the whole of it ever after, until statistics are taken anew.
            "enable_seqscan": "off" if by_key else "on",
        },
    )
    await pool
    try:
        yield pool
    finally:
        await close_pool(pool)


def renewing(
    pool: asyncpg.Pool, note_health: Callable[[str | None], None]
) -> Callable[[str | None], None]:
    """Note a neighbour's health, and after trouble let the pool take up none of its old connections.

    What silenced one connection has silenced the others: each would cost its own wait for an answer.
    """

    def note(trouble: str | None) -> None:
        note_health(trouble)
        if trouble is not None:
            # It counts up a number only, and waits for nothing.
            expiring.append(asyncio.ensure_future(pool.expire_connections()))
            del expiring[:-1]

    expiring: list[asyncio.Future[None]] = []
    return note


@asynccontextmanager
async def connected(pool: asyncpg.Pool) -> AsyncIterator[PoolConnection]:
    """Take a connection. One that gave no answer in time is ended.

    asyncpg would wait as long again for the server to confirm that the statement is cancelled.
    """
    async with pool.acquire() as connection:
        try:
            yield connection
        except TimeoutError:
            connection.terminate()
            raise


@asynccontextmanager
async def transaction(pool: asyncpg.Pool) -> AsyncIterator[PoolConnection]:
    """Open a transaction; it commits when the block ends without an error.

    Where no answer came in time, it is the connection's end that takes it back.
    """
    async with connected(pool) as connection:
        open_one = connection.transaction()
        await open_one.start()
        try:
            yield connection
        except TimeoutError:
            raise
        except BaseException:
            # Where the server has ended the connection, there is nothing left to take back.
            with suppress(asyncpg.InterfaceError):
                await open_one.rollback()
            raise
        await open_one.commit()


async def close_pool(pool: asyncpg.Pool) -> None:
    """Close a pool, and do not wait long for a database that does not answer."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS_MAX):
            await pool.close()
    except (TimeoutError, OSError, *_DRIVER_ERRORS):
        pool.terminate()


async def _keep_session(_: asyncpg.Connection) -> None:
    """Leave out the usual reset between uses: nothing of ours changes a session's state."""


@contextmanager
def database_trouble() -> Iterator[None]:
    """Tell the database's errors as `Unavailable` or `Poison`; whatever else there is, is a bug.

    The server's own words are left out: they may quote values.
    """
    try:
        yield
    except asyncpg.PostgresError as error:
        state = error.sqlstate or ""
        if state[:2] in _UNAVAILABLE_CLASSES or state in _UNAVAILABLE_STATES:
            raise Unavailable(f"PostgreSQL: {type(error).__name__}") from error
        if state[:2] in _POISON_CLASSES:
            name = _POISON_CLASSES[state[:2]]
            raise Poison(name, f"PostgreSQL refuses a value ({state}).") from None
        raise
    except asyncpg.exceptions.ClientConfigurationError:
        raise
    except (OSError, TimeoutError, *_DRIVER_ERRORS) as error:
        if isinstance(error, ValueError):  # asyncpg's own DataError, raised before sending.
            raise Poison(ErrorClass.DATA_EXCEPTION, "A value does not fit its column.") from None
        raise Unavailable(f"PostgreSQL: {type(error).__name__}") from error


@functools.cache
def query(name: str) -> str:
    """Give a named query's text."""
    file = resources.files("acr_postgres").joinpath("queries", f"{name}.sql")
    return file.read_text(encoding="utf-8")
