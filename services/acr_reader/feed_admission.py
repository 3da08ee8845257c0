"""Bounds how many feeds are open at once, in all and for one partner."""

import contextlib
from collections import Counter
from collections.abc import Iterator

from acr_http.problems import Kind, Problem
from acr_telemetry import metrics

RETRY_AFTER_SECONDS = "5"


class FeedAdmission:
    """Counts the open feeds of this process."""

    def __init__(self, feeds_max: int, feeds_per_partner_max: int) -> None:
        """Begin with none."""
        self._feeds_max = feeds_max
        self._feeds_per_partner_max = feeds_per_partner_max
        self._open: Counter[tuple[str, str]] = Counter()

    @contextlib.contextmanager
    def one(self, registry: str, partner_id: str, form: str) -> Iterator[None]:
        """Hold a place while the block runs.

        Raises:
            Problem: 503 where there is none.
        """
        whose = (registry, partner_id)
        if self._open.total() >= self._feeds_max:
            raise _full(registry, "Too many feeds are open at this service.")
        if self._open[whose] >= self._feeds_per_partner_max:
            raise _full(registry, "Too many feeds of this partner are open; one is enough.")
        self._open[whose] += 1
        metrics.FEEDS_OPEN.labels(registry, form).inc()
        try:
            yield
        finally:
            metrics.FEEDS_OPEN.labels(registry, form).dec()
            self._open[whose] -= 1
            if not self._open[whose]:
                del self._open[whose]


def _full(registry: str, detail: str) -> Problem:
    metrics.FEEDS_REFUSED.labels(registry).inc()
    return Problem(Kind.OVERLOADED, detail, headers={"Retry-After": RETRY_AFTER_SECONDS})
