"""What the database's errors mean to us: come back later, or never."""

import asyncpg
import pytest

from acr_domain.errors import Fenced, Poison, Unavailable
from acr_postgres.pool import database_trouble

SECRET = "m1ller"


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.ConnectionDoesNotExistError(SECRET),
        asyncpg.SerializationError(SECRET),
        asyncpg.DeadlockDetectedError(SECRET),
        asyncpg.TooManyConnectionsError(SECRET),
        asyncpg.DiskFullError(SECRET),
        asyncpg.LockNotAvailableError(SECRET),
        asyncpg.QueryCanceledError(SECRET),
        asyncpg.AdminShutdownError(SECRET),
        asyncpg.ReadOnlySQLTransactionError(SECRET),
        asyncpg.InterfaceError(SECRET),
        # The server ended an idle connection, whose end has not come through yet.
        asyncpg.InternalClientError(SECRET),
        ConnectionRefusedError(SECRET),
        TimeoutError(SECRET),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_passes_by_itself_is_unavailable(error: Exception) -> None:
    with pytest.raises(Unavailable) as caught, database_trouble():
        raise error

    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "error_class"),
    [
        (asyncpg.CharacterNotInRepertoireError(SECRET), "data-exception"),
        (asyncpg.UniqueViolationError(SECRET), "integrity-violation"),
        (asyncpg.CheckViolationError(SECRET), "integrity-violation"),
        (asyncpg.ProgramLimitExceededError(SECRET), "program-limit-exceeded"),
        (asyncpg.DataError(SECRET), "data-exception"),
        (asyncpg.exceptions._base.DataError(SECRET), "data-exception"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_this_data_can_never_pass_is_poison(error: Exception, error_class: str) -> None:
    with pytest.raises(Poison) as caught, database_trouble():
        raise error

    assert caught.value.error_class == error_class
    assert SECRET not in caught.value.reason
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    "error",
    [asyncpg.UndefinedTableError("x"), asyncpg.InsufficientPrivilegeError("x"), Fenced("x")],
    ids=lambda error: type(error).__name__,
)
def test_anything_else_is_passed_on_as_it_is(error: Exception) -> None:
    with pytest.raises(type(error)), database_trouble():
        raise error
