"""Makes dead letters that can be mended, and redrives them, on real neighbours. For tests only."""

import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from acr_domain.amending import Deed, Kind
from acr_kafka.positions import open_position_reader
from acr_postgres.amending import AmendmentStore
from acr_postgres.letters import LetterFilter, LetterState, LetterStore
from acr_settling.amending import Amender
from acr_settling.announcing import Log
from acr_settling.redriving import Redriven, Redriver
from acr_testkit.consuming import Bench

OPEN = (LetterState.OPEN,)


@dataclass(frozen=True, slots=True)
class Faulty:
    """A database that refuses one record's versions, until it is mended."""

    owner: asyncpg.Connection
    registry: str
    header_id: str

    async def begin(self) -> None:
        """Refuse from now on."""
        await self.owner.execute(
            f"ALTER TABLE acr.versions_{self.registry} "
            f"ADD CONSTRAINT faulty CHECK (header_id <> '{self.header_id}')"
        )

    async def mend(self) -> None:
        """Take what was refused."""
        await self.owner.execute(f"ALTER TABLE acr.versions_{self.registry} DROP CONSTRAINT faulty")


@dataclass(frozen=True, slots=True)
class Redriving:
    """Whoever redrives a bench's letters; ``log`` is where amendments are announced."""

    bench: Bench
    pool: asyncpg.Pool
    log: Log

    @property
    def letters(self) -> LetterStore:
        """The letters of all registries."""
        return LetterStore(self.pool)

    @property
    def store(self) -> AmendmentStore:
        """The amendments of the bench's registry."""
        return AmendmentStore(self.pool, self.bench.registry, self.bench.topic)

    @asynccontextmanager
    async def redriver(
        self, *, dry: bool = False, tell_senders: bool = False
    ) -> AsyncIterator[Redriver]:
        """Open a redriver."""
        deed = Deed(Kind.REDRIVEN, str(uuid.uuid4()), "ann", "mended", None, tell_senders)
        amender = Amender(self.store, self.log, deed)
        async with open_position_reader(self.bench.kafka, self.bench.topic, "test") as reader:
            yield Redriver(self.bench.registry, amender, reader, dry=dry)

    async def redrive(self, *, dry: bool = False, tell_senders: bool = False) -> list[Redriven]:
        """Redrive all that is open."""
        async with self.redriver(dry=dry, tell_senders=tell_senders) as redriver:
            found = self.letters.find(LetterFilter((self.bench.registry,), OPEN))
            return [each async for each in redriver.redrive(found)]

    async def states(self) -> Counter[str]:
        """Count the registry's letters by what became of them."""
        found = self.letters.find(LetterFilter((self.bench.registry,)))
        return Counter([each.state async for each in found])

    async def standing(self) -> list[tuple[int, str]]:
        """Tell what each arrival counts as, by offset."""
        rows = await self.pool.fetch(
            "SELECT log_offset, verdict FROM acr.standings WHERE registry = $1 ORDER BY 1",
            self.bench.registry,
        )
        return [(row[0], row[1]) for row in rows]

    async def current(self) -> dict[str, int]:
        """Tell each record's current version."""
        rows = await self.pool.fetch(
            "SELECT header_id::text, current_version_no FROM acr.records WHERE registry = $1",
            self.bench.registry,
        )
        return {row[0]: row[1] for row in rows}
