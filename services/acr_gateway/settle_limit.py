"""Chooses how many submissions may be in work, by how long it takes until they are settled. Pure.

What is appended faster than it is settled only waits in the log, where nobody can be passed any more.
So the bound follows the time to settle: it shrinks while that is more than twice what it is at rest, and
grows while the bound is what holds work back. Source: the gradient of Netflix's concurrency-limits.
"""

import math

WINDOW_SECONDS = 0.1
TOLERANCE = 2.0
LEAST = 32
# At rest, settling takes so long that its jitter says nothing about load.
REST_SECONDS_MIN = 0.02
SHRINK_MOST = 0.7
FORGET = 0.05


class SettleLimit:
    """The bound of the moment. It changes with what is settled."""

    def __init__(self, most: int) -> None:
        """Begin without experience: at the most."""
        self._most = most
        self.value = most
        self._rest_seconds: float | None = None
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
        held_back = self._busiest >= self.value
        rest = min(self._rest_seconds or seconds, seconds)
        if not held_back:
            # Only work that nothing held back shows that settling takes longer by itself.
            rest += (seconds - rest) * FORGET
        self._rest_seconds = rest
        gradient = TOLERANCE * max(rest, REST_SECONDS_MIN) / seconds if seconds else 1.0
        if gradient < 1.0:
            wanted = min(self.value, self._busiest) * max(gradient, SHRINK_MOST)
        elif held_back:
            wanted = self.value + math.sqrt(self.value)
        else:
            return
        self.value = int(min(max(wanted, min(LEAST, self._most)), self._most))
