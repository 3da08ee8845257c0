"""Amends arrivals of one partition in one transaction, which holds the partition still meanwhile.

It decides nothing, and never changes what was settled and told.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from acr_domain.amending import Amendment, Deed, Kind, Standing
from acr_domain.errors import Fenced
from acr_domain.judgement import History, Verdict
from acr_domain.submission import Arrival, LogPosition, Submission, SubmissionKey
from acr_postgres.histories import read_histories
from acr_postgres.pool import PoolConnection, database_trouble, query, transaction
from acr_postgres.projected_rows import has_tables, replace_rows
from acr_postgres.record_rows import rows_of
from acr_postgres.rows import as_uuid, columns, findings_json, findings_of, outcome
from acr_registries.projection import Projection
from acr_registries.projection_rows import Projected, Row


class NeverSettled(Exception):
    """A partition, or an arrival of it, was never settled: there is nothing to amend."""


@dataclass(frozen=True, slots=True)
class Held:
    """Where a partition stands while it is held still.

    ``number`` is that of its last amendment, ``announced`` that of the last one whose announcement
    is known to be acknowledged, ``at`` the transaction's time (UTC).
    """

    partition: int
    settled_to: int
    number: int
    announced: int
    at: datetime


class Amending:
    """One open transaction that amends arrivals of one partition."""

    def __init__(self, connection: PoolConnection, registry: str, topic: str, held: Held) -> None:
        """Wrap a connection that is inside a transaction and holds the partition."""
        self.connection = connection
        self.held = held
        self._registry = registry
        self._topic = topic

    async def standings(self, offsets: Iterable[int]) -> dict[LogPosition, Standing]:
        """Tell what arrivals count as today; those that are not settled are left out."""
        rows = await self.connection.fetch(
            query("standings"), self._registry, self.held.partition, list(offsets)
        )
        return {
            LogPosition(self._topic, self.held.partition, row["log_offset"]): Standing(
                Verdict(row["verdict"]),
                findings_of(row["findings"]),
                row["reason"],
                Kind(row["amended"]) if row["amended"] else None,
            )
            for row in rows
        }

    async def histories(self, arrivals: Sequence[Arrival]) -> dict[SubmissionKey, History]:
        """Tell what is stored of the keys of arrivals.

        Raises:
            Poison: if an identifier among them cannot be one.
        """
        return await read_histories(self.connection, self._registry, arrivals)

    async def store(
        self,
        amendments: Sequence[Amendment],
        submissions: Mapping[LogPosition, Submission],
        there: Collection[LogPosition] = (),
    ) -> None:
        """Store amendments, of which there is at least one, and the versions that they bring.

        ``submissions`` holds what those that bring a version say, by position; ``there`` names those of
        which the version is stored already.

        Raises:
            Fenced: if their numbers do not follow the partition's last one.
            Poison: if the database refuses a value.
        """
        numbered = await self.connection.fetchval(
            query("number_amendments"),
            self._registry,
            self.held.partition,
            amendments[0].number - 1,
            amendments[-1].number,
        )
        if numbered is None:
            raise Fenced(f"{self._registry}: somebody else has amended this partition")
        rows = [
            (
                *_decision(each),
                *_standing(each),
                *_content(_brought(each, submissions, there)),
            )
            for each in amendments
        ]
        await self.connection.execute(query("store_amendments"), self._registry, *columns(rows))

    async def rows(
        self, projection: Projection, keys: Sequence[SubmissionKey]
    ) -> dict[str, list[Row]] | None:
        """Give the rows that records have in the typed tables; None where the registry has none.

        Raises:
            Unavailable: if the tables have another shape than the declaration at hand.
        """
        await self.connection.execute(query("share_tables"), self._registry)
        if not await has_tables(self.connection, projection):
            return None
        return await rows_of(self.connection, projection, keys)

    async def project(self, projected: Projected) -> bool:
        """Replace the rows of records in the typed tables; False where the registry has none.

        Raises:
            Unavailable: if the tables have another shape than the declaration at hand.
            Poison: if a column refuses a value.
        """
        # Unlike a consumer's batch this one may store no version, which is what else keeps the
        # tables from being made anew meanwhile.
        await self.connection.execute(query("share_tables"), self._registry)
        return await replace_rows(self.connection, projected)


class AmendmentStore:
    """What amending needs of the database, for one registry."""

    def __init__(self, pool: asyncpg.Pool, registry: str, topic: str) -> None:
        """Name whose arrivals these are; ``topic`` is that of its submissions."""
        self._pool = pool
        self.registry = registry
        self.topic = topic

    @asynccontextmanager
    async def amending(self, partition: int) -> AsyncIterator[Amending]:
        """Hold a partition still; what is written commits when the block ends without an error.

        Raises:
            NeverSettled: if nothing of the partition was ever settled.
            Unavailable: if the database does not answer. Whether it committed is then unknown.
            Poison: if the database refuses a value.
        """
        with database_trouble():
            async with transaction(self._pool) as connection:
                row = await connection.fetchrow(query("lock_partition"), self.registry, partition)
                yield Amending(connection, self.registry, self.topic, self._held(partition, row))

    @asynccontextmanager
    async def looking(self, partition: int) -> AsyncIterator[Amending]:
        """See a partition as it is at one moment; nothing is held still, and nothing written.

        Raises:
            NeverSettled: if nothing of the partition was ever settled.
            Unavailable: if the database does not answer.
        """
        with database_trouble():
            async with (
                self._pool.acquire() as connection,
                connection.transaction(isolation="repeatable_read", readonly=True),
            ):
                row = await connection.fetchrow(query("see_partition"), self.registry, partition)
                yield Amending(connection, self.registry, self.topic, self._held(partition, row))

    def _held(self, partition: int, row: asyncpg.Record | None) -> Held:
        if row is None:
            raise NeverSettled(f"nothing of {self.topic}/{partition} was ever settled")
        return Held(
            partition,
            row["next_offset"],
            row["amendments"],
            row["amendments_announced"],
            row["at"],
        )

    async def check_tables(self, projection: Projection) -> None:
        """Check that the registry's typed tables, if it has any, are those of a declaration.

        Raises:
            Unavailable: if they have another shape.
        """
        with database_trouble():
            async with self._pool.acquire() as connection:
                await has_tables(connection, projection)

    async def partitions_unannounced(self) -> list[int]:
        """Name the partitions of which amendments are perhaps not announced."""
        with database_trouble():
            rows = await self._pool.fetch(query("partitions_unannounced"), self.registry)
        return [row["partition"] for row in rows]

    async def unannounced(self, partition: int, count_max: int) -> list[Amendment]:
        """Give the first amendments of a partition that are perhaps not announced, in order."""
        with database_trouble():
            rows = await self._pool.fetch(
                query("unannounced_amendments"), self.registry, partition, count_max
            )
        return [amendment_of(row, self.topic) for row in rows]

    async def note_announced(self, partition: int, number: int) -> None:
        """Note up to which number amendments are acknowledged by the brokers."""
        with database_trouble():
            await self._pool.execute(
                query("note_amendments_announced"), self.registry, partition, number
            )


def amendment_of(row: asyncpg.Record, topic: str) -> Amendment:
    """Read one row of `amendments`, joined with the version that it met, as an amendment."""
    return Amendment(
        number=row["amendment_no"],
        settled_to=row["settled_to"],
        deed=Deed(
            Kind(row["kind"]),
            str(row["run_id"]),
            row["who"],
            row["why"],
            row["contract"],
            row["tell_senders"],
        ),
        before=Verdict(row["verdict_before"]),
        outcome=outcome(row, topic),
        amended_at=row["amended_at"],
    )


def _decision(amendment: Amendment) -> tuple[object, ...]:
    deed = amendment.deed
    return (
        amendment.outcome.position.partition,
        amendment.number,
        amendment.outcome.position.offset,
        amendment.settled_to,
        deed.kind.value,
        as_uuid(deed.run_id),
        deed.who,
        deed.why,
        deed.contract,
        deed.tell_senders,
    )


def _standing(amendment: Amendment) -> tuple[object, ...]:
    settled = amendment.outcome
    key = settled.key
    return (
        as_uuid(settled.submission_id),
        amendment.before.value,
        settled.verdict.value,
        key.partner_id if key else None,
        as_uuid(key.header_id) if key else None,
        settled.version_no,
        settled.current_version_no,
        settled.first.position.offset if settled.first else None,
        findings_json(settled.findings),
        settled.reason,
        amendment.amended_at,
    )


def _brought(
    amendment: Amendment,
    submissions: Mapping[LogPosition, Submission],
    there: Collection[LogPosition],
) -> Submission | None:
    position = amendment.outcome.position
    return submissions[position] if amendment.brings_version and position not in there else None


def _content(submission: Submission | None) -> tuple[object, ...]:
    if submission is None:
        return (None, None, None, None)
    return (submission.received_at, submission.digest, submission.content_type, submission.body)
