"""Waits between attempts: jitter within a bound that grows, and what the service asks for."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_client.backoff import ASKED_SECONDS_MAX, BOUND_SECONDS_MAX, Backoff, asked_seconds

NOW = datetime(2026, 5, 4, 12, 0, 0, tzinfo=UTC)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60), st.floats(0, 1000))
def test_each_wait_is_at_least_what_was_asked_and_at_most_the_bound_more(
    chances: list[float], asked: float
) -> None:
    drawn = iter(chances)
    backoff = Backoff(lambda: next(drawn))

    for chance in chances:
        wait = backoff.next_seconds(asked)
        least = min(asked, ASKED_SECONDS_MAX)
        assert least <= wait <= least + chance * BOUND_SECONDS_MAX + 1e-9


def test_the_bound_doubles_up_to_its_cap_and_begins_again_after_success() -> None:
    backoff = Backoff(lambda: 1.0)

    assert [backoff.next_seconds() for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    backoff.reset()
    assert backoff.next_seconds() == 0.5


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "soon"}, 0),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "Mon, 04 May 2026 12:00:30 GMT"}, 30),
        ({"retry-after": "Mon, 04 May 2026 11:00:00 GMT"}, 0),
        ({"ratelimit": '"partner";r=0;t=12'}, 12),
        ({"ratelimit": '"partner";r=5;t=12'}, 0),
        ({"ratelimit": '"a";r=5;t=1, "b"; r=0; t=9'}, 9),
        ({"ratelimit": "nonsense"}, 0),
        ({"retry-after": "2", "ratelimit": '"partner";r=0;t=12'}, 2),
    ],
)
def test_what_a_service_asks_for_is_read(headers: dict[str, str], seconds: float) -> None:
    assert asked_seconds(headers, NOW) == seconds
