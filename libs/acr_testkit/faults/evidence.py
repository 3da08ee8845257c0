"""Gathers what senders were told and what is kept of one scenario, as the facts that are checked.

Contents are told apart by a hash of the body's bytes, never by the digest that the system computed.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import asyncpg

from acr_avro.records import decode_result, decode_submission
from acr_domain.errors import Poison
from acr_domain.findings import has_error
from acr_domain.topics import RESULTS_TOPIC, submissions_topic
from acr_kafka.records import LogRecord
from acr_settings.settings import KafkaSettings
from acr_testkit.facts import (
    Announced,
    Arrived,
    Current,
    Kept,
    Position,
    Settled,
    StoredVersion,
    Told,
)
from acr_testkit.faults.history import Attempt, History
from acr_testkit.faults.parts import REGISTRIES, Parts
from acr_testkit.faults.spans import Ends, read_span, topic_ends

ARRIVALS = (
    "SELECT partition, log_offset, submission_id::text, verdict FROM acr.arrivals "
    "WHERE registry = $1 AND partition = $2 AND log_offset >= $3 AND log_offset < $4"
)
DEAD_LETTERS = (
    "SELECT partition, log_offset FROM acr.dead_letters "
    "WHERE registry = $1 AND partition = $2 AND log_offset >= $3 AND log_offset < $4"
)
VERSIONS = (
    "SELECT partner_id, header_id::text, version_no, partition, log_offset, sha256(body) "
    "FROM acr.versions WHERE registry = $1 AND partner_id = ANY ($2)"
)
CURRENTS = (
    "SELECT partner_id, header_id::text, current_version_no FROM acr.records "
    "WHERE registry = $1 AND partner_id = ANY ($2)"
)

Marks = Mapping[str, Ends]  # Where each topic ends.


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one scenario wrote: between two marks, by these partners."""

    since: Marks
    until: Marks
    partners: list[str]


@dataclass(slots=True)
class _Tables:
    """Rows of one registry, as facts; it grows while they are read."""

    settled: list[Settled] = field(default_factory=list)
    dead_letters: list[Position] = field(default_factory=list)
    versions: list[StoredVersion] = field(default_factory=list)
    current: list[Current] = field(default_factory=list)


async def mark_ends(parts: Parts) -> dict[str, Ends]:
    """Note where every topic of ours ends now; raises Unavailable."""
    topics = [*map(submissions_topic, REGISTRIES), RESULTS_TOPIC]
    kafka = parts.kafka_settings
    return {topic: await topic_ends(kafka, topic, parts.partitions[topic]) for topic in topics}


def told_of(history: History, registry: str) -> Iterator[Told]:
    """Give what senders to one registry were told."""
    return (_told(each) for each in history.attempts if each.intent.registry == registry)


def _told(attempt: Attempt) -> Told:
    intent = attempt.intent
    return Told(
        intent.partner,
        intent.header_id,
        intent.version_no,
        hashlib.sha256(intent.body()).digest(),
        attempt.status or None,
        attempt.verdict,
        attempt.submission_id,
        attempt.position,
    )


async def kept_of(
    settings: KafkaSettings,
    dsn: str,
    stretch: Stretch,
    announced: Iterable[Announced],
    registry: str,
) -> Kept:
    """Read what came to one registry in that stretch, and what its tables hold of these partners.

    Raises:
        Unavailable, asyncpg.PostgresError: if a neighbour does not answer.
    """
    topic = submissions_topic(registry)
    records = read_span(settings, topic, stretch.since[topic], stretch.until[topic])
    arrived = [_arrived(record) async for record in records]
    connection = await asyncpg.connect(dsn)
    try:
        tables = await _read_tables(connection, stretch, registry)
    finally:
        await connection.close()
    return Kept(
        arrived,
        tables.settled,
        tables.versions,
        tables.current,
        tables.dead_letters,
        announced,
    )


async def results_of(settings: KafkaSettings, stretch: Stretch) -> dict[str, list[Announced]]:
    """Read the results of that stretch, by registry; raises Unavailable."""
    found: dict[str, list[Announced]] = {registry: [] for registry in REGISTRIES}
    by_topic = {submissions_topic(registry): found[registry] for registry in REGISTRIES}
    since, until = stretch.since[RESULTS_TOPIC], stretch.until[RESULTS_TOPIC]
    async for record in read_span(settings, RESULTS_TOPIC, since, until):
        outcome = decode_result(record.value)
        at = outcome.position
        by_topic[at.topic].append(
            Announced(
                str(at), (at.partition, at.offset), outcome.submission_id, outcome.verdict.value
            )
        )
    return found


def _arrived(record: LogRecord) -> Arrived:
    position = (record.position.partition, record.position.offset)
    try:
        submission = decode_submission(record.value)
    except Poison:
        return Arrived(position, str(position), readable=False)
    return Arrived(
        position,
        submission.submission_id,
        submission.key.partner_id,
        submission.key.header_id,
        submission.version_no,
        hashlib.sha256(submission.body).digest(),
        has_error(submission.findings),
    )


async def _read_tables(connection: asyncpg.Connection, stretch: Stretch, registry: str) -> _Tables:
    found, topic = _Tables(), submissions_topic(registry)
    for partition, end in stretch.until[topic].items():
        span = (registry, partition, stretch.since[topic].get(partition, 0), end)
        for row in await connection.fetch(ARRIVALS, *span):
            found.settled.append(Settled((row[0], row[1]), row[2], row[3]))
        for row in await connection.fetch(DEAD_LETTERS, *span):
            found.dead_letters.append((row[0], row[1]))
    for row in await connection.fetch(VERSIONS, registry, stretch.partners):
        found.versions.append(StoredVersion(row[0], row[1], row[2], (row[3], row[4]), row[5]))
    for row in await connection.fetch(CURRENTS, registry, stretch.partners):
        found.current.append(Current(*row))
    return found
