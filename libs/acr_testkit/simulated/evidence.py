"""Reads from a simulated log and database what the invariants are checked on, and rebuilds the tables."""

from collections.abc import Coroutine, Hashable, Iterable, Iterator, Mapping, Sequence

from acr_avro.records import decode_submission
from acr_domain.findings import has_error
from acr_domain.judgement import Outcome
from acr_kafka.records import LogRecord
from acr_postgres.settlement import DeadLetter, Move, Place
from acr_registries.projection_sql import projection_shape
from acr_settling.arrivals import submission_id
from acr_settling.settle import Settler
from acr_testkit.facts import Arrived, Current, Kept, Position, Settled, StoredVersion
from acr_testkit.memory_log import MemoryLog
from acr_testkit.memory_store import MemoryDatabase, MemoryStore
from acr_testkit.memory_tables import Tables
from acr_testkit.simulated.lives import projection
from acr_testkit.simulated.sendings import REGISTRY, content_of
from acr_testkit.simulated.system import TOPIC, System

REBUILD_BATCH_MAX = 500


def kept(system: System) -> Kept:
    """Give all that is kept, at rest."""
    tables = system.database.tables
    return Kept(
        arrived=arrived(system.log, system.foreign),
        settled=(
            Settled(place, outcome.submission_id, outcome.verdict.value)
            for place, outcome in tables.arrivals.items()
        ),
        versions=_versions(tables),
        current=(Current(key.partner_id, key.header_id, no) for key, no in tables.records.items()),
        dead_letters=tables.dead_letters,
        announced=system.announced,
        live=checksums(tables),
        rebuilt=checksums(rebuilt(system.log)),
    )


def arrived(log: MemoryLog, foreign: set[Position]) -> Iterator[Arrived]:
    """Give the records of the topic; those that another program wrote are known to be none of ours."""
    for record in log.records(TOPIC):
        position = (record.position.partition, record.position.offset)
        if position in foreign:
            yield Arrived(position, submission_id(record), readable=False)
            continue
        submission = decode_submission(record.value)
        yield Arrived(
            position,
            submission.submission_id,
            submission.key.partner_id,
            submission.key.header_id,
            submission.version_no,
            content_of(submission.body),
            has_error(submission.findings),
        )


def _versions(tables: Tables) -> Iterator[StoredVersion]:
    for (key, version_no), row in tables.versions.items():
        first = row.first.position
        yield StoredVersion(
            key.partner_id,
            key.header_id,
            version_no,
            (first.partition, first.offset),
            content_of(row.body),
        )


def checksums(tables: Tables) -> Mapping[str, str]:
    """Give a checksum of each table that is made of the log."""
    content: Mapping[str, Iterable[Hashable]] = {
        "versions": tables.versions.items(),
        "records": tables.records.items(),
        "arrivals": tables.arrivals.items(),
        "dead_letters": tables.dead_letters.items(),
        "projected": tables.projected.items(),
        "positions": ((p, at.next_offset) for p, at in tables.places.items() if at.next_offset),
    }
    return {name: str(hash(frozenset(rows))) for name, rows in content.items()}


class _Silent(Settler):
    """Settles, and tells nobody."""

    async def _announce(
        self, moves: Mapping[int, Move], outcomes: Sequence[Outcome], letters: Sequence[DeadLetter]
    ) -> None:
        self.places |= {partition: Place(move.next, move.next) for partition, move in moves.items()}


def rebuilt(log: MemoryLog) -> Tables:
    """Make the tables anew from the topic, by the real settler, in calm."""
    database = MemoryDatabase(shape=projection_shape(projection()))
    places = dict.fromkeys(range(log.partition_counts[TOPIC]), Place(0, 0))
    database.tables.places.update(places)
    settler = _Silent(
        REGISTRY, MemoryStore(database), MemoryLog(), places=places, projection=projection()
    )
    _run_without_waiting(_settle_all(settler, log.records(TOPIC)))
    return database.tables


async def _settle_all(settler: Settler, records: list[LogRecord]) -> None:
    for begin in range(0, len(records), REBUILD_BATCH_MAX):
        await settler.settle(records[begin : begin + REBUILD_BATCH_MAX])


def _run_without_waiting(work: Coroutine[None, None, None]) -> None:
    """Run what never has to wait, inside or outside a loop."""
    try:
        work.send(None)
    except StopIteration:
        return
    raise AssertionError("a calm rebuild waited for something")
