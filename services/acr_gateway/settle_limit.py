"""Chooses how many submissions may be in work, by how long it takes until they are settled. Pure.

What is appended faster than it is settled only waits in the log, where nobody can be passed any more.
So the bound shrinks while settling takes longer than is wanted, and grows while it is what holds work
back. Consumers settle in batches: a bound that followed the time at rest would keep them small, and
cost four fifths of the rate of a stream (measured).
"""

import math

WINDOW_SECONDS = 0.1
# Below that, consumers' batches become so small that everybody waits longer.
LEAST = 256
SHRINK_MOST = 0.7


class SettleLimit:
    """The bound of the moment. It changes with what is settled."""

    def __init__(self, most: int, seconds_wanted: float) -> None:
        """Begin without experience: at the most."""
        self._most = most
        self._seconds_wanted = seconds_wanted
        self.value = most
        self._window_began = 0.0
        self._count = 0
        self._sum_seconds = 0.0
        self._busiest = 0

    def note(self, seconds: float, in_flight: int, now: float) -> None:
        """Note one submission that was settled within ``seconds``, and how many are in work."""
        if not self._count:
            self._window_began = now
        self._count += 1
        self._sum_seconds += seconds
        self._busiest = max(self._busiest, in_flight)
        if now - self._window_began >= WINDOW_SECONDS:
            self._adapt(self._sum_seconds / self._count)
            self._count, self._sum_seconds, self._busiest = 0, 0.0, 0

    def _adapt(self, seconds: float) -> None:
        if seconds > self._seconds_wanted:
            wanted = min(self.value, self._busiest) * max(
                self._seconds_wanted / seconds, SHRINK_MOST
            )
        elif self._busiest >= self.value:
            wanted = self.value + math.sqrt(self.value)
        else:
            return
        self.value = int(min(max(wanted, LEAST), self._most))
