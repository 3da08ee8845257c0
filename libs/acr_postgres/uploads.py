"""What is noted of uploads: consumers keep it, the reader tells it. Decides nothing."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from acr_postgres.pool import Pool, database_trouble, query
from acr_postgres.status import SettledSubmission, read_settled


@dataclass(frozen=True, slots=True)
class UploadNote:
    """One note of an upload: lines that were kept with their submissions, and answers to the others.

    ``number`` counts an upload's notes from 0. ``summary`` is the upload's, in its last note.
    """

    upload_id: uuid.UUID
    number: int
    registry: str
    kept: Sequence[tuple[int, uuid.UUID]]
    refused: Sequence[Mapping[str, object]]
    summary: Mapping[str, object] | None
    noted_at: datetime


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """How far an upload is noted (UTC). ``summary`` is None while its end is not."""

    registry: str
    begun_at: datetime
    noted_at: datetime
    kept: int
    refused: int
    gapless: bool
    summary: Mapping[str, object] | None
    verdicts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class UploadLine:
    """A line of an upload: its submission, or the answer that refused it."""

    number: int
    submission_id: uuid.UUID | None
    refusal: Mapping[str, object] | None


class NotesStore:
    """Keeps notes of one registry's uploads."""

    def __init__(self, pool: Pool, registry: str) -> None:
        """Wrap a pool that may write."""
        self._pool = pool
        self._registry = registry

    async def keep(self, notes: Sequence[UploadNote]) -> None:
        """Keep notes; those that are here already change nothing."""
        with database_trouble():
            await self._pool.executemany(
                query("insert_upload_notes"), [_row(each) for each in notes]
            )

    async def forget(self, days: int) -> None:
        """Delete some of the notes that are older than so many days."""
        with database_trouble():
            await self._pool.execute(query("forget_upload_notes"), self._registry, days)


class UploadsStore:
    """Reads; never writes."""

    def __init__(self, pool: Pool) -> None:
        """Wrap a pool whose role can only read."""
        self._pool = pool

    async def progress(self, upload_id: uuid.UUID) -> UploadProgress | None:
        """Tell how far an upload is; None if nothing of it is noted here."""
        with database_trouble():
            row = await self._pool.fetchrow(query("upload_progress"), upload_id)
            if row is None:
                return None
            counts = await self._pool.fetch(query("upload_verdicts"), upload_id)
        members = dict(row)
        summary = members.pop("summary")
        return UploadProgress(
            **members,
            summary=orjson.loads(summary) if summary else None,
            verdicts={each["verdict"]: each["lines"] for each in counts},
        )

    async def lines(self, upload_id: uuid.UUID, after: int, count: int) -> list[UploadLine]:
        """Give the next lines behind ``after``, in their order."""
        with database_trouble():
            rows = await self._pool.fetch(query("upload_lines"), upload_id, after, count)
        return [
            UploadLine(
                row["line"],
                row["submission_id"],
                orjson.loads(row["refusal"]) if row["refusal"] else None,
            )
            for row in rows
        ]

    async def settled(
        self, submission_ids: Sequence[uuid.UUID]
    ) -> dict[uuid.UUID, SettledSubmission]:
        """Find what became of submissions; those that are not settled are left out."""
        with database_trouble():
            rows = await self._pool.fetch(query("submission_statuses"), list(submission_ids))
        return {row["submission_id"]: read_settled(row) for row in rows}


def _row(note: UploadNote) -> tuple[object, ...]:
    return (
        note.upload_id,
        note.number,
        note.registry,
        [line for line, _ in note.kept],
        [submission_id for _, submission_id in note.kept],
        orjson.dumps(list(note.refused)).decode(),
        orjson.dumps(note.summary).decode() if note.summary is not None else None,
        note.noted_at,
    )
