"""What the log held, as far as the database knows it: for a log that was lost. Changes nothing."""

from dataclasses import dataclass
from datetime import datetime

import asyncpg

from acr_domain.judgement import Outcome
from acr_postgres.pool import Pool, database_trouble, query
from acr_postgres.rows import outcome_without_first
from acr_postgres.settlement import DeadLetter, letter_of


@dataclass(frozen=True, slots=True)
class Content:
    """What a submission said: its body as it came, and the SHA-256 of its canonical form."""

    digest: bytes
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Settled:
    """One arrival that was settled: what was told, and what is left of it.

    ``letter`` is the whole record of a dead letter. ``content`` is absent where nothing was stored: of
    what was rejected, and of a conflict.
    """

    outcome: Outcome
    received_at: datetime
    content: Content | None
    letter: DeadLetter | None


async def settled_records(
    pool: Pool, registry: str, topic: str, partition: int, begin: int, count_max: int
) -> list[Settled]:
    """Give the arrivals of a partition from an offset on, in the order of the log.

    Raises:
        Unavailable: if the database does not answer.
    """
    with database_trouble():
        rows = await pool.fetch(query("settled_records"), registry, partition, begin, count_max)
    return [_settled(row, topic) for row in rows]


async def take_back_amendments(pool: Pool, registry: str, partition: int, number: int) -> None:
    """Let amendments after a number count as not announced.

    Raises:
        Unavailable: if the database does not answer.
    """
    with database_trouble():
        await pool.execute(query("take_back_amendments"), registry, partition, number)


def _settled(row: asyncpg.Record, topic: str) -> Settled:
    content = None
    if row["body"] is not None:
        content = Content(row["digest"], row["content_type"], row["body"])
    letter = letter_of(row, topic) if row["error_class"] is not None else None
    return Settled(outcome_without_first(row, topic), row["received_at"], content, letter)
