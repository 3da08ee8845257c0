"""The consumer's composition root: opens what it needs, settles, and closes it in order."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from functools import partial
from typing import Any

import structlog

from acr_consumer.consume import Consumer
from acr_consumer.left_open import show_left_open
from acr_consumer.taking_in import before_taking_over
from acr_consumer.upload_notes import keep_notes
from acr_domain.errors import Unavailable
from acr_domain.topics import submissions_topic
from acr_http.app import create_app
from acr_http.server import serve_http, stop_on_signals
from acr_http.workers import Worker
from acr_kafka.source import open_source
from acr_kafka.upload_notes import open_notes
from acr_kafka.writer import LogWriter, open_writer
from acr_postgres.left_open import read_left_open
from acr_postgres.migrations import require_schema
from acr_postgres.pool import Pool, open_pool, renewing
from acr_postgres.settlement import SettlementStore
from acr_postgres.uploads import NotesStore
from acr_registries.catalogue import load_registries
from acr_registries.opening import open_registries
from acr_registries.projection import open_projection
from acr_settings.reading import BadSettings
from acr_settings.settings import ConsumerSettings, KafkaSettings, PostgresSettings
from acr_settling.settle import LetterLimit, Settler
from acr_telemetry.health import Health

RETRY_SECONDS = 1.0

log = structlog.get_logger()


async def serve(
    settings: ConsumerSettings, kafka: KafkaSettings, postgres: PostgresSettings, worker: Worker
) -> None:
    """Settle one registry's topic until SIGTERM or SIGINT.

    Raises:
        BadSettings: if there is no such registry, or its data files cannot be used.
        OSError: if the address for probes cannot be listened on.
        SchemaBehind: if a person has to act first.
    """
    registry, registries = settings.registry, load_registries()
    if registry not in registries:
        raise BadSettings([f"ACR_CONSUMER_REGISTRY must be one of: {', '.join(registries)}"])
    open_registries(registries, registry)
    name = f"acr-consumer-{registry}-{socket.gethostname()}-{os.getpid()}"
    health = Health()
    async with (
        stop_on_signals(health) as stop,
        open_writer(kafka, name, health.watch("kafka")) as writer,
        open_pool(postgres, "acr_writer", name, by_key=True) as pool,
        _probes(health, settings, stop, worker),
    ):
        note_settling = renewing(pool, health.watch("settling"))
        store = SettlementStore(pool, registry, submissions_topic(registry), name)
        log.info("consumer_starting", registry=registry)
        while not stop.is_set():
            try:
                await require_schema(pool)
                async with (
                    _upload_notes_kept(kafka, pool, registry),
                    _left_open_shown(pool, registry),
                ):
                    await _consume(settings, kafka, store, writer, stop, note_settling)
            except Unavailable as trouble:
                note_settling(str(trouble))
                await asyncio.sleep(RETRY_SECONDS)
    log.info("consumer_stopped", registry=registry)


@contextlib.asynccontextmanager
async def _upload_notes_kept(
    kafka: KafkaSettings, pool: Pool, registry: str
) -> AsyncIterator[None]:
    """Keep notes of uploads beside the block; their trouble is not the block's."""
    notes = partial(open_notes, kafka, registry, f"acr-consumer-{registry}-uploads")
    async with _beside(keep_notes(registry, notes, NotesStore(pool, registry))):
        yield


@contextlib.asynccontextmanager
async def _left_open_shown(pool: Pool, registry: str) -> AsyncIterator[None]:
    """Show what waits for a person beside the block."""
    async with _beside(show_left_open(registry, lambda: read_left_open(pool, registry))):
        yield


@contextlib.asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


@contextlib.asynccontextmanager
async def _probes(
    health: Health, settings: ConsumerSettings, stop: asyncio.Event, worker: Worker
) -> AsyncIterator[None]:
    """Serve metrics and probes beside the block; if they cannot be served, stop."""
    serving = asyncio.create_task(
        serve_http(create_app(health, []), settings.host, settings.port, stop, worker)
    )
    serving.add_done_callback(lambda _: stop.set())
    try:
        yield
    finally:
        stop.set()
        await serving


async def _consume(
    settings: ConsumerSettings,
    kafka: KafkaSettings,
    store: SettlementStore,
    writer: LogWriter,
    stop: asyncio.Event,
    note_health: Callable[[str | None], None],
) -> None:
    async with open_source(kafka, settings.registry, f"acr-consumer-{settings.registry}") as source:
        projection = open_projection(load_registries()[settings.registry])
        limit = LetterLimit(settings.dead_letters_max, settings.dead_letters_window_arrivals)
        settler = Settler(settings.registry, store, writer, projection=projection, limit=limit)
        look = before_taking_over(kafka, store, settler)
        await Consumer(settings, source, store, settler, note_health, look).run(stop)
