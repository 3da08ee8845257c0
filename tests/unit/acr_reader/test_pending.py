"""An id that nobody has settled: may it belong to a submission that is kept?"""

import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from acr_reader.pending import may_be_pending

SETTLED = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
SKEW = timedelta(seconds=60)
BOTH = {"cdsr": SETTLED, "lcsr": SETTLED + timedelta(hours=1)}


def made_at(at: datetime) -> uuid.UUID:
    milliseconds = int(at.timestamp() * 1000)
    return uuid.UUID(int=(milliseconds << 80) | (7 << 76) | (2 << 62))


def pending(submission_id: uuid.UUID, caught_up: dict[str, datetime] | None = None) -> bool:
    known = BOTH if caught_up is None else caught_up
    return may_be_pending(submission_id, known, ["cdsr", "lcsr"], SKEW)


def test_an_id_from_after_all_that_is_settled_may_be_pending() -> None:
    assert pending(made_at(SETTLED + timedelta(seconds=1)))


def test_an_id_from_before_all_that_is_settled_never_was() -> None:
    assert not pending(made_at(SETTLED - timedelta(seconds=61)))


def test_clocks_may_be_a_little_apart() -> None:
    assert pending(made_at(SETTLED - timedelta(seconds=59)))
    assert not pending(made_at(SETTLED - SKEW))


def test_the_registry_that_is_least_caught_up_counts() -> None:
    between = made_at(SETTLED + timedelta(minutes=30))

    assert pending(between)
    assert not pending(between, dict.fromkeys(BOTH, SETTLED + timedelta(hours=1)))


def test_with_a_registry_that_was_never_seen_settled_anything_may_be_pending() -> None:
    assert pending(made_at(SETTLED - timedelta(days=999)), {"cdsr": SETTLED})


def test_an_id_that_no_gateway_makes_never_was() -> None:
    assert not pending(uuid.UUID("541eae10-150d-4135-a85d-9ac98e734055"), {})


def test_an_id_from_beyond_the_calendar_is_no_fault() -> None:
    assert pending(uuid.UUID("ffffffff-ffff-7fff-bfff-ffffffffffff"))


@given(st.uuids(allow_nil=True))
def test_any_id_has_an_answer(submission_id: uuid.UUID) -> None:
    assert pending(submission_id) in {True, False}
