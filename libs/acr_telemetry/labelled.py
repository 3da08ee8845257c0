"""Metrics whose labelled children are found by one look into a dictionary. Counts nothing itself.

prometheus_client takes a lock and writes every label as text anew for each look; the walk of one
submission looks a dozen times.
"""

from typing import Any

import prometheus_client
from prometheus_client.metrics import MetricWrapperBase


class _Labelled(MetricWrapperBase):
    """Finds a child that is there already without the lock."""

    def labels(self, *values: Any, **named: Any) -> Any:
        """Give the child of these label values; made where it is not there."""
        child = None if named else self._metrics.get(values)
        return super().labels(*values, **named) if child is None else child


class Counter(_Labelled, prometheus_client.Counter):
    """A counter."""


class Gauge(_Labelled, prometheus_client.Gauge):
    """A gauge."""


class Histogram(_Labelled, prometheus_client.Histogram):
    """A histogram."""
