"""The feed's source in memory, over the tables of the fake store; one suite holds it to the database."""

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from acr_domain.errors import Unavailable
from acr_domain.judgement import Outcome
from acr_postgres.feed import FeedNews, FeedPage, Places
from acr_postgres.status import SettledSubmission
from acr_testkit.memory_store import MemoryDatabase
from acr_testkit.memory_tables import RowId
from acr_testkit.stories import RECEIVED_AT


@dataclass(slots=True)
class MemoryFeed:
    """Reads what is committed. ``away`` makes it fail as a database that does not answer.

    ``received_at`` holds times of receipt that differ from the stories' own; ``pages_read`` and
    ``looks`` count what was asked.
    """

    database: MemoryDatabase
    received_at: dict[RowId, datetime] = field(default_factory=dict)
    away: bool = False
    pages_read: int = 0
    looks: int = 0

    async def page(self, registry: str, partner_id: str, places: Places, limit: int) -> FeedPage:
        """Give the next results of a partner: one of each partition in turn."""
        self._check()
        await asyncio.sleep(0)  # A database always lets others run meanwhile.
        self.pages_read += 1
        ends = await self.places(registry)
        ahead = {p: self._ahead(p, partner_id, places.get(p, 0), ends[p], limit) for p in ends}
        turns = sorted((turn, p) for p in ahead for turn in range(len(ahead[p])))[:limit]
        reached, more = dict(places), False
        for p, rows in ahead.items():
            given = sum(1 for _, partition in turns if partition == p)
            if given == len(rows) < limit:
                reached[p] = max(places.get(p, 0), ends[p])
            else:
                more = True
                reached[p] = rows[given - 1].position.offset + 1 if given else places.get(p, 0)
        results = tuple(self._settled(registry, ahead[p][turn]) for turn, p in turns)
        return FeedPage(results, reached, more)

    async def news(self, registry: str, seen: Places) -> FeedNews:
        """Tell where the partitions stand and whose results are new."""
        self._check()
        self.looks += 1
        ends = await self.places(registry)
        if any(p not in seen or seen[p] > end for p, end in ends.items()):
            return FeedNews(ends, None)
        new = {
            outcome.key.partner_id
            for (p, offset), outcome in self.database.tables.arrivals.items()
            if outcome.key and p in ends and seen[p] <= offset < ends[p]
        }
        return FeedNews(ends, frozenset(new))

    async def places(self, registry: str) -> Mapping[int, int]:
        """Give the places behind all that is settled."""
        self._check()
        return {p: place.next_offset for p, place in self.database.tables.places.items()}

    async def places_since(self, registry: str, since: datetime) -> Mapping[int, int]:
        """Give the places from which on everything was received at a time or later."""
        found = dict(await self.places(registry))
        for row_id in sorted(self.database.tables.arrivals, reverse=True):
            if self.received_at.get(row_id, RECEIVED_AT) >= since:
                found[row_id[0]] = row_id[1]
        return found

    def _check(self) -> None:
        if self.away:
            raise Unavailable("the database is away")

    def _ahead(
        self, partition: int, partner_id: str, begin: int, end: int, limit: int
    ) -> list[Outcome]:
        arrivals = self.database.tables.arrivals
        found = (arrivals.get((partition, offset)) for offset in range(begin, end))
        own = (each for each in found if each and each.key and each.key.partner_id == partner_id)
        return list(itertools.islice(own, limit))

    def _settled(self, registry: str, outcome: Outcome) -> SettledSubmission:
        row_id = (outcome.position.partition, outcome.position.offset)
        received_at = self.received_at.get(row_id, RECEIVED_AT)
        return SettledSubmission(registry, outcome, received_at, received_at)
