"""Settling a batch against a memory log and store: what is stored, what is told, what is noted."""

from collections import Counter

import pytest

from acr_avro.records import decode_result
from acr_domain.errors import Fenced, Unavailable
from acr_domain.judgement import Verdict
from acr_domain.topics import RESULTS_TOPIC, dead_letters_topic
from acr_kafka import header_names
from acr_kafka.records import LogRecord
from acr_postgres.settlement import Place
from acr_settling import settle
from acr_settling.settle import Settler
from acr_telemetry import metrics
from acr_testkit.fuse import Blow, Fuse
from acr_testkit.memory_log import MemoryLog
from acr_testkit.memory_store import MemoryDatabase, MemoryStore
from acr_testkit.simulation import TOPIC
from acr_testkit.stories import REGISTRY, Kind, Sent, make_record, make_records


async def settler_of(database: MemoryDatabase, log: MemoryLog) -> Settler:
    """Make a settler that has taken over the topic's one partition."""
    store = MemoryStore(database, log.fuse)
    return Settler(REGISTRY, store, log, await store.claim([0]))


def put(log: MemoryLog, *story: Sent) -> list[LogRecord]:
    """Append a story to the topic, and read it back."""
    for record in make_records(story):
        log.put(record)
    return log.records(TOPIC)


def verdicts_told(log: MemoryLog) -> list[Verdict]:
    return [decode_result(record.value).verdict for record in log.records(RESULTS_TOPIC)]


async def test_a_batch_is_stored_told_and_noted_in_the_order_of_the_log() -> None:
    database, log = MemoryDatabase(), MemoryLog()
    settler = await settler_of(database, log)

    await settler.settle(put(log, Sent(), Sent(), Sent(version_no=2), Sent(content=1)))

    assert verdicts_told(log) == [
        Verdict.CREATED,
        Verdict.DUPLICATE,
        Verdict.UPDATED,
        Verdict.CONFLICT,
    ]
    assert settler.places == {0: Place(4, 4)}
    assert database.tables.places == {0: Place(4, 0)}
    assert len(database.tables.versions) == 2


async def test_results_are_handed_over_before_anything_else_goes_on() -> None:
    log = MemoryLog()
    settler = await settler_of(MemoryDatabase(), log)
    settler.beside = True

    await settler.settle(put(log, Sent()))

    assert verdicts_told(log) == [Verdict.CREATED]


async def test_a_result_tells_its_sender_where_it_listens_and_people_what_it_is() -> None:
    log = MemoryLog({RESULTS_TOPIC: 2})
    settler = await settler_of(MemoryDatabase(), log)

    await settler.settle(put(log, Sent(), Sent(version_no=2)))

    told = log.records(RESULTS_TOPIC)[1]
    assert told.position.partition == 1
    assert told.header(header_names.VERDICT) == "updated"
    assert told.header(header_names.TRACEPARENT) == "trace-1"
    assert told.key == make_record(Sent(), 0).key


@pytest.mark.parametrize("kind", [Kind.NOT_AVRO, Kind.TOMBSTONE, Kind.FOREIGN, Kind.UNSTORABLE])
async def test_a_poison_record_stands_alone_and_its_neighbours_are_settled(kind: Kind) -> None:
    database, log = MemoryDatabase(), MemoryLog()
    settler = await settler_of(database, log)
    story = [Sent(version_no=no) for no in range(1, 8)]
    story[3] = Sent(kind, version_no=9)

    await settler.settle(put(log, *story))

    assert Counter(verdicts_told(log)) == {
        Verdict.CREATED: 1,
        Verdict.UPDATED: 5,
        Verdict.FAILED: 1,
    }
    assert database.tables.dead_letters.keys() == {(0, 3)}
    assert settler.places == {0: Place(7, 7)}


async def test_a_dead_letter_is_told_as_it_was_with_its_reason_beside_it() -> None:
    log = MemoryLog()
    settler = await settler_of(MemoryDatabase(), log)
    record = put(log, Sent(Kind.NOT_AVRO))[0]

    await settler.settle([record])

    letter = log.records(dead_letters_topic(REGISTRY))[0]
    assert (letter.key, letter.value) == (record.key, record.value)
    assert letter.headers[: len(record.headers)] == record.headers
    assert letter.header("acr-error-topic") == TOPIC
    assert letter.header("acr-error-partition") == "0"
    assert letter.header("acr-error-offset") == "0"
    assert letter.header("acr-error-class") == "not-avro"
    assert letter.header("acr-error-timestamp") == "1970-01-01T00:00:00+00:00"


async def test_a_record_that_was_settled_by_another_is_fenced_and_nothing_is_told() -> None:
    database, log = MemoryDatabase(), MemoryLog()
    settler, zombie = await settler_of(database, log), await settler_of(database, log)
    records = put(log, Sent())
    await settler.settle(records)

    with pytest.raises(Fenced):
        await zombie.settle(records)

    assert verdicts_told(log) == [Verdict.CREATED]


async def test_a_neighbour_in_trouble_is_no_poison() -> None:
    # Points 0 and 1 are those of the claim; 2 stands before the first statement of the batch.
    database, log = MemoryDatabase(), MemoryLog(fuse=Fuse({2: Blow.TROUBLE}))
    settler = await settler_of(database, log)

    with pytest.raises(Unavailable):
        await settler.settle(put(log, Sent(), Sent(version_no=2)))

    assert not database.tables.dead_letters
    assert database.tables.places == {0: Place(0, 0)}


async def test_what_was_committed_but_not_told_is_known_as_such() -> None:
    # Behind claim, advance, histories, store and commit comes the first append.
    database, log = MemoryDatabase(), MemoryLog(fuse=Fuse({10: Blow.TROUBLE}))
    settler = await settler_of(database, log)

    with pytest.raises(Unavailable):
        await settler.settle(put(log, Sent()))

    assert settler.places == {0: Place(1, 0)}
    assert database.tables.places == {0: Place(1, 0)}
    assert verdicts_told(log) == []


def test_parts_keep_the_order_and_hold_no_more_than_so_many_bytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    records = put(MemoryLog(), *(Sent(version_no=no) for no in range(1, 8)))
    size = max(len(record.value or b"") for record in records)

    monkeypatch.setattr(settle, "BATCH_BYTES_MAX", 3 * size)
    threes = [list(part) for part in settle.parts_of(records)]
    monkeypatch.setattr(settle, "BATCH_BYTES_MAX", size - 100)
    ones = [list(part) for part in settle.parts_of(records)]

    assert [len(part) for part in threes] == [3, 3, 1]
    assert [record for part in threes for record in part] == records
    assert ones == [[record] for record in records]
    assert list(settle.parts_of([])) == []


async def test_many_large_arrivals_are_settled_in_parts_and_all_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database, log = MemoryDatabase(), MemoryLog()
    settler = await settler_of(database, log)
    records = put(log, *(Sent(version_no=no) for no in range(1, 8)))
    monkeypatch.setattr(settle, "BATCH_BYTES_MAX", 2 * len(records[0].value or b""))
    batches = metrics.BATCH_ARRIVALS.labels(REGISTRY)
    before = batches._sum.get()

    await settler.settle(records)

    assert Counter(verdicts_told(log)) == {Verdict.CREATED: 1, Verdict.UPDATED: 6}
    assert settler.places == {0: Place(7, 7)}
    assert batches._sum.get() - before == 7
