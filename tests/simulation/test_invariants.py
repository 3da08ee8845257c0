"""The checker is checked: a right history passes, every invariant counted; each wrong fact is named."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acr_domain.findings import Finding, Severity
from acr_domain.judgement import judge_all
from acr_domain.submission import Arrival, LogPosition, Submission, SubmissionKey
from acr_testkit.facts import Announced, Arrived, Current, Kept, Settled, StoredVersion, Told
from acr_testkit.invariant_report import Harm, Invariant, Report
from acr_testkit.invariants import check
from acr_testkit.log_order import LogOrder
from acr_testkit.stories import RECEIVED_AT

# Two partners use one header id; a record of the log is no submission.
ARRIVED = (
    Arrived((0, 0), "a0", "north", "k", 1, 10),
    Arrived((0, 1), "a1", "north", "k", 3, 11),
    Arrived((0, 2), "a2", "north", "k", 3, 11),
    Arrived((0, 3), "a3", "north", "k", 3, 12),
    Arrived((0, 4), "a4", "north", "k", 2, 13),
    Arrived((0, 5), "a5", "north", "k", 4, 14, breaks_rule=True),
    Arrived((1, 0), "b0", "south", "k", 1, 20),
    Arrived((1, 1), "b1", readable=False),
)
VERDICTS = (
    *("created", "updated", "duplicate", "conflict", "superseded", "rejected"),
    *("created", "failed"),
)
STATUSES = (201, 200, 200, 400, 200, 400, 201, 400)
HISTORY = (
    *(
        Told(*each[2:6], status, verdict, each.submission_id, each.position)
        for each, verdict, status in zip(ARRIVED, VERDICTS, STATUSES, strict=True)
        if each.readable
    ),
    Told("north", "k", 2, 13, 202, "pending", "a4"),
    Told("north", "k", 1, 10),
    Told("south", "k", 9, 99, 400),
    Told("south", "k", 1, 20, 503),
)
KEPT = Kept(
    ARRIVED,
    [
        Settled(each.position, each.submission_id, verdict)
        for each, verdict in zip(ARRIVED, VERDICTS, strict=True)
    ],
    [
        StoredVersion("north", "k", 1, (0, 0), 10),
        StoredVersion("north", "k", 3, (0, 1), 11),
        StoredVersion("north", "k", 2, (0, 4), 13),
        StoredVersion("south", "k", 1, (1, 0), 20),
    ],
    [Current("north", "k", 3), Current("south", "k", 1)],
    [(1, 1)],
    [
        Announced(f"r{each.submission_id}", each.position, each.submission_id, verdict)
        for each, verdict in zip(ARRIVED, VERDICTS, strict=True)
    ],
    {"versions": "x", "records": "y"},
    {"versions": "x", "records": "y"},
)


def with_facts(name: str, facts: Any) -> Kept:
    changes: Any = {name: facts}
    return replace(KEPT, **changes)


def with_fact(name: str, place: int, **changes: Any) -> Kept:
    """Change one fact of what is kept."""
    facts = list(getattr(KEPT, name))
    facts[place] = facts[place]._replace(**changes)
    return with_facts(name, facts)


def with_more(name: str, *more: Any) -> Kept:
    return with_facts(name, [*getattr(KEPT, name), *more])


def without(name: str, place: int) -> Kept:
    facts = list(getattr(KEPT, name))
    del facts[place]
    return with_facts(name, facts)


def told(place: int, **changes: Any) -> list[Told]:
    """Change one answer."""
    return [
        each._replace(**changes) if number == place else each for number, each in enumerate(HISTORY)
    ]


def test_a_right_history_holds_and_every_invariant_was_checked() -> None:
    report = check(HISTORY, KEPT)

    assert report.holds, str(report)
    assert not report.unchecked()
    assert not report.harms


@pytest.mark.parametrize(
    ("kept", "invariant", "harm"),
    [
        (without("arrived", 4), Invariant.I1, Harm.LOST),
        (without("versions", 0), Invariant.I2, Harm.LOST),
        (with_more("versions", KEPT.versions[0]), Invariant.I2, Harm.TWICE),  # type: ignore[index]
        (with_fact("versions", 1, position=(0, 2)), Invariant.I2, Harm.WRONG),
        (with_fact("versions", 1, content=12), Invariant.I2, Harm.WRONG),
        (with_fact("current", 0, version_no=2), Invariant.I3, Harm.WRONG),
        (without("current", 1), Invariant.I3, Harm.LOST),
        (with_more("current", Current("north", "k", 3)), Invariant.I3, Harm.TWICE),
        (with_fact("settled", 0, verdict="duplicate"), Invariant.I4, Harm.WRONG),
        (with_fact("announced", 2, verdict="updated"), Invariant.I4, Harm.WRONG),
        (without("dead_letters", 0), Invariant.I4, Harm.WRONG),
        (with_more("dead_letters", (0, 0)), Invariant.I4, Harm.WRONG),
        (with_fact("arrived", 4, position=(0, 1)), Invariant.I4, Harm.WRONG),
        (with_fact("arrived", 4, position=(2, 0)), Invariant.I4, Harm.WRONG),
        (with_fact("announced", 0, verdict="duplicate"), Invariant.I5, Harm.LOST),
        (with_fact("announced", 1, verdict="created"), Invariant.I5, Harm.TWICE),
        (with_more("versions", StoredVersion("north", "k", 4, (0, 5), 14)), Invariant.I6, None),
        (with_more("arrived", Arrived((1, 2), "b2", "south", "k", 9, 99)), Invariant.I6, None),
        (without("announced", 4), Invariant.I7, Harm.LOST),
        (without("settled", 4), Invariant.I7, Harm.LOST),
        (with_more("settled", KEPT.settled[3]), Invariant.I7, Harm.TWICE),  # type: ignore[index]
        (with_more("announced", Announced("x", (0, 3), "a3", "conflict")), Invariant.I7, None),
        (with_fact("announced", 3, result_id="ra2"), Invariant.I7, Harm.WRONG),
        (with_fact("announced", 3, submission_id="a2"), Invariant.I7, Harm.WRONG),
        (with_fact("announced", 3, position=(0, 9)), Invariant.I7, Harm.WRONG),
        (with_fact("arrived", 4, submission_id="a2"), Invariant.I7, Harm.TWICE),
        (with_more("dead_letters", (5, 5)), Invariant.I7, Harm.WRONG),
        (replace(KEPT, rebuilt={"versions": "x", "records": "z"}), Invariant.I8, Harm.WRONG),
        (replace(KEPT, rebuilt={"versions": "x"}), Invariant.I8, Harm.WRONG),
        (with_fact("settled", 6, verdict="duplicate"), Invariant.I9, Harm.WRONG),
        (with_fact("versions", 3, partner="east"), Invariant.I9, Harm.WRONG),
    ],
)
def test_each_wrong_fact_of_what_is_kept_is_named(
    kept: Kept, invariant: Invariant, harm: Harm | None
) -> None:
    report = check(HISTORY, kept)

    assert report.broken[invariant], str(report)
    assert harm is None or report.harms[harm], str(report)


@pytest.mark.parametrize(
    ("history", "invariant"),
    [
        (told(0, submission_id="lost"), Invariant.I1),
        (told(6, submission_id=None), Invariant.I1),
        (told(1, content=10), Invariant.I1),
        (told(0, verdict="updated", status=200), Invariant.I4),
        (told(2, status=201), Invariant.I4),
        (told(0, position=(0, 1)), Invariant.I4),
        (told(1, status=400, verdict="conflict"), Invariant.I6),
        (told(8, status=400), Invariant.I6),
        (told(6, partner="north"), Invariant.I9),
    ],
)
def test_each_wrong_answer_is_named(history: list[Told], invariant: Invariant) -> None:
    report = check(history, KEPT)

    assert report.broken[invariant], str(report)


def test_a_repeat_under_the_same_result_id_is_no_second_result() -> None:
    report = check(HISTORY, with_more("announced", KEPT.announced[3]))  # type: ignore[index]

    assert report.holds, str(report)


def test_reports_add_up_and_keep_few_examples() -> None:
    total = Report()
    for _ in range(30):
        total.add(check(HISTORY, without("versions", 0)))

    assert total.broken[Invariant.I2] == 30
    assert total.checked[Invariant.I2] == 30 * check(HISTORY, KEPT).checked[Invariant.I2] - 30
    assert len(total.examples) <= 20
    assert not total.as_data()["holds"]


# The oracle and the product's own judgement share no line, and agree.
sent = st.tuples(st.booleans(), st.integers(1, 4), st.integers(0, 2), st.booleans())


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(st.lists(sent, max_size=14))
def test_the_oracle_agrees_with_the_judgement_of_the_product(
    story: list[tuple[bool, int, int, bool]],
) -> None:
    arrived = [
        Arrived((0, offset), f"{offset:032x}", str(partner), "k", no, content, broken_)
        for offset, (partner, no, content, broken_) in enumerate(story)
    ]

    order = LogOrder(arrived)

    outcomes = judge_all(map(arrival_of, arrived), {})
    assert [order.verdict(number) for number in range(len(order))] == [
        each.verdict.value for each in outcomes
    ]


def arrival_of(each: Arrived) -> Arrival:
    broke = (Finding(Severity.ERROR, "TEST-1", "", "Broken."),) if each.breaks_rule else ()
    submission = Submission(
        each.submission_id,
        SubmissionKey("lcsr", each.partner, each.key),
        each.version_no,
        bytes([each.content]),  # type: ignore[list-item]
        broke,
        RECEIVED_AT,
        "application/json",
        b"",
    )
    return Arrival(LogPosition("t", *each.position), submission)
