"""The results feed of a partner: JSON pages with a cursor and long poll, or server-sent events.

Both read the same pages from the same places, so that a reader may change from one to the other.
"""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from acr_domain.errors import Unavailable
from acr_http.media_ranges import prefers
from acr_http.preferences import Waiting, read_waiting
from acr_http.problems import Kind, Problem
from acr_postgres.feed import FeedNews, FeedPage, Places
from acr_reader.cursor import write_cursor
from acr_reader.event_stream import (
    MEDIA_TYPE,
    event,
    heartbeat,
    reconnect_after,
    until_gone,
    write_events,
)
from acr_reader.feed_admission import FeedAdmission
from acr_reader.feed_request import FeedRequest, Start, read_request
from acr_reader.feed_watch import FeedWatch
from acr_reader.settled import settled_data
from acr_registries.registry import Registry
from acr_settings.settings import ReaderSettings
from acr_telemetry import metrics

JSON = "application/json"
PAGE, STREAM = "page", "stream"
STREAM_RESULTS = 50
RECONNECT_SECONDS = 2.0
TROUBLE_SECONDS = 1.0
# Pages read at once: the rest of the process's connections are for those who ask for one status.
READS_MAX = 2


class FeedSource(Protocol):
    """What the feeds need of the database."""

    async def page(self, registry: str, partner_id: str, places: Places, limit: int) -> FeedPage:
        """Give the next results of a partner."""

    async def news(self, registry: str, seen: Places) -> FeedNews:
        """Tell where the partitions stand and whose results are new."""

    async def places(self, registry: str) -> Places:
        """Give the places behind all that is settled."""

    async def places_since(self, registry: str, since: datetime) -> Places:
        """Give the places from which on everything was received at a time or later."""


class Feeds:
    """All open feeds of this process."""

    def __init__(
        self, settings: ReaderSettings, source: FeedSource, registries: Mapping[str, Registry]
    ) -> None:
        """Open none; nothing looks at the database until somebody waits."""
        self._settings = settings
        self._source = source
        self._registries = registries
        self._watches = {
            name: FeedWatch(source, name, settings.feed_poll_seconds) for name in registries
        }
        self._admission = FeedAdmission(settings.feeds_max, settings.feeds_per_partner_max)
        self._reads = asyncio.Semaphore(READS_MAX)
        self._draining = False

    def drain(self) -> None:
        """End every stream and every wait: their readers come again, to another process."""
        self._draining = True
        for watch in self._watches.values():
            watch.wake_all()

    async def results(self, request: Request) -> Response:
        """Answer with one page, or with a stream where `Accept` prefers events.

        Raises:
            Problem: 404 for an unknown registry, 400 for a bad parameter, 503 beyond the bounds.
        """
        registry = request.path_params["registry"]
        if registry not in self._registries:
            raise Problem(Kind.NOT_FOUND, f"The registries are: {', '.join(self._registries)}.")
        streamed = request.method == "GET" and prefers(
            request.headers.get("accept"), MEDIA_TYPE, JSON
        )
        last_event_id = request.headers.get("last-event-id") if streamed else None
        asked = read_request(registry, request.query_params, last_event_id)
        if streamed:
            return FeedStream(self, asked)
        with self._admission.one(registry, asked.partner_id, PAGE):
            return await self._page(request, asked)

    async def _page(self, request: Request, asked: FeedRequest) -> Response:
        waiting = read_waiting(
            request.headers.getlist("prefer"), 0, self._settings.wait_seconds_max
        )
        places = await self._begin(asked)
        if waiting.seconds > 0:
            page = await self._awaited(request, asked, places, waiting.seconds)
        else:
            page = await self._read(asked, places, asked.limit)
        metrics.FEED_RESULTS.labels(asked.registry, PAGE).inc(len(page.results))
        return _page_response(request, asked, page, waiting)

    async def _awaited(
        self, request: Request, asked: FeedRequest, places: Places, seconds: float
    ) -> FeedPage:
        """Read until there is something, the wait ends, we drain, or the reader has gone."""
        deadline = time.monotonic() + seconds
        gone = asyncio.create_task(until_gone(request.receive))
        try:
            with self._watches[asked.registry].listen(asked.partner_id) as news:
                gone.add_done_callback(lambda _: news.set())
                while True:
                    news.clear()
                    page = await self._read(asked, places, asked.limit)
                    left = deadline - time.monotonic()
                    if page.results or left <= 0 or self._draining or gone.done():
                        return page
                    places = page.places
                    await _set_within(news, left)
        finally:
            gone.cancel()

    async def stream(self, asked: FeedRequest, places: Places) -> AsyncGenerator[bytes]:
        """Give events for ever; ends when we drain. Trouble of the database is waited for."""
        beat_seconds = self._settings.feed_heartbeat_seconds
        yield reconnect_after(RECONNECT_SECONDS)
        spoken = time.monotonic()
        with self._watches[asked.registry].listen(asked.partner_id) as news:
            while not self._draining:
                news.clear()
                try:
                    page = await self._read(asked, places, min(asked.limit, STREAM_RESULTS))
                except Unavailable:
                    page = FeedPage((), places, more=False)
                    await _set_within(news, TROUBLE_SECONDS)
                    news.set()
                if page.results:
                    yield _events(asked, places, page)
                    metrics.FEED_RESULTS.labels(asked.registry, STREAM).inc(len(page.results))
                    spoken = time.monotonic()
                places = page.places
                if not page.more:
                    await _set_within(news, spoken + beat_seconds - time.monotonic())
                if time.monotonic() >= spoken + beat_seconds:
                    yield heartbeat(write_cursor(asked.registry, asked.partner_id, places))
                    spoken = time.monotonic()

    async def write(self, asked: FeedRequest, receive: Receive, send: Send) -> None:
        """Write a stream to its reader.

        Raises:
            Problem: 503 beyond the bounds, before anything is written.
        """
        with self._admission.one(asked.registry, asked.partner_id, STREAM):
            events = self.stream(asked, await self._begin(asked))
            await write_events(receive, send, events)

    async def _begin(self, asked: FeedRequest) -> Places:
        if isinstance(asked.begin, datetime):
            skew = timedelta(seconds=self._settings.clock_skew_seconds)
            return await self._source.places_since(asked.registry, asked.begin - skew)
        if isinstance(asked.begin, Start):
            latest = asked.begin is Start.LATEST
            return await self._source.places(asked.registry) if latest else {}
        return asked.begin

    async def _read(self, asked: FeedRequest, places: Places, limit: int) -> FeedPage:
        async with self._reads:
            with metrics.FEED_READ_SECONDS.labels(asked.registry).time():
                return await self._source.page(asked.registry, asked.partner_id, places, limit)


class FeedStream(Response):
    """A stream as an answer: it begins when the answer is sent."""

    def __init__(self, feeds: Feeds, asked: FeedRequest) -> None:
        """Say what to write."""
        self._feeds = feeds
        self._asked = asked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Write it."""
        await self._feeds.write(self._asked, receive, send)


def _events(asked: FeedRequest, places: Places, page: FeedPage) -> bytes:
    """Write a page's results, each with the cursor behind it: a reader may go on from any."""
    reached, written = dict(places), bytearray()
    for each in page.results:
        position = each.outcome.position
        reached[position.partition] = position.offset + 1
        cursor = write_cursor(asked.registry, asked.partner_id, reached)
        written += event("result", json.dumps(settled_data(each)), cursor)
    return bytes(written)


def _page_response(
    request: Request, asked: FeedRequest, page: FeedPage, waiting: Waiting
) -> JSONResponse:
    cursor = write_cursor(asked.registry, asked.partner_id, page.places)
    query = {"partner": asked.partner_id, "after": cursor, "limit": asked.limit}
    headers = {
        "Cache-Control": "no-store",
        "Vary": "Accept",
        "Link": f'<{request.url.path}?{urlencode(query)}>; rel="next"',
    }
    if waiting.applied:
        headers["Preference-Applied"] = waiting.applied
    data = {
        "registry": asked.registry,
        "partner_id": asked.partner_id,
        "results": [settled_data(each) for each in page.results],
        "next": cursor,
        "more": page.more,
    }
    return JSONResponse(data, headers=headers)


async def _set_within(news: asyncio.Event, seconds: float) -> None:
    """Wait for news, at most so long."""
    if seconds > 0:
        try:
            async with asyncio.timeout(seconds):
                await news.wait()
        except TimeoutError:
            pass
