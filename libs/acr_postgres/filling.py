"""Fills a registry's typed tables from the current versions: read, make rows, insert, side by side.

It makes no table, and begins and ends no transaction.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any, TypeAlias

import asyncpg
from asyncpg.cursor import Cursor

from acr_domain.submission import Submission, SubmissionKey
from acr_postgres.pool import Connection, query
from acr_postgres.projected_rows import insert_rows, replace_rows
from acr_postgres.rows import findings_of
from acr_registries.projection import Projection
from acr_registries.projection_rows import Projected, project

# Bodies of so many records are read at once, and made into rows without a pause: a few milliseconds.
BATCH_RECORDS = 100
# Rows go in together for so many records, or sooner where bodies are large: each table is a round trip.
INSERT_RECORDS = 2000
INSERT_BYTES = 8 * 1024 * 1024

Report: TypeAlias = Callable[[str, int, int], None]
"""Told while tables are filled: the registry, how many records are done, and how many there are."""


async def fill_from(connection: Connection, projection: Projection, report: Report) -> int:
    """Fill empty tables; gives the number of records. The connection is inside a transaction.

    Rows are made while the next bodies are read and the former rows go in.
    """
    name, done = projection.schema, 0
    total = await connection.fetchval(query("count_records"), name)
    cursor = await connection.cursor(query("current_versions"), name)
    # One connection does one thing at a time.
    turn = asyncio.Lock()

    async def insert(made: Projected) -> None:
        async with turn:
            await insert_rows(connection, made)

    read = asyncio.create_task(_read(cursor, name, turn))
    going_in: asyncio.Task[None] | None = None
    try:
        while found := await read:
            read = asyncio.create_task(_read(cursor, name, turn))
            made = await _make_rows(projection, found, partial(_tell, report, name, total, done))
            if going_in is not None:
                await going_in
            going_in = asyncio.create_task(insert(made))
            done += len(found)
        if going_in is not None:
            await going_in
    finally:
        await _end([read, going_in])
    return done


async def refill_amended(connection: Connection, projection: Projection) -> int:
    """Replace the rows of records of which rules said something else later; gives their number.

    The connection is inside a transaction.
    """
    name, turn, done = projection.schema, asyncio.Lock(), 0
    cursor = await connection.cursor(query("amended_versions"), name)
    while found := await _read(cursor, name, turn):
        await replace_rows(connection, project(projection, found))
        done += len(found)
    return done


def _tell(report: Report, registry: str, total: int, former: int, made: int) -> None:
    report(registry, former + made, total)


async def _end(tasks: Iterable["asyncio.Task[Any] | None"]) -> None:
    """Let none of them outlive the transaction."""
    left = [each for each in tasks if each is not None]
    for each in left:
        each.cancel()
    await asyncio.gather(*left, return_exceptions=True)


async def _read(cursor: Cursor, registry: str, turn: asyncio.Lock) -> list[Submission]:
    """Read the next records whose rows go in together; none at the end."""
    read, size = list[Submission](), 0
    while len(read) < INSERT_RECORDS and size < INSERT_BYTES:
        async with turn:
            found = await cursor.fetch(BATCH_RECORDS)
        if not found:
            break
        read += [_submission(registry, row) for row in found]
        size += sum(len(row["body"]) for row in found)
    return read


async def _make_rows(
    projection: Projection, submissions: Sequence[Submission], tell: Callable[[int], None]
) -> Projected:
    whole = project(projection, ())
    for begin in range(0, len(submissions), BATCH_RECORDS):
        made = project(projection, submissions[begin : begin + BATCH_RECORDS])
        for table, rows in made.rows.items():
            whole.rows[table] += rows
        tell(min(begin + BATCH_RECORDS, len(submissions)))
        await asyncio.sleep(0)  # What came from the database meanwhile is taken on.
    return whole


def _submission(registry: str, row: asyncpg.Record) -> Submission:
    return Submission(
        submission_id=str(row["submission_id"]),
        key=SubmissionKey(registry, row["partner_id"], str(row["header_id"])),
        version_no=row["version_no"],
        digest=row["digest"],
        findings=findings_of(row["findings"]),
        received_at=row["received_at"],
        content_type=row["content_type"],
        body=row["body"],
    )
