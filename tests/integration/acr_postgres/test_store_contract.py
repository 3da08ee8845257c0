"""One suite for the database and for the fake of the simulation: what they keep and tell."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Poison
from acr_domain.findings import Finding, Severity
from acr_domain.judgement import Verdict
from acr_domain.submission import LogPosition
from acr_domain.topics import submissions_topic
from acr_kafka.records import LogRecord
from acr_postgres.settlement import Move, Place
from acr_settling.arrivals import dead_letter, failure
from acr_testkit.kept_stores import (
    APPENDED_AT,
    Kept,
    bury,
    judge_and_store,
    kept_in_memory,
    kept_in_postgres,
    move,
)
from acr_testkit.stories import Kind, Sent

FINDING = Finding(Severity.WARNING, "TEST-2", "/payload/a~1b", "Looks odd.")


@pytest.fixture(params=["memory", "postgres", "copied"])
def kept(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Kept:
    if request.param == "memory":
        return kept_in_memory()
    if request.param == "copied":
        monkeypatch.setattr("acr_postgres.storing.ROWS_COPIED_MIN", 1)
    pool = request.getfixturevalue("writer_pool")
    return kept_in_postgres(pool, request.getfixturevalue("registry"))


async def test_a_partition_that_nobody_settled_begins_at_0(kept: Kept) -> None:
    places = await kept.store.claim([0, 3])

    assert places == {0: Place(0, 0), 3: Place(0, 0)}
    assert await kept.store.unannounced([0, 3]) == ([], [])


async def test_what_is_settled_is_told_in_the_order_of_the_log_until_it_is_noted(
    kept: Kept,
) -> None:
    await kept.store.claim([0])
    first, again, other = (
        kept.arrival(0, Sent(content=0)),
        kept.arrival(1, Sent(content=0)),
        kept.arrival(2, Sent(content=1)),
    )

    outcomes = await kept.settle(first, again, other)

    assert [each.verdict for each in outcomes] == [
        Verdict.CREATED,
        Verdict.DUPLICATE,
        Verdict.CONFLICT,
    ]
    assert await kept.store.unannounced([0]) == (outcomes, [])
    await kept.store.note_announced({0: 2})
    assert await kept.store.unannounced([0]) == (outcomes[2:], [])
    assert await kept.store.claim([0]) == {0: Place(3, 2)}


async def test_findings_come_back_as_they_were(kept: Kept) -> None:
    await kept.store.claim([0])
    arrival = kept.arrival(0, Sent())
    found = arrival._replace(submission=arrival.submission._replace(findings=(FINDING,)))

    outcomes = await kept.settle(found)

    assert (await kept.store.unannounced([0]))[0] == outcomes
    assert outcomes[0].findings == (FINDING,)


async def test_histories_tell_the_current_version_and_those_that_are_asked_for(
    kept: Kept,
) -> None:
    await kept.store.claim([0])
    one, three = kept.arrival(0, Sent(version_no=1)), kept.arrival(1, Sent(version_no=3))
    await kept.settle(one, three)
    asked = [kept.arrival(2, Sent(version_no=no, content=1)) for no in (1, 2)]

    async with kept.store.settlement() as settlement:
        histories = await settlement.histories(asked)

    history = histories[one.submission.key]
    assert history.current_version_no == 3
    assert history.versions.keys() == {1}
    assert history.versions[1].position == one.position
    assert history.versions[1].submission_id == one.submission.submission_id
    assert history.versions[1].digest == one.submission.digest
    assert history.versions[1].verdict is Verdict.CREATED


async def test_histories_do_not_name_keys_that_are_not_stored(kept: Kept) -> None:
    await kept.store.claim([0])
    await kept.settle(kept.arrival(0, Sent(kind=Kind.REJECTED)))

    async with kept.store.settlement() as settlement:
        histories = await settlement.histories([kept.arrival(1, Sent(partner=1))])

    assert histories == {}


async def test_two_partners_with_one_header_id_have_records_of_their_own(kept: Kept) -> None:
    await kept.store.claim([0])

    outcomes = await kept.settle(
        kept.arrival(0, Sent(partner=0)), kept.arrival(1, Sent(partner=1, content=1))
    )

    assert [each.verdict for each in outcomes] == [Verdict.CREATED, Verdict.CREATED]


async def test_an_older_version_never_moves_the_current_one_down(kept: Kept) -> None:
    await kept.store.claim([0])
    await kept.settle(kept.arrival(0, Sent(version_no=5)))

    outcomes = await kept.settle(kept.arrival(1, Sent(version_no=2)), expected=1)

    assert outcomes[0].verdict is Verdict.SUPERSEDED
    assert outcomes[0].current_version_no == 5
    assert (await kept.store.unannounced([0]))[0][1].current_version_no == 5


async def test_announcing_is_noted_with_the_next_batch_and_never_goes_back(kept: Kept) -> None:
    await kept.store.claim([0])
    await kept.settle(kept.arrival(0, Sent(version_no=1)), kept.arrival(1, Sent(version_no=2)))

    async with kept.store.settlement() as settlement:
        await settlement.advance({0: move(2, 3, announced=2)})
        await judge_and_store(settlement, [kept.arrival(2, Sent(version_no=3))])
    await kept.store.note_announced({0: 1})

    assert await kept.store.claim([0]) == {0: Place(3, 2)}


async def test_announcing_is_noted_in_the_transaction_that_settles_the_next_batch(
    kept: Kept,
) -> None:
    await kept.store.claim([0])
    await kept.settle(kept.arrival(0, Sent(version_no=1)), kept.arrival(1, Sent(version_no=2)))

    async with kept.store.settlement() as settlement:
        await settlement.advance({0: move(2, 3)})
        await judge_and_store(settlement, [kept.arrival(2, Sent(version_no=3))])
        await settlement.note_announced({0: 2})
    assert await kept.store.claim([0]) == {0: Place(3, 2)}


async def test_nobody_can_note_as_announced_what_is_not_settled(kept: Kept) -> None:
    await kept.store.claim([0])
    await kept.settle(kept.arrival(0, Sent()))

    await kept.store.note_announced({0: 2, 9: 1})

    assert await kept.store.claim([0]) == {0: Place(1, 0)}


async def test_a_dead_letter_is_kept_as_it_was_and_its_failure_told(kept: Kept) -> None:
    await kept.store.claim([0])
    position = LogPosition(submissions_topic(kept.registry), 0, 0)
    headers = (("acr-submission-id", b"no uuid"), ("odd\0name", b"\xff\x00"), ("twice", b"1"))
    record = LogRecord(position, b"key\x00", None, headers, APPENDED_AT)
    poison = Poison(ErrorClass.NOT_AVRO, "Why it failed.")
    letter, outcome = dead_letter(record, poison), failure(record, poison)

    await bury(kept, letter, outcome)

    assert await kept.store.unannounced([0]) == ([outcome], [letter])
    await kept.store.note_announced({0: 1})
    assert await kept.store.unannounced([0]) == ([], [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("content_type", "a\0b"),
        ("submission_id", "no guid"),
        ("digest", b"short"),
        ("version_no", 0),
    ],
)
async def test_what_a_column_refuses_is_poison_and_the_position_stands_still(
    kept: Kept, name: str, value: Any
) -> None:
    await kept.store.claim([0])
    arrival = kept.arrival(0, Sent())
    changed = arrival.submission._replace(**{name: value})

    with pytest.raises(Poison):
        await kept.settle(arrival._replace(submission=changed))

    assert await kept.store.claim([0]) == {0: Place(0, 0)}


async def test_a_partner_id_that_the_database_cannot_hold_is_poison(kept: Kept) -> None:
    await kept.store.claim([0])
    arrival = kept.arrival(0, Sent())
    key = arrival.submission.key._replace(partner_id="with\0nul")
    submission = arrival.submission._replace(key=key)

    with pytest.raises(Poison):
        await kept.settle(arrival._replace(submission=submission))


async def test_an_arrival_is_never_stored_twice(kept: Kept) -> None:
    await kept.store.claim([0])
    arrival = kept.arrival(0, Sent())
    outcomes = await kept.settle(arrival)

    with pytest.raises(Poison) as caught:
        async with kept.store.settlement() as settlement:
            await settlement.store([arrival], outcomes)

    assert caught.value.error_class == "integrity-violation"


async def test_being_caught_up_is_noted_where_the_partition_stands_so(kept: Kept) -> None:
    await kept.store.claim([0, 1])
    await kept.settle(kept.arrival(0, Sent()))
    seen_at = APPENDED_AT + timedelta(minutes=1)

    await kept.store.note_caught_up({0: 1, 1: 5}, seen_at)
    await kept.store.note_caught_up({0: 1}, APPENDED_AT)

    assert await kept.caught_up(0) == seen_at
    assert await kept.caught_up(1) is None
    assert await kept.store.claim([0]) == {0: Place(1, 1)}


async def test_a_batch_says_that_what_came_before_its_last_record_is_settled(kept: Kept) -> None:
    await kept.store.claim([0])
    foreign_clock = datetime.now(UTC) + timedelta(days=400)
    fast_clock = datetime.now(UTC) + timedelta(seconds=30)

    await kept.settle(kept.arrival(0, Sent()))
    first = await kept.caught_up(0)
    async with kept.store.settlement() as settlement:
        await settlement.advance({0: Move(1, 2, 0, foreign_clock)})
    second = await kept.caught_up(0)
    async with kept.store.settlement() as settlement:
        await settlement.advance({0: Move(2, 3, 0, fast_clock)})

    assert first == second == APPENDED_AT
    assert APPENDED_AT < (await kept.caught_up(0) or fast_clock) < fast_clock
