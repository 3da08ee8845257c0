"""Tallies: what a replay counts adds up, whatever the batches, and holds few examples."""

import json
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from acr_domain.amending import Standing
from acr_domain.findings import Finding, Severity
from acr_domain.judgement import Outcome, Verdict
from acr_domain.submission import LogPosition
from acr_replayer.tally import EXAMPLES_MAX, Tally, read_tally, total

ERROR = Finding(Severity.ERROR, "R-1", "/payload/a", "Broken.")
WARNING = Finding(Severity.WARNING, "R-2", "/payload/b", "Odd.")


def outcome(number: int, verdict: Verdict, *findings: Finding) -> Outcome:
    return Outcome(LogPosition("t", 0, number), f"id-{number}", verdict, findings=findings)


def test_verdicts_and_rules_are_counted_both_ways() -> None:
    tally = Tally()

    tally.note(Standing(Verdict.REJECTED, (ERROR,)), outcome(0, Verdict.CREATED, WARNING))
    tally.note(Standing(Verdict.CREATED, (WARNING,)), outcome(1, Verdict.CREATED, WARNING))
    tally.note(Standing(Verdict.CREATED), outcome(2, Verdict.CREATED, ERROR, ERROR))

    assert (tally.arrivals, tally.changed, tally.kept) == (3, 2, 1)
    assert tally.verdicts == {"rejected -> created": 1}
    assert tally.appeared == {"R-2 warning": 1, "R-1 error": 2}
    assert tally.vanished == {"R-1 error": 1}
    assert tally.examples[0] == {
        "submission_id": "id-0",
        "position": "t/0/0",
        "before": "rejected",
        "after": "created",
        "appeared": [{"rule": "R-2", "severity": "warning", "pointer": "/payload/b"}],
        "vanished": [{"rule": "R-1", "severity": "error", "pointer": "/payload/a"}],
    }


def test_rows_are_counted_by_table_and_records_once() -> None:
    tally = Tally()

    tally.note_rows(Counter({("exams", "added"): 2, ("submissions", "changed"): 1}))
    tally.note_rows(Counter())

    assert tally.records == 1
    assert tally.rows == {"exams added": 2, "submissions changed": 1}


def test_dead_letters_that_were_given_up_are_named() -> None:
    tally = Tally()

    tally.note_discarded({LogPosition("t", 0, 4), LogPosition("t", 0, 2)})

    assert (tally.arrivals, tally.discarded) == (2, 2)
    assert [each["position"] for each in tally.examples] == ["t/0/2", "t/0/4"]


noted = st.lists(
    st.tuples(
        st.sampled_from(Verdict), st.sampled_from(Verdict), st.sampled_from([ERROR, WARNING])
    ),
    max_size=40,
)


@given(noted, st.integers(0, 40))
def test_tallies_of_batches_add_up_to_the_tally_of_the_whole(
    notes: list[tuple[Verdict, Verdict, Finding]], cut: int
) -> None:
    whole, parts = Tally(), [Tally(), Tally()]
    for number, (before, after, finding) in enumerate(notes):
        for each in (whole, parts[number >= cut]):
            each.note(Standing(before), outcome(number, after, finding))

    assert total(parts).data() == whole.data()
    assert parts[0].with_other(parts[1]).data() == whole.data()
    assert len(whole.examples) <= EXAMPLES_MAX
    assert read_tally(json.loads(json.dumps(whole.data()))).data() == whole.data()
