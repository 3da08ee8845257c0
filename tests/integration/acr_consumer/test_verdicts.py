"""What the consumer makes of a registry's topic, on a real Kafka and a real PostgreSQL."""

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from acr_domain.judgement import Outcome
from acr_kafka.writer import LogWriter
from acr_testkit.consuming import Bench
from acr_testkit.log_records import Sender
from acr_testkit.samples import as_bytes, smallest, submission

Announced = Callable[[], Awaitable[list[Outcome]]]
ID = "0198c0de-0000-7000-8000-000000000001"
# Verdict, version, current version, and the offset of the arrival that a repeat met.
EXPECTED = [
    ("created", 2, 2, None),
    ("duplicate", 2, 2, 0),
    ("conflict", 2, 2, 0),
    ("updated", 4, 4, None),
    ("superseded", 3, 4, None),
    ("duplicate", 3, 4, 4),
    ("rejected", 5, 4, None),
    ("failed", None, None, None),
]


async def test_every_verdict_is_stored_and_announced_in_the_order_of_the_log(
    bench: Bench, sender: Sender, log: LogWriter, announced: Announced, owner: asyncpg.Connection
) -> None:
    header_id = str(uuid.uuid4())
    before_creation = {"modificationdate": "2015-10-27T00:00:00Z"}

    def of(version_no: int, **fields: Any) -> Any:
        return sender.record(header_id=header_id, version_no=version_no, **fields)

    other = {**smallest("lcsr")["payload"], "a": 1}
    records = [of(2), of(2), of(2, payload=other), of(4), of(3), of(3), of(5, **before_creation)]
    await log.append_all([*records, sender.raw(b"no/submission", b"no Avro", sender.headers(ID))])

    await bench.settle(log, 8)

    outcomes = await announced()
    assert [_told(each) for each in outcomes] == EXPECTED
    rows = await owner.fetch(
        "SELECT verdict, version_no, current_version_no, first_offset FROM acr.arrivals "
        "WHERE registry = $1 ORDER BY log_offset",
        bench.registry,
    )
    assert [tuple(row) for row in rows] == EXPECTED
    versions = await owner.fetch(
        "SELECT version_no, verdict, log_offset FROM acr.versions WHERE registry = $1 "
        "ORDER BY version_no",
        bench.registry,
    )
    assert [tuple(row) for row in versions] == [
        (2, "created", 0),
        (3, "superseded", 4),
        (4, "updated", 3),
    ]
    assert outcomes[6].findings[0].rule == "HEADER-201"
    assert outcomes[7].submission_id == ID


@pytest.mark.parametrize("batch_arrivals_max", [1, 2, 1000])
async def test_verdicts_do_not_depend_on_where_batches_end(
    bench: Bench, sender: Sender, log: LogWriter, announced: Announced, batch_arrivals_max: int
) -> None:
    header_id = str(uuid.uuid4())
    same = [sender.record(header_id=header_id, version_no=no) for no in (3, 1, 2, 3, 5, 4, 1)]
    await log.append_all(same)

    await _limited(bench, batch_arrivals_max).settle(log, 7)

    assert [(each.verdict.value, each.current_version_no) for each in await announced()] == [
        ("created", 3),
        ("superseded", 3),
        ("superseded", 3),
        ("duplicate", 3),
        ("updated", 5),
        ("superseded", 5),
        ("duplicate", 5),
    ]


async def test_the_same_header_id_of_two_partners_are_two_records(
    bench: Bench, sender: Sender, log: LogWriter, announced: Announced
) -> None:
    header_id = str(uuid.uuid4())
    await log.append_all(
        [sender.record(header_id=header_id, partner=partner) for partner in ("one", "other")]
    )

    await bench.settle(log, 2)

    assert [each.verdict.value for each in await announced()] == ["created", "created"]


async def test_a_batch_of_a_thousand_is_one_transaction(
    bench: Bench, sender: Sender, log: LogWriter, announced: Announced, owner: asyncpg.Connection
) -> None:
    await log.append_all([sender.record() for _ in range(1000)])

    await bench.settle(log, 1000)

    stored = await owner.fetchrow(
        "SELECT count(*), count(DISTINCT xmin::text) FROM acr.versions WHERE registry = $1",
        bench.registry,
    )
    assert stored is not None
    assert tuple(stored) == (1000, 1)
    assert [each.position.offset for each in await announced()] == list(range(1000))


async def test_the_bytes_are_stored_as_they_came(
    bench: Bench, sender: Sender, log: LogWriter, owner: asyncpg.Connection
) -> None:
    more = {"text": "é\t€ 𝄞", "number": 1e-7}
    body = submission("lcsr", payload={**smallest("lcsr")["payload"], **more})
    spaced = sender.submission(b" \n" + as_bytes(body) + b"\n")
    await log.append(sender.record_of(spaced))

    await bench.settle(log, 1)

    row = await owner.fetchrow(
        "SELECT body, digest FROM acr.versions WHERE registry = $1", bench.registry
    )
    assert row is not None
    assert tuple(row) == (spaced.body, spaced.digest)


def _limited(bench: Bench, batch_arrivals_max: int) -> Bench:
    return Bench(bench.kafka, bench.postgres, bench.registry, batch_arrivals_max)


def _told(outcome: Outcome) -> tuple[str, int | None, int | None, int | None]:
    first = outcome.first.position.offset if outcome.first else None
    return outcome.verdict.value, outcome.version_no, outcome.current_version_no, first
