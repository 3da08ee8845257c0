"""Reads what is stored of the keys of a batch, inside a transaction that somebody else has opened."""

from collections.abc import Sequence

from acr_domain.judgement import FirstArrival, History, Verdict
from acr_domain.submission import Arrival, LogPosition, SubmissionKey
from acr_postgres.pool import PoolConnection, query
from acr_postgres.rows import as_uuid


async def read_histories(
    connection: PoolConnection, registry: str, arrivals: Sequence[Arrival]
) -> dict[SubmissionKey, History]:
    """Tell what is stored of the keys of arrivals, and of the very versions that they bring.

    Raises:
        Poison: if an identifier among them cannot be one.
    """
    asked = sorted({(a.submission.key, a.submission.version_no) for a in arrivals})
    topic = arrivals[0].position.topic if arrivals else ""
    rows = await connection.fetch(
        query("histories"),
        registry,
        [key.partner_id for key, _ in asked],
        [as_uuid(key.header_id) for key, _ in asked],
        [version_no for _, version_no in asked],
    )
    histories: dict[SubmissionKey, History] = {}
    for row in rows:
        key = SubmissionKey(registry, row["partner_id"], str(row["header_id"]))
        history = histories.setdefault(key, History(row["current_version_no"]))
        if row["version_no"] is not None:
            history.versions[row["version_no"]] = FirstArrival(
                LogPosition(topic, row["partition"], row["log_offset"]),
                str(row["submission_id"]),
                row["digest"],
                Verdict(row["verdict"]),
            )
    return histories
