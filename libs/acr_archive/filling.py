"""Fills a restored log up with what the database has settled after the export's end.

What is stored, and what was a dead letter, comes back byte for byte. Of what was refused (`rejected`,
`conflict`) the database holds no body: its record gets an empty one, so that the verdict, and all tables
made of the log, come out the same. Each such record says so in a header.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from acr_archive.exporting import Progress
from acr_archive.importing import APPEND_RECORDS, batched
from acr_avro.records import SUBMISSION, encode_submission
from acr_domain.judgement import Verdict
from acr_domain.submission import LogPosition, Submission
from acr_domain.topics import amendments_topic, submissions_topic
from acr_kafka import header_names
from acr_kafka.records import EPOCH, NewRecord, placeholder, text_headers
from acr_kafka.restoring import append_at
from acr_kafka.stretches import StretchReader
from acr_kafka.writer import LogWriter
from acr_postgres.amending import AmendmentStore
from acr_postgres.pool import Pool, database_trouble
from acr_postgres.positions import read_stands
from acr_postgres.settled_records import Settled, settled_records, take_back_amendments
from acr_settling.amending import announce_all
from acr_settling.amendments import read_amendment

WHOLE, AS_FIRST, WITHOUT_BODY = "whole", "as-first", "without-body"
NO_DIGEST = bytes(32)
READ_AMENDMENTS = 1000


@dataclass(slots=True)
class Filled:
    """What was put back of one registry, by how much the database still held of it; it grows."""

    registry: str
    records: dict[str, int] = field(default_factory=dict)
    amendments: int = 0

    def note(self, what: str) -> None:
        """Count a record."""
        self.records[what] = self.records.get(what, 0) + 1


async def fill(
    pool: Pool, registry: str, reader: StretchReader, writer: LogWriter, progress: Progress
) -> Filled:
    """Put back what a registry's database has settled and its topics lack; can be repeated.

    Raises:
        Displaced: if somebody else writes to the topic.
        Unavailable: if a neighbour does not answer; repeat it then.
    """
    topic, filled, done = submissions_topic(registry), Filled(registry), 0
    with database_trouble():
        stands = await read_stands(pool, registry)
    bounds = await reader.bounds(topic)
    total = sum(max(0, stand.next_offset - bounds[p].end) for p, stand in stands.items())
    for partition, stand in stands.items():
        at = bounds[partition].end
        while at < stand.next_offset:
            settled = await settled_records(pool, registry, topic, partition, at, APPEND_RECORDS)
            end = settled[-1].outcome.position.offset + 1 if settled else stand.next_offset
            for begin, records in batched(at, _placed(topic, partition, at, end, settled, filled)):
                await append_at(writer, begin, records)
            done, at = done + end - at, end
            progress(done, total)
    await _announce_amendments(pool, registry, reader, writer, filled)
    return filled


def _placed(
    topic: str, partition: int, at: int, end: int, settled: Sequence[Settled], filled: Filled
) -> Iterable[NewRecord]:
    """Give a record for each offset: what the database knows of it, or a placeholder."""
    known = {each.outcome.position.offset: each for each in settled}
    for offset in range(at, end):
        if offset in known:
            how, record = restored(known[offset])
            filled.note(how)
            yield record
        else:
            yield placeholder(LogPosition(topic, partition, offset), EPOCH)


def restored(settled: Settled) -> tuple[str, NewRecord]:
    """Make the record of an arrival anew, and tell how much of it is what it was."""
    outcome, letter = settled.outcome, settled.letter
    topic, partition = outcome.position.topic, outcome.position.partition
    if letter is not None:
        return WHOLE, NewRecord(
            topic, letter.key, letter.value, letter.headers, partition, letter.appended_at
        )
    assert outcome.key is not None
    assert outcome.version_no is not None
    content = settled.content
    submission = Submission(
        submission_id=outcome.submission_id,
        key=outcome.key,
        version_no=outcome.version_no,
        digest=content.digest if content else NO_DIGEST,
        findings=outcome.findings,
        received_at=settled.received_at,
        content_type=content.content_type if content else "application/json",
        body=content.body if content else b"",
    )
    how = (
        WITHOUT_BODY
        if content is None
        else AS_FIRST
        if outcome.verdict is Verdict.DUPLICATE
        else WHOLE
    )
    return how, NewRecord(
        topic,
        outcome.key.log_key().encode(),
        encode_submission(submission),
        text_headers(_headers(settled, submission.content_type, how)),
        partition,
        settled.received_at,
    )


def _headers(settled: Settled, content_type: str, how: str) -> Mapping[str, str | int | None]:
    return {
        header_names.SUBMISSION_ID: settled.outcome.submission_id,
        header_names.REPLY_PARTITION: settled.outcome.reply_partition,
        header_names.CONTENT_TYPE: content_type,
        header_names.SCHEMA: SUBMISSION,
        header_names.TRACEPARENT: settled.outcome.traceparent,
        header_names.RESTORED: how,
    }


async def _announce_amendments(
    pool: Pool, registry: str, reader: StretchReader, writer: LogWriter, filled: Filled
) -> None:
    """Let amendments that the restored topic lacks be announced again."""
    topic = amendments_topic(registry)
    for partition, held in (await reader.bounds(topic)).items():
        last = 0
        async for piece in reader.read(topic, partition, held.begin, held.end, READ_AMENDMENTS):
            for record in piece.records:
                if amendment := read_amendment(registry, record):
                    last = max(last, amendment.number)
        await take_back_amendments(pool, registry, partition, last)
    store = AmendmentStore(pool, registry, submissions_topic(registry))
    filled.amendments = await announce_all(store, writer)
