"""Reads the results of one partner in the order of each partition, from wherever a reader stopped.

Commits become visible out of order, so no time and no sequence can say where a reader stands. A
place in each partition of the log can: batches of a partition are settled one after another, each
with its position in the same transaction, so that below a partition's `next_offset` nothing is
missing and nothing will ever be added. A database that is built anew has the same places.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from acr_domain.topics import submissions_topic
from acr_postgres.pool import database_trouble, query
from acr_postgres.rows import outcome
from acr_postgres.status import SettledSubmission

# More arrivals of one partition than this are not searched for their partners: everybody is told.
NEWS_ARRIVALS_MAX = 20_000

Places = Mapping[int, int]
"""For each partition the offset up to which all is given; a partition without one begins at 0."""


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Results in an order that keeps that of each partition, and the places behind them.

    ``more`` says that there may be more at once.
    """

    results: tuple[SettledSubmission, ...]
    places: Places
    more: bool


@dataclass(frozen=True, slots=True)
class FeedNews:
    """Where the partitions stand, and whose results are new; None: perhaps everybody's."""

    places: Places
    partners: frozenset[str] | None


class FeedStore:
    """Reads; never writes."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Wrap a pool whose role can only read."""
        self._pool = pool

    async def page(self, registry: str, partner_id: str, places: Places, limit: int) -> FeedPage:
        """Give the next results of a partner, at most ``limit``.

        Raises:
            Unavailable: if the database does not answer.
        """
        with database_trouble():
            rows = await self._pool.fetch(
                query("feed_page"),
                registry,
                partner_id,
                list(places),
                list(places.values()),
                limit,
            )
        topic = submissions_topic(registry)
        results = tuple(
            SettledSubmission(registry, outcome(row, topic), row["received_at"], row["settled_at"])
            for row in rows
            if row["log_offset"] is not None
        )
        reached, more = _behind(rows, limit)
        return FeedPage(results, {**places, **reached}, more)

    async def news(self, registry: str, seen: Places) -> FeedNews:
        """Tell whose arrivals were settled beyond the places seen.

        Raises:
            Unavailable: if the database does not answer.
        """
        with database_trouble():
            rows = await self._pool.fetch(
                query("feed_news"), registry, list(seen), list(seen.values()), NEWS_ARRIVALS_MAX
            )
        partners: set[str] | None = set()
        for row in rows:
            named = row["partners"]
            partners = None if partners is None or named is None else partners.union(named)
        return FeedNews(
            {row["partition"]: row["next_offset"] for row in rows},
            None if partners is None else frozenset(partners),
        )

    async def places(self, registry: str) -> Places:
        """Give the places behind all that is settled.

        Raises:
            Unavailable: if the database does not answer.
        """
        return (await self.news(registry, {})).places

    async def places_since(self, registry: str, since: datetime) -> dict[int, int]:
        """Give the places from which on everything was received at ``since`` or later.

        Halves what lies below each place again and again: receipt grows with the offset, but for
        what the gateways' clocks differ by, which the caller takes off.

        Raises:
            Unavailable: if the database does not answer.
        """
        ends = dict(await self.places(registry))
        low, high = dict.fromkeys(ends, 0), ends
        while middles := {p: (low[p] + high[p]) // 2 for p in ends if low[p] < high[p]}:
            with database_trouble():
                rows = await self._pool.fetch(
                    query("received_near"), registry, list(middles), list(middles.values())
                )
            for row in rows:
                partition = row["partition"]
                if row["received_at"] is None or row["received_at"] >= since:
                    high[partition] = middles[partition]
                else:
                    low[partition] = middles[partition] + 1
        return low


def _behind(rows: Sequence[asyncpg.Record], limit: int) -> tuple[dict[int, int], bool]:
    """Give the place of each partition behind the rows given, and whether one may have more.

    Where all rows of the partner are given, what follows up to its next offset is others': passed over.
    """
    given: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row["log_offset"] is not None:
            given[row["place"]].append(row["log_offset"])
    reached, more = {}, False
    for row in rows:
        place, offsets = row["place"], given[row["place"]]
        if len(offsets) == row["ahead_count"] < limit:
            # A database that is being built anew may stand below what was given already.
            reached[place] = max(row["from_offset"], row["next_offset"])
        else:
            more = True
            reached[place] = offsets[-1] + 1 if offsets else row["from_offset"]
    return reached, more
