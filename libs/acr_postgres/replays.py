"""Keeps the runs of replays: whose stretch is whose, how far each is, and what it changed."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from acr_domain.errors import Fenced
from acr_postgres.amending import Amending
from acr_postgres.pool import database_trouble, query
from acr_postgres.rows import as_uuid

LISTED_MAX = 100


class Overlap(Exception):
    """Another run that is not at its end covers part of the stretch."""


class NoSuchRun(Exception):
    """There is no such run, or it is at its end already."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a run covers of a partition: from ``begin`` to before ``end``, done to before ``next``."""

    partition: int
    begin: int
    end: int
    next: int
    tally: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """One run. ``selection`` says what was asked for; ``state`` is running, stopped, done or abandoned."""

    run_id: str
    registry: str
    who: str
    why: str
    contract: str
    selection: Mapping[str, Any]
    tell_senders: bool
    state: str
    attempt: int
    started_at: datetime
    ended_at: datetime | None
    stretches: tuple[Stretch, ...]
    abandoned_by: str | None = None
    abandoned_why: str | None = None


class ReplayStore:
    """The runs, and what they ask of the database besides amending."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        """Wrap a pool with a consumer's rights, or with a reader's to look only."""
        self._pool = pool

    async def begin(self, run: Run) -> None:
        """Note a new run, if no other that is not at its end covers part of its stretches.

        Raises:
            Overlap: if one does; it is named.
        """
        partitions = [each.partition for each in run.stretches]
        begins = [each.begin for each in run.stretches]
        ends = [each.end for each in run.stretches]
        with database_trouble():
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.execute(query("claim_replays"), run.registry)
                held = await connection.fetch(
                    query("overlapping_replays"), run.registry, partitions, begins, ends
                )
                if held:
                    raise Overlap(_overlap(held))
                await connection.execute(
                    query("insert_replay"),
                    uuid.UUID(run.run_id),
                    run.registry,
                    run.who,
                    run.why,
                    run.contract,
                    json.dumps(run.selection),
                    run.tell_senders,
                )
                await connection.execute(
                    query("insert_replay_stretches"),
                    uuid.UUID(run.run_id),
                    partitions,
                    begins,
                    ends,
                )

    async def resume(self, run_id: uuid.UUID) -> Run:
        """Make this process the only one that can move a run on.

        Raises:
            NoSuchRun: if there is none, or it is at its end.
        """
        with database_trouble():
            attempt = await self._pool.fetchval(query("resume_replay"), run_id)
        if attempt is None:
            raise NoSuchRun(f"there is no run {run_id} that could be resumed")
        return await self.find(run_id)

    async def end(self, run: Run, state: str) -> None:
        """Note that a run is done, or stopped for now; a run that somebody else has is left alone."""
        with database_trouble():
            await self._pool.execute(query("end_replay"), uuid.UUID(run.run_id), run.attempt, state)

    async def abandon(self, run_id: uuid.UUID, who: str, why: str) -> None:
        """Note who gives a run up and why, so that its stretches are free; what it has changed stays.

        Raises:
            NoSuchRun: if there is none, or it is at its end.
        """
        with database_trouble():
            found = await self._pool.fetchval(query("abandon_replay"), run_id, who, why)
        if found is None:
            raise NoSuchRun(f"there is no run {run_id} that could be abandoned")

    async def find(self, run_id: uuid.UUID) -> Run:
        """Give a run as it is now.

        Raises:
            NoSuchRun: if there is none.
        """
        found = await self._runs(None, run_id)
        if not found:
            raise NoSuchRun(f"there is no run {run_id}")
        return found[0]

    async def list(self, registry: str | None) -> Sequence[Run]:
        """Give the last runs, of one registry or of all, the youngest first."""
        return await self._runs(registry, None)

    async def _runs(self, registry: str | None, run_id: uuid.UUID | None) -> Sequence[Run]:
        with database_trouble():
            rows = await self._pool.fetch(query("replays"), registry, run_id, LISTED_MAX)
        by_run: dict[uuid.UUID, list[asyncpg.Record]] = {}
        for row in rows:
            by_run.setdefault(row["run_id"], []).append(row)
        return [_run(each) for each in by_run.values()]

    async def settled_ends(self, registry: str) -> dict[int, int]:
        """Tell up to where each partition is settled."""
        with database_trouble():
            rows = await self._pool.fetch(query("settled_ends"), registry)
        return {row["partition"]: row["next_offset"] for row in rows}

    async def select(
        self,
        registry: str,
        stretch: tuple[int, int, int],
        partner_id: str | None,
        header_id: uuid.UUID | None,
        rule: str | None,
    ) -> Sequence[int]:
        """Give the offsets asked for in a stretch (partition, begin, end), in order."""
        with database_trouble():
            rows = await self._pool.fetch(
                query("select_arrivals"), registry, *stretch, partner_id, header_id, rule
            )
        return [row["log_offset"] for row in rows]


async def move_run(
    amending: Amending, run: Run, expected: int, next_offset: int, tally: Mapping[str, Any]
) -> None:
    """Move a run on in the transaction that amends.

    Raises:
        Fenced: if it is not where it was expected, or another process's by now.
    """
    moved = await amending.connection.fetchval(
        query("move_replay"),
        as_uuid(run.run_id),
        run.attempt,
        amending.held.partition,
        expected,
        next_offset,
        json.dumps(tally),
    )
    if moved is None:
        raise Fenced(f"run {run.run_id} is not where this process believes")


def _run(rows: Sequence[asyncpg.Record]) -> Run:
    first = rows[0]
    return Run(
        str(first["run_id"]),
        first["registry"],
        first["who"],
        first["why"],
        first["contract"],
        json.loads(first["selection"]),
        first["tell_senders"],
        first["state"],
        first["attempt"],
        first["started_at"],
        first["ended_at"],
        tuple(
            Stretch(
                row["partition"],
                row["begin_offset"],
                row["end_offset"],
                row["next_offset"],
                json.loads(row["tally"]),
            )
            for row in rows
        ),
        first["abandoned_by"],
        first["abandoned_why"],
    )


def _overlap(rows: Sequence[asyncpg.Record]) -> str:
    named = ", ".join(f"{row['run_id']} ({row['state']}, {row['who']})" for row in rows)
    return (
        f"part of this stretch belongs to a run that is not at its end: {named}; "
        "`acr-connect replay resume` or `abandon` it first"
    )
