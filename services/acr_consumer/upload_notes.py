"""Keeps what gateways note of a registry's uploads in the database. Settles nothing.

It runs beside the consumer's loop and never holds it up: whoever looks at an upload meanwhile sees a
little less of it than there is.
"""

import asyncio
import contextlib
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

import orjson
import structlog

from acr_domain.errors import Unavailable
from acr_kafka import header_names
from acr_kafka.records import LogRecord
from acr_postgres.uploads import UploadNote
from acr_telemetry import metrics

RETRY_SECONDS = 2.0
# As long as the topic keeps them.
NOTES_DAYS = 8
FORGET_SECONDS = 60.0

log = structlog.get_logger()


class Notes(Protocol):
    """Where notes come from."""

    async def next_batch(self) -> list[LogRecord]:
        """Give the next notes; Unavailable in trouble."""

    async def commit(self) -> None:
        """Note that they are kept; Unavailable in trouble."""


class Store(Protocol):
    """Where notes are kept."""

    async def keep(self, notes: Sequence[UploadNote]) -> None:
        """Keep notes; Unavailable in trouble."""

    async def forget(self, days: int) -> None:
        """Delete old ones; Unavailable in trouble."""


async def keep_notes(
    registry: str, open_notes: Callable[[], AbstractAsyncContextManager[Notes]], store: Store
) -> None:
    """Keep notes until cancelled; after trouble, begin again behind what is kept for sure."""
    while True:
        try:
            async with open_notes() as notes:
                await _keep(registry, notes, store)
        except Unavailable as trouble:
            log.info("upload_notes_wait", registry=registry, why=str(trouble))
            await asyncio.sleep(RETRY_SECONDS)


async def _keep(registry: str, source: Notes, store: Store) -> None:
    forgotten_at = 0.0
    while True:
        records = await source.next_batch()
        if records:
            await store.keep([note for each in records if (note := _read(registry, each))])
            await source.commit()
        if time.monotonic() - forgotten_at > FORGET_SECONDS:
            forgotten_at = time.monotonic()
            await store.forget(NOTES_DAYS)


def _read(registry: str, record: LogRecord) -> UploadNote | None:
    """Read a note; one that nobody can read is counted and passed over."""
    with contextlib.suppress(ValueError, KeyError, TypeError):
        note = read_note(registry, record)
        metrics.UPLOAD_NOTES.labels(registry, "kept").inc()
        return note
    metrics.UPLOAD_NOTES.labels(registry, "unreadable").inc()
    log.warning("upload_note_unreadable", position=str(record.position))
    return None


def read_note(registry: str, record: LogRecord) -> UploadNote:
    """Read a note from its record: lines of JSON, as the upload's sender would have got them.

    Raises:
        ValueError, KeyError, TypeError: if it is none.
    """
    answers = [orjson.loads(line) for line in (record.value or b"").splitlines()]
    lines = [each for each in answers if "line" in each]
    return UploadNote(
        upload_id=uuid.UUID(record.header(header_names.UPLOAD_ID)),
        number=int(record.header(header_names.UPLOAD_NOTE) or ""),
        registry=registry,
        kept=[
            (int(each["line"]), uuid.UUID(each["submission_id"]))
            for each in lines
            if "submission_id" in each
        ],
        refused=[each for each in lines if "submission_id" not in each],
        summary=next(
            (each["summary"] for each in answers if "line" not in each and "summary" in each), None
        ),
        noted_at=record.timestamp,
    )
