"""Asks today's rules about records, ahead of the transaction that amends them. Touches no neighbour."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from acr_domain.errors import Poison
from acr_domain.submission import Arrival
from acr_kafka.records import LogRecord
from acr_registries.reexamination import examine_again
from acr_registries.registry import Contents, Registry
from acr_settling.arrivals import read_arrival

# A few milliseconds of work: what the database answers meanwhile to another batch waits no longer.
RECORDS_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Looked:
    """One record as today's rules see it.

    Without an ``arrival`` it is none, and ``error_class`` says why; ``contents`` are there where
    today's declaration can read them.
    """

    record: LogRecord
    arrival: Arrival | None = None
    contents: Contents | None = None
    error_class: str | None = None


async def look_at(registry: Registry, records: Sequence[LogRecord]) -> list[Looked]:
    """Ask today's rules about records, and let others have a turn now and then."""
    looked = []
    for number, record in enumerate(records, 1):
        looked.append(_look(registry, record))
        if number % RECORDS_AT_ONCE == 0:
            await asyncio.sleep(0)
    return looked


def _look(registry: Registry, record: LogRecord) -> Looked:
    try:
        arrival = read_arrival(registry.name, record)
    except Poison as poison:
        return Looked(record, error_class=poison.error_class)
    submission = arrival.submission
    findings, contents = examine_again(registry, submission)
    if findings != submission.findings:
        arrival = arrival._replace(submission=submission._replace(findings=findings))
    return Looked(record, arrival, contents)
