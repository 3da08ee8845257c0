"""What people and vendors read: what became of a submission, and the versions of a record."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from acr_domain.amending import Kind
from acr_domain.findings import Finding
from acr_domain.judgement import Outcome, Verdict
from acr_domain.submission import LogPosition, SubmissionKey
from acr_domain.topics import submissions_topic
from acr_postgres.pool import database_trouble, query
from acr_postgres.rows import findings_of, outcome


@dataclass(frozen=True, slots=True)
class Amended:
    """That a submission counts as something else today than its sender was told first (UTC)."""

    kind: Kind
    amended_at: datetime
    run_id: str
    verdict_told: Verdict


@dataclass(frozen=True, slots=True)
class SettledSubmission:
    """A settled submission as it counts today, and when it was received and settled (UTC)."""

    registry: str
    outcome: Outcome
    received_at: datetime
    settled_at: datetime
    amended: Amended | None = None


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version of a record, without its body."""

    version_no: int
    verdict: Verdict
    submission_id: str
    position: LogPosition
    received_at: datetime
    settled_at: datetime | None
    findings: tuple[Finding, ...]
    body_bytes: int
    is_current: bool
    amended: Kind | None = None


class StatusStore:
    """Reads; never writes."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Wrap a pool whose role can only read."""
        self._pool = pool

    async def submission(self, submission_id: uuid.UUID) -> SettledSubmission | None:
        """Find what became of a submission; None if nothing is settled under that id."""
        with database_trouble():
            row = await self._pool.fetchrow(query("submission_status"), submission_id)
        return None if row is None else read_settled(row)

    async def caught_up_since(self) -> dict[str, datetime]:
        """Tell, by registry, the time before which everything appended is settled."""
        with database_trouble():
            rows = await self._pool.fetch(query("caught_up_since"))
        return {row["registry"]: row["caught_up_at"] for row in rows if row["caught_up_at"]}

    async def versions(self, key: SubmissionKey) -> list[StoredVersion]:
        """List the versions of a record in the order of their numbers; none if there is no record."""
        with database_trouble():
            rows = await self._pool.fetch(
                query("record_versions"), key.registry, key.partner_id, uuid.UUID(key.header_id)
            )
        topic = submissions_topic(key.registry)
        return [
            StoredVersion(
                version_no=row["version_no"],
                verdict=Verdict(row["verdict"]),
                submission_id=str(row["submission_id"]),
                position=LogPosition(topic, row["partition"], row["log_offset"]),
                received_at=row["received_at"],
                settled_at=row["settled_at"],
                findings=findings_of(row["findings"]),
                body_bytes=row["body_bytes"],
                is_current=row["is_current"],
                amended=Kind(row["amended"]) if row["amended"] else None,
            )
            for row in rows
        ]

    async def ping(self) -> None:
        """Ask the database for a sign of life."""
        with database_trouble():
            await self._pool.fetchval("SELECT 1")


def read_settled(row: asyncpg.Record) -> SettledSubmission:
    """Read one row of `standings`, joined with its first arrival."""
    registry = row["registry"]
    told = outcome(row, submissions_topic(registry))
    return SettledSubmission(registry, told, row["received_at"], row["settled_at"], _amended(row))


def _amended(row: asyncpg.Record) -> Amended | None:
    if row["amended"] is None:
        return None
    return Amended(
        Kind(row["amended"]),
        row["amended_at"],
        str(row["run_id"]),
        Verdict(row["verdict_told"]),
    )
