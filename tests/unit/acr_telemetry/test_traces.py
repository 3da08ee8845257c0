"""`traceparent`: a well-formed one is kept, anything else begins a trace of our own."""

import re

import pytest

from acr_telemetry.traces import accept_traceparent

GOOD = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_a_well_formed_trace_is_kept() -> None:
    assert accept_traceparent(GOOD) == GOOD


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "x",
        GOOD.upper(),
        GOOD + "-",
        GOOD + "\n",
        "01" + GOOD[2:],
        f"00-{'0' * 32}-b7ad6b7169203331-01",
        f"00-0af7651916cd43dd8448eb211c80319c-{'0' * 16}-01",
        GOOD.replace("a", "\u0661"),
    ],
)
def test_anything_else_begins_a_new_trace_that_is_not_sampled(value: str | None) -> None:
    made = accept_traceparent(value)

    assert made != value
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", made)
    assert accept_traceparent(made) == made


def test_no_two_new_traces_are_alike() -> None:
    assert accept_traceparent(None) != accept_traceparent(None)
