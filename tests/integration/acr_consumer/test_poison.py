"""Arrivals that no retry can settle: they become dead letters, and their neighbours settle."""

import uuid
from collections.abc import Awaitable, Callable

import asyncpg

from acr_avro.records import encode_result
from acr_domain.judgement import Outcome, Verdict
from acr_domain.submission import LogPosition, Submission
from acr_domain.topics import dead_letters_topic
from acr_kafka.records import NewRecord
from acr_kafka.writer import LogWriter
from acr_testkit.consuming import Bench
from acr_testkit.log_records import Sender
from acr_testkit.samples import as_bytes, submission
from acr_testkit.topic_contents import read_partition

Announced = Callable[[], Awaitable[list[Outcome]]]
ODD_HEADERS = [("acr-reply-partition", b"\xff"), ("twice", b"1"), ("twice", b"2"), ("", b"\x00")]


def poisons(sender: Sender) -> dict[str, tuple[NewRecord, str]]:
    """One record of each kind, with the error class that it is due."""
    accepted = sender.submission(as_bytes(submission("lcsr")))
    headers = sender.headers(accepted.submission_id)
    other = accepted.key._replace(registry="other")
    nul = accepted.key._replace(partner_id="nd\0sc")
    no_guid = accepted.key._replace(header_id="no-guid")
    whole = sender.record_of(accepted).value
    assert whole is not None
    return {
        "undecodable": (sender.raw(b"key", b"\xff\xfe", headers), "not-avro"),
        "broken off": (sender.raw(b"key", whole[:-3], headers), "undecodable"),
        "trailing bytes": (sender.raw(b"key", whole + b"\x00", headers), "undecodable"),
        "result for a submission": (
            sender.raw(b"key", a_result(accepted), headers),
            "unknown-schema",
        ),
        "another's key": (sender.record_of(accepted)._replace(key=b"acme/x"), "wrong-key"),
        "no key": (sender.record_of(accepted)._replace(key=None), "wrong-key"),
        "unknown schema": (sender.raw(b"key", whole[:2] + bytes(8), headers), "unknown-schema"),
        "tombstone": (sender.raw(b"key", None, [*headers, *ODD_HEADERS[1:]]), "tombstone"),
        "empty key, no value": (sender.raw(b"", None, headers), "tombstone"),
        "no key, empty value": (sender.raw(None, b"", headers), "not-avro"),
        "wrong registry": (sender.record_of(accepted, key=other), "wrong-registry"),
        "NUL in partner id": (sender.record_of(accepted, key=nul), "data-exception"),
        "header id no GUID": (sender.record_of(accepted, key=no_guid), "no-guid"),
        "submission id no GUID": (sender.record_of(accepted, submission_id="no-guid"), "no-guid"),
        "version 0": (sender.record_of(accepted, version_no=0), "data-exception"),
    }


def a_result(accepted: Submission) -> bytes:
    position = LogPosition("acr.lcsr.submissions.v1", 0, 0)
    return encode_result(Outcome(position, accepted.submission_id, Verdict.CREATED, accepted.key))


async def test_poison_amid_a_batch_goes_to_the_dead_letters_and_its_neighbours_settle(
    bench: Bench, sender: Sender, log: LogWriter, announced: Announced, owner: asyncpg.Connection
) -> None:
    bad = list(poisons(sender).values())
    records = [sender.record() for _ in range(50)]
    due = {15 + 2 * number: each for number, each in enumerate(bad)}
    for offset, (record, _) in due.items():
        records[offset] = record
    await log.append_all(records)

    await bench.settle(log, 50)

    verdicts = {each.position.offset: each.verdict for each in await announced()}
    assert verdicts == {
        offset: Verdict.FAILED if offset in due else Verdict.CREATED for offset in range(50)
    }
    letters = await owner.fetch(
        "SELECT * FROM acr.dead_letters WHERE registry = $1 ORDER BY log_offset", bench.registry
    )
    named = next(each for each in letters if each["value"] == bad[6][0].value)
    assert "(0000000000000000)" in named["reason"]
    assert {each["log_offset"]: each["error_class"] for each in letters} == {
        offset: error_class for offset, (_, error_class) in due.items()
    }
    for letter in letters:
        record, _ = due[letter["log_offset"]]
        names = [name.decode() for name in letter["header_names"]]
        assert (letter["key"], letter["value"]) == (record.key, record.value)
        assert list(zip(names, letter["header_values"], strict=True)) == list(record.headers)
    stored = "SELECT count(*) FROM acr.versions WHERE registry = $1"
    assert await owner.fetchval(stored, bench.registry) == 50 - len(due)


async def test_the_dead_letter_topic_has_them_as_they_were_and_why_in_headers(
    bench: Bench, sender: Sender, log: LogWriter
) -> None:
    due = list(poisons(sender).values())
    await log.append_all([record for record, _ in due])

    await bench.settle(log, len(due))

    letters = await read_partition(bench.kafka, dead_letters_topic(bench.registry))
    sources = await read_partition(bench.kafka, bench.topic)
    for source, letter, (_, error_class) in zip(sources, letters, due, strict=True):
        assert (letter.key, letter.value) == (source.key, source.value)
        kept, why = letter.headers[: len(source.headers)], letter.headers[len(source.headers) :]
        assert kept == source.headers
        reason = dict(why).pop("acr-error-reason").decode()
        assert dict(why) == {
            "acr-error-topic": bench.topic.encode(),
            "acr-error-partition": b"0",
            "acr-error-offset": str(source.position.offset).encode(),
            "acr-error-timestamp": source.timestamp.isoformat().encode(),
            "acr-error-class": error_class.encode(),
            "acr-error-reason": reason.encode(),
        }
        assert not any(value in reason for value in ("ndsc", "nd\0", "acme", "no-guid"))


async def test_a_dead_letter_answers_the_sender_that_its_headers_name_or_nobody(
    bench: Bench, sender: Sender, log: LogWriter, announced: Announced, owner: asyncpg.Connection
) -> None:
    submission_id = str(uuid.uuid4())
    known = sender.raw(b"key", b"?", sender.headers(submission_id))
    unknown = sender.raw(b"key", b"?", ODD_HEADERS)
    await log.append_all([known, unknown])

    await bench.settle(log, 2)

    rows = await owner.fetch(
        "SELECT submission_id::text, reply_partition FROM acr.arrivals WHERE registry = $1 "
        "ORDER BY log_offset",
        bench.registry,
    )
    assert tuple(rows[0]) == (submission_id, sender.reply_partition)
    assert rows[1]["reply_partition"] is None
    assert submission_id in {each.submission_id for each in await announced()}


async def test_only_poison_for_a_whole_batch_stops_nothing(
    bench: Bench, sender: Sender, log: LogWriter, owner: asyncpg.Connection
) -> None:
    await log.append_all([sender.raw(b"key", b"?") for _ in range(50)])
    await log.append(sender.record())

    await bench.settle(log, 51)

    counts = "SELECT verdict, count(*) FROM acr.arrivals WHERE registry = $1 GROUP BY 1 ORDER BY 1"
    rows = await owner.fetch(counts, bench.registry)
    assert [tuple(row) for row in rows] == [("created", 1), ("failed", 50)]
