"""Crashes and standstills between two effects, on purpose. Decides nothing else."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg

from acr_domain.submission import LogPosition
from acr_kafka.records import NewRecord
from acr_postgres.settlement import Settlement, SettlementStore
from acr_settling.announcing import Log


class Crash(BaseException):
    """The process ends here. No Exception, so that no handler survives it by accident."""


class CrashingLog:
    """Lets some appends pass and crashes at the next one, before it or right behind it."""

    def __init__(self, log: Log, appends: int, *, behind: bool = False) -> None:
        """Let ``appends`` appends pass; with ``behind`` the one after them is appended too."""
        self._log = log
        self._left = appends
        self._behind = behind

    async def append_all(self, records: Sequence[NewRecord]) -> list[LogPosition]:
        """Append, or crash."""
        self._left -= 1
        if self._left >= 0:
            return await self._log.append_all(records)
        if self._behind:
            await self._log.append_all(records)
        raise Crash


class SuspendableStore(SettlementStore):
    """Stands still once in each batch until it is told to go on, as SIGSTOP would do.

    It does so before the batch's transaction, or with ``inside`` between its statements and its
    commit.
    """

    def __init__(
        self, pool: asyncpg.Pool, registry: str, topic: str, consumer: str, *, inside: bool
    ) -> None:
        """Take what the real store takes, and where to stand still."""
        super().__init__(pool, registry, topic, consumer)
        self._inside = inside
        self.suspended = asyncio.Event()
        self.go_on = asyncio.Event()

    @asynccontextmanager
    async def settlement(self) -> AsyncIterator[Settlement]:
        """Open the transaction of one batch, late or slow."""
        if not self._inside:
            await self._stand_still()
        async with super().settlement() as settlement:
            yield settlement
            if self._inside:
                await self._stand_still()

    async def _stand_still(self) -> None:
        self.suspended.set()
        await self.go_on.wait()
