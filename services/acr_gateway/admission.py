"""Bounds the submissions in work at once, so that a flood is refused instead of filling memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from acr_http.app import RETRY_AFTER_SECONDS
from acr_http.problems import Kind, Problem
from acr_telemetry.metrics import SUBMISSIONS_IN_FLIGHT


class Admission:
    """Counts submissions from their first byte to their answer. It changes with each."""

    def __init__(self, in_flight_max: int) -> None:
        """Say how many may be in work."""
        self._in_flight_max = in_flight_max
        self._in_flight = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Admit one submission for the length of the block.

        Raises:
            Problem: 503 if too many are in work; nothing of this one was read then.
        """
        if self._in_flight >= self._in_flight_max:
            raise Problem(
                Kind.OVERLOADED,
                f"{self._in_flight_max} submissions are in work.",
                headers={"Retry-After": RETRY_AFTER_SECONDS, "Connection": "close"},
            )
        self._in_flight += 1
        SUBMISSIONS_IN_FLIGHT.inc()
        try:
            yield
        finally:
            self._in_flight -= 1
            SUBMISSIONS_IN_FLIGHT.dec()
