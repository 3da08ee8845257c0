"""`Prefer`, by RFC 7240."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_http.preferences import Waiting, read_waiting


@pytest.mark.parametrize(
    ("prefer", "waiting"),
    [
        ([], Waiting(10, None)),
        ([""], Waiting(10, None)),
        (["wait=5"], Waiting(5, "wait=5")),
        (["WAIT = 5"], Waiting(5, "wait=5")),
        (['wait="5"'], Waiting(5, "wait=5")),
        (["wait=5; foo=bar"], Waiting(5, "wait=5")),
        (["wait=0"], Waiting(0, "wait=0")),
        (["wait=61"], Waiting(60, "wait=60")),
        (["wait=999999999"], Waiting(60, "wait=60")),
        (["wait=5, wait=7"], Waiting(5, "wait=5")),
        (["wait=5", "wait=7"], Waiting(5, "wait=5")),
        (["respond-async"], Waiting(0, "respond-async")),
        (["Respond-Async"], Waiting(0, "respond-async")),
        (["respond-async, wait=7"], Waiting(7, "respond-async, wait=7")),
        (["wait=7", "respond-async"], Waiting(7, "respond-async, wait=7")),
        (["handling=lenient, wait=3, return=minimal"], Waiting(3, "wait=3")),
        (["wait"], Waiting(10, None)),
        (["wait="], Waiting(10, None)),
        (["wait=-1"], Waiting(10, None)),
        (["wait=1.5"], Waiting(10, None)),
        (["wait=9999999999"], Waiting(10, None)),
        (["await=5"], Waiting(10, None)),
        (["respond-asynchronously"], Waiting(10, None)),
        (["wait=\u0665"], Waiting(10, None)),
    ],
)
def test_these_fields_ask_for_this_wait(prefer: list[str], waiting: Waiting) -> None:
    assert read_waiting(prefer, default=10, longest=60) == waiting


def test_the_default_is_bounded_too() -> None:
    assert read_waiting([], default=10, longest=2) == Waiting(2, None)


@given(st.lists(st.text(max_size=20), max_size=3))
def test_whatever_is_sent_the_wait_is_within_its_bounds(prefer: list[str]) -> None:
    assert 0 <= read_waiting(prefer, default=10, longest=60).seconds <= 60
