"""The reader's composition root."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Awaitable, Callable

import structlog

from acr_domain.errors import Unavailable
from acr_http.server import serve_http, stop_on_signals
from acr_http.workers import Worker
from acr_postgres.feed import FeedStore
from acr_postgres.migrations import require_schema
from acr_postgres.pool import open_pool
from acr_postgres.status import StatusStore
from acr_postgres.uploads import UploadsStore
from acr_reader.app import Reader, create_reader_app
from acr_reader.feeds import Feeds
from acr_reader.uploads import Uploads
from acr_registries.catalogue import load_registries
from acr_registries.opening import open_registries
from acr_settings.settings import PostgresSettings, ReaderSettings
from acr_telemetry.health import Health

PROBE_SECONDS = 2.0

log = structlog.get_logger()


async def serve(settings: ReaderSettings, postgres: PostgresSettings, worker: Worker) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises:
        BadSettings: if a registry's data files cannot be used.
        OSError: if the address cannot be listened on.
        SchemaBehind: if the database's schema is older than this code.
    """
    registries = load_registries()
    open_registries(registries)
    health = Health()
    name = f"acr-reader-{socket.gethostname()}-{os.getpid()}"
    async with contextlib.AsyncExitStack() as stack:
        pool = await stack.enter_async_context(open_pool(postgres, "acr_reader", name, by_key=True))
        feeds = Feeds(settings, FeedStore(pool), registries)
        stop = await stack.enter_async_context(stop_on_signals(health, feeds.drain))
        reader = Reader(settings, StatusStore(pool), registries)
        probing = asyncio.create_task(
            _probe(lambda: require_schema(pool), health.watch("postgres"))
        )
        # A schema that is behind ends the service instead of leaving it unready for ever.
        probing.add_done_callback(lambda _: stop.set())
        log.info("reader_serving", host=settings.host, port=settings.port)
        app = create_reader_app(reader, feeds, Uploads(UploadsStore(pool)), health)
        try:
            await serve_http(app, settings.host, settings.port, stop, worker)
        finally:
            probing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await probing
    log.info("reader_stopped")


async def _probe(
    check: Callable[[], Awaitable[None]], note_health: Callable[[str | None], None]
) -> None:
    while True:
        try:
            await check()
            note_health(None)
        except Unavailable as trouble:
            note_health(str(trouble))
        await asyncio.sleep(PROBE_SECONDS)
