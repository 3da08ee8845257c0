"""Days and times are remembered for speed; what a sender can make the service keep so is bounded."""

import sys
from collections.abc import Callable

import pytest

from acr_registries.values import read_day, read_time


@pytest.mark.parametrize("read", [read_day, read_time])
@pytest.mark.parametrize("text", ["2026-01-31", "2026-01-31T20:17:56.123456789-05:00"])
def test_a_long_text_is_none_and_is_not_remembered(
    read: Callable[[str], object], text: str
) -> None:
    long_text = text + "0" * 1000
    holders = sys.getrefcount(long_text)

    assert read(long_text) is None
    assert sys.getrefcount(long_text) == holders


def test_the_longest_time_is_read() -> None:
    assert read_time("2026-01-31T20:17:56.123456789-05:00") is not None
