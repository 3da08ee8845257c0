"""Tells open feeds that there is news, by one look at the database for all that wait. Reads no results.

Looking is shared: a process asks once each turn and registry while anybody listens, however many do.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator
from typing import Protocol

import structlog

from acr_domain.errors import Unavailable
from acr_postgres.feed import FeedNews, Places

log = structlog.get_logger()


class NewsSource(Protocol):
    """What the watch needs of the database."""

    async def news(self, registry: str, seen: Places) -> FeedNews:
        """Tell where the partitions stand and whose results are new."""


class FeedWatch:
    """The listeners of one registry, and the look that wakes them."""

    def __init__(self, source: NewsSource, registry: str, poll_seconds: float) -> None:
        """Nothing looks until somebody listens."""
        self._source = source
        self._registry = registry
        self._poll_seconds = poll_seconds
        self._listeners: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._looking: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def listen(self, partner_id: str) -> Iterator[asyncio.Event]:
        """Give an event that is set when there may be news of a partner.

        Whoever listens clears it, then reads, then waits: news after the reading sets it again.
        """
        event = asyncio.Event()
        self._listeners[partner_id].add(event)
        if self._looking is None:
            self._looking = asyncio.create_task(self._look())
            self._looking.add_done_callback(self._note_end)
        try:
            yield event
        finally:
            self._listeners[partner_id].discard(event)
            if not self._listeners[partner_id]:
                del self._listeners[partner_id]
            if not self._listeners and self._looking is not None:
                self._looking.cancel()
                self._looking = None

    def wake_all(self) -> None:
        """Let every listener look for itself."""
        for events in self._listeners.values():
            for event in events:
                event.set()

    async def _look(self) -> None:
        seen: Places = {}
        while True:
            # First: what is settled meanwhile is told by the first look, which wakes everybody.
            await asyncio.sleep(self._poll_seconds)
            with contextlib.suppress(Unavailable):
                news = await self._source.news(self._registry, seen)
                self._wake(news.partners)
                seen = news.places

    def _wake(self, partners: frozenset[str] | None) -> None:
        if partners is None:
            self.wake_all()
            return
        for partner_id in partners & self._listeners.keys():
            for event in self._listeners[partner_id]:
                event.set()

    def _note_end(self, ended: "asyncio.Task[None]") -> None:
        """Go on after a fault: a listener that nobody wakes would wait for ever."""
        if ended.cancelled() or ended is not self._looking:
            return
        fault = ended.exception()
        log.error("feed_watch_failed", registry=self._registry, error=type(fault).__name__)
        self.wake_all()
        self._looking = asyncio.create_task(self._look())
        self._looking.add_done_callback(self._note_end)
