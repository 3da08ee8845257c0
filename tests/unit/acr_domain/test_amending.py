"""Later decisions: whatever is amended, and whenever, each key keeps the promises of the log."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_domain.amending import Kind as Amended
from acr_domain.amending import Standing, amend_all, changes
from acr_domain.findings import Finding, Severity
from acr_domain.judgement import STORED_VERDICTS, FirstArrival, History, Outcome, Verdict, judge_all
from acr_domain.submission import Arrival, LogPosition, SubmissionKey
from acr_testkit.stories import BROKEN_RULE, RECEIVED_AT, Kind, Sent, make_submission

WARNING = Finding(Severity.WARNING, "TEST-2", "/payload", "Not typical.")
BROKEN = Sent(kind=Kind.REJECTED)


@dataclass(slots=True)
class Kept:
    """What a database would hold, with all that happened to it."""

    standings: dict[LogPosition, Standing] = field(default_factory=dict)
    histories: dict[SubmissionKey, History] = field(default_factory=dict)
    stored: Counter[tuple[SubmissionKey, int]] = field(default_factory=Counter)

    def settle(self, arrivals: Sequence[Arrival]) -> None:
        for arrival, outcome in zip(arrivals, judge_all(arrivals, self.histories), strict=True):
            self._keep(arrival, outcome, brought=outcome.verdict in STORED_VERDICTS)

    def amend(self, arrivals: Sequence[Arrival]) -> list[Outcome]:
        outcomes = amend_all(arrivals, self.standings, self.histories)
        for arrival, outcome in zip(arrivals, outcomes, strict=True):
            former = self.standings[arrival.position].verdict
            brought = outcome.verdict in STORED_VERDICTS and former not in STORED_VERDICTS
            self._keep(arrival, outcome, brought=brought)
        return outcomes

    def _keep(self, arrival: Arrival, outcome: Outcome, *, brought: bool) -> None:
        submission = arrival.submission
        self.standings[arrival.position] = Standing(outcome.verdict, outcome.findings)
        if brought:
            self.stored[submission.key, submission.version_no] += 1
            history = self.histories.setdefault(submission.key, History())
            history.current_version_no = outcome.current_version_no
            history.versions[submission.version_no] = FirstArrival(
                arrival.position, submission.submission_id, submission.digest, outcome.verdict
            )


def arrival_of(sent: Sent, offset: int) -> Arrival:
    return Arrival(LogPosition("topic", 0, offset), make_submission(sent, offset))


def by_rules(arrival: Arrival, *findings: Finding) -> Arrival:
    """Let rules of another day look at an arrival."""
    return arrival._replace(submission=arrival.submission._replace(findings=findings))


@pytest.mark.parametrize(
    ("story", "amended", "verdict"),
    [
        ([BROKEN], 0, Verdict.CREATED),
        ([BROKEN, Sent(version_no=2)], 0, Verdict.SUPERSEDED),
        ([Sent(), replace(BROKEN, version_no=2)], 1, Verdict.UPDATED),
        ([BROKEN, Sent()], 0, Verdict.DUPLICATE),
        ([BROKEN, Sent(content=1)], 0, Verdict.CONFLICT),
    ],
)
def test_what_was_rejected_is_judged_beside_all_that_is_stored(
    story: list[Sent], amended: int, verdict: Verdict
) -> None:
    kept = Kept()
    arrivals = [arrival_of(sent, offset) for offset, sent in enumerate(story)]
    kept.settle(arrivals)

    (outcome,) = kept.amend([by_rules(arrivals[amended])])

    assert outcome.verdict is verdict
    assert (outcome.first is not None) == (verdict in {Verdict.DUPLICATE, Verdict.CONFLICT})


def test_what_was_stored_once_stays_stored_and_keeps_what_is_said_of_it() -> None:
    kept = Kept()
    arrivals = [arrival_of(Sent(), 0), arrival_of(Sent(), 1), arrival_of(Sent(version_no=2), 2)]
    kept.settle(arrivals)

    outcomes = kept.amend([by_rules(each, BROKEN_RULE) for each in arrivals])

    verdicts = [each.verdict for each in outcomes]
    assert verdicts == [Verdict.CREATED, Verdict.DUPLICATE, Verdict.UPDATED]
    assert [each.findings for each in outcomes] == [(BROKEN_RULE,)] * 3


def test_a_decision_is_new_where_verdict_or_findings_differ_and_only_there() -> None:
    arrival = arrival_of(Sent(), 0)
    standing = Standing(Verdict.REJECTED, (BROKEN_RULE,), amended=Amended.REPLAYED)
    (same,) = amend_all([by_rules(arrival, BROKEN_RULE)], {arrival.position: standing}, {})
    (stored,) = amend_all([arrival], {arrival.position: standing}, {})
    (said,) = amend_all([by_rules(arrival, BROKEN_RULE, WARNING)], {arrival.position: standing}, {})

    assert [changes(standing, each) for each in (same, stored, said)] == [False, True, True]
    assert said.verdict is Verdict.REJECTED


def test_a_submission_of_two_days_ago_is_stored_as_it_came() -> None:
    kept = Kept()
    arrival = arrival_of(BROKEN, 0)
    kept.settle([arrival])

    kept.amend([by_rules(arrival)])

    assert arrival.submission.received_at == RECEIVED_AT
    assert kept.standings[arrival.position] == Standing(Verdict.CREATED, ())


words = st.builds(
    Sent,
    kind=st.sampled_from([Kind.PLAIN, Kind.REJECTED]),
    partner=st.just(0),
    record=st.integers(0, 1),
    version_no=st.integers(1, 4),
    content=st.integers(0, 1),
)
findings = st.sampled_from([(), (BROKEN_RULE,), (WARNING,)])
steps = st.lists(
    st.one_of(
        st.lists(words, min_size=1, max_size=3),
        st.lists(st.tuples(st.integers(0, 40), findings), min_size=1, max_size=4),
    ),
    max_size=25,
)


@given(steps)
def test_whatever_is_settled_and_amended_in_turns_each_key_keeps_its_promises(
    steps: list[list[Sent] | list[tuple[int, tuple[Finding, ...]]]],
) -> None:
    kept, arrivals = Kept(), list[Arrival]()
    currents: dict[SubmissionKey, int] = {}
    for step in steps:
        sent = [each for each in step if isinstance(each, Sent)]
        asked = dict(each for each in step if not isinstance(each, Sent))
        fresh = [arrival_of(each, offset) for offset, each in enumerate(sent, len(arrivals))]
        kept.settle(fresh)
        arrivals += fresh
        again = [offset for offset in sorted(asked) if offset < len(arrivals)]
        kept.amend([by_rules(arrivals[offset], *asked[offset]) for offset in again])

        assert set(kept.stored.values()) <= {1}, "a version was stored twice"
        for key, history in kept.histories.items():
            assert history.current_version_no == max(history.versions)
            assert history.current_version_no >= currents.get(key, 0), "the current one went back"
            currents[key] = history.current_version_no
    created = Counter(
        each.submission.key
        for each in arrivals
        if kept.standings[each.position].verdict is Verdict.CREATED
    )
    assert created == Counter(kept.histories.keys())
    stored = {each.position for h in kept.histories.values() for each in h.versions.values()}
    assert stored == {p for p, each in kept.standings.items() if each.verdict in STORED_VERDICTS}
