"""Answers to lines: what is written by parts is what is written whole, and all are counted once."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from acr_gateway.line_answers import Tally, answer_line, pending_line
from acr_http.answers import pending_answer


@given(st.integers(1, 2**40), st.uuids())
def test_by_parts_a_pending_answer_is_what_it_is_whole(line: int, submission_id: object) -> None:
    whole = answer_line(line, pending_answer(str(submission_id)))

    assert pending_line(line, str(submission_id)) == whole


def test_what_was_told_is_not_told_again() -> None:
    tally = Tally()
    tally.by_outcome.update(created=2, refused=1)
    assert tally.untold() == Counter(created=2, refused=1)

    tally.by_outcome.update(created=1)

    assert tally.untold() == Counter(created=1)
    assert tally.untold() == Counter()
    assert tally.by_outcome == Counter(created=3, refused=1)
