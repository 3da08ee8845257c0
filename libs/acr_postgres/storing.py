"""Stores what became of arrivals, and the versions that they brought, inside an open transaction."""

import operator
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Poison
from acr_domain.judgement import STORED_VERDICTS, Outcome, Verdict
from acr_domain.submission import Submission
from acr_postgres.pool import PoolConnection, query
from acr_postgres.rows import as_uuid, columns, findings_json

# COPY costs a few round trips more, and half as much for each row, of the server and of the driver.
ROWS_COPIED_MIN = 100

SCHEMA = "acr"
# What a row holds here: what `arrivals` has of it, then the content, which only `versions` has.
_ARRIVALS = [
    "registry",
    "partition",
    "log_offset",
    "submission_id",
    "verdict",
    "partner_id",
    "header_id",
    "version_no",
    "current_version_no",
    "first_offset",
    "findings",
    "reason",
    "reply_partition",
    "traceparent",
    "received_at",
]
_HELD = [*_ARRIVALS, "digest", "content_type", "body"]
_VERSIONS = [
    "registry",
    "partner_id",
    "header_id",
    "version_no",
    "partition",
    "log_offset",
    "submission_id",
    "verdict",
    "digest",
    "received_at",
    "content_type",
    "body",
]
_RECORDS = ["registry", "partner_id", "header_id", "current_version_no"]

_Row: TypeAlias = tuple[Any, ...]
_Pointers: TypeAlias = dict[tuple[str, str], int]

_version_of = operator.itemgetter(*map(_HELD.index, _VERSIONS))


class Settled(NamedTuple):
    """What became of an arrival, when it was received, and what it says; None of a dead letter."""

    outcome: Outcome
    received_at: datetime
    submission: Submission | None


async def store_outcomes(
    connection: PoolConnection, registry: str, settled: Sequence[Settled]
) -> None:
    """Store what became of arrivals: at least one, each with the version and pointer that it brought.

    Raises:
        Poison: if a column refuses a value.
    """
    rows = [_row(registry, each) for each in settled]
    if len(rows) < ROWS_COPIED_MIN:
        await connection.execute(
            query("store_outcomes"), registry, *columns(row[1:] for row in rows)
        )
        return
    outcomes = [each.outcome for each in settled]
    try:
        await _copy(connection, registry, rows, outcomes)
    except (ValueError, TypeError, OverflowError):
        raise Poison(ErrorClass.DATA_EXCEPTION, "A value does not fit its column.") from None


async def _copy(
    connection: PoolConnection, registry: str, rows: Sequence[_Row], outcomes: Sequence[Outcome]
) -> None:
    """Do as the query `store_outcomes`, by COPY.

    A key that another partition brings at the same moment breaks it; the batch is divided then, until
    the query takes it.
    """
    brought = [
        (row, outcome)
        for row, outcome in zip(rows, outcomes, strict=True)
        if outcome.verdict in STORED_VERDICTS
    ]
    await _copy_into(connection, "versions", _VERSIONS, [_version_of(row) for row, _ in brought])
    new, moved = _pointers([outcome for _, outcome in brought])
    await _copy_into(
        connection, "records", _RECORDS, [(registry, *key, no) for key, no in new.items()]
    )
    if moved:
        await connection.execute(
            query("move_pointers"),
            registry,
            [partner_id for partner_id, _ in moved],
            [header_id for _, header_id in moved],
            list(moved.values()),
        )
    await _copy_into(connection, "arrivals", _ARRIVALS, [row[: len(_ARRIVALS)] for row in rows])


async def _copy_into(
    connection: PoolConnection, table: str, names: list[str], rows: list[_Row]
) -> None:
    if rows:
        await connection.copy_records_to_table(
            table, schema_name=SCHEMA, columns=names, records=rows
        )


def _pointers(outcomes: Sequence[Outcome]) -> tuple[_Pointers, _Pointers]:
    """Give the last version of each key that is new, and of each that was there, by partner and id."""
    new: _Pointers = {}
    moved: _Pointers = {}
    for outcome in outcomes:
        key, version_no = outcome.key, outcome.version_no
        assert key is not None
        assert version_no is not None
        pair = key.partner_id, key.header_id
        pointers = new if outcome.verdict is Verdict.CREATED or pair in new else moved
        pointers[pair] = max(version_no, pointers.get(pair, version_no))
    return new, moved


def _row(registry: str, settled: Settled) -> _Row:
    outcome, received_at, submission = settled
    key, first, position = outcome.key, outcome.first, outcome.position
    return (
        registry,
        position.partition,
        position.offset,
        as_uuid(outcome.submission_id),
        outcome.verdict,
        key.partner_id if key else None,
        as_uuid(key.header_id) if key else None,
        outcome.version_no,
        outcome.current_version_no,
        first.position.offset if first else None,
        findings_json(outcome.findings),
        outcome.reason,
        outcome.reply_partition,
        outcome.traceparent,
        received_at,
        submission.digest if submission else None,
        submission.content_type if submission else None,
        submission.body if submission else None,
    )
