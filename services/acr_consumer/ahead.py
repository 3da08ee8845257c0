"""Fetches the next batch while the former one is settled. Settles nothing.

What was fetched may be of a partition that is taken over anew meanwhile: such records are left out, for
it is read again from where the database says.
"""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Protocol

from acr_kafka.records import LogRecord


class BatchSource(Protocol):
    """Where records come from."""

    async def next_batch(self, records_max: int, wait_seconds: float) -> list[LogRecord]:
        """Give the next records, or none after the wait."""


@dataclass(slots=True)
class Ahead:
    """Reads one batch ahead. It changes with every batch: ``kept`` is fetched and not yet given."""

    source: BatchSource
    records_max: int
    wait_seconds: float
    kept: list[LogRecord] = field(default_factory=list)
    fetching: "asyncio.Task[list[LogRecord]] | None" = None

    async def next_batch(self) -> list[LogRecord]:
        """Give the next records, or none after the wait; behind some, the next fetch begins.

        Raises:
            Unavailable: if the brokers cannot be read from.
        """
        batch = await self._fetched()
        if batch:
            self.fetching = asyncio.create_task(
                self.source.next_batch(self.records_max, self.wait_seconds)
            )
            # Where the loop ends by another error, nobody asks what became of it.
            self.fetching.add_done_callback(lambda done: done.cancelled() or done.exception())
        return batch

    async def leave_out(self, partitions: Collection[int]) -> None:
        """Wait for what is on its way, and keep of it what is not of these partitions.

        Raises:
            Unavailable: if the brokers cannot be read from.
        """
        if self.kept or self.fetching is not None:
            fetched = await self._fetched()
            self.kept = [each for each in fetched if each.position.partition not in partitions]

    def end(self) -> None:
        """Fetch no more."""
        if self.fetching is not None:
            self.fetching.cancel()

    async def _fetched(self) -> list[LogRecord]:
        kept, self.kept = self.kept, []
        if kept:
            return kept
        fetching, self.fetching = self.fetching, None
        if fetching is not None:
            return await fetching
        return await self.source.next_batch(self.records_max, self.wait_seconds)
