"""Bounds the submissions in work at once, so that a flood is refused instead of filling memory."""

from collections.abc import Iterator
from contextlib import contextmanager

from acr_http.app import RETRY_AFTER_SECONDS
from acr_http.problems import Kind, Problem
from acr_telemetry.metrics import STREAMS_OPEN, SUBMISSIONS_IN_FLIGHT


class Admission:
    """Counts submissions from their first byte to their answer. It changes with each."""

    def __init__(self, in_flight_max: int, streams_max: int = 200) -> None:
        """Say how many submissions may be in work, and how many streams may be open."""
        self._in_flight_max = in_flight_max
        self._in_flight = 0
        self._streams_max = streams_max
        self._streams = 0

    @contextmanager
    def stream(self, registry: str) -> Iterator[None]:
        """Admit one stream for the length of the block.

        Raises:
            Problem: 503 if too many are open; nothing of this one was read then.
        """
        if self._streams >= self._streams_max:
            raise _overloaded(f"{self._streams_max} streams are open.")
        self._streams += 1
        with STREAMS_OPEN.labels(registry).track_inprogress():
            try:
                yield
            finally:
                self._streams -= 1

    @contextmanager
    def one(self) -> Iterator[None]:
        """Admit one submission for the length of the block.

        Raises:
            Problem: 503 if too many are in work; nothing of this one was read then.
        """
        if self._in_flight >= self._in_flight_max:
            raise _overloaded(f"{self._in_flight_max} submissions are in work.")
        self._in_flight += 1
        SUBMISSIONS_IN_FLIGHT.inc()
        try:
            yield
        finally:
            self._in_flight -= 1
            SUBMISSIONS_IN_FLIGHT.dec()


def _overloaded(detail: str) -> Problem:
    headers = {"Retry-After": RETRY_AFTER_SECONDS, "Connection": "close"}
    return Problem(Kind.OVERLOADED, detail, headers=headers)
