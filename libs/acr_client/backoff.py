"""How long to wait before trying again: full jitter, capped, never less than the service asks for. Pure.

Full jitter: a time drawn evenly between nothing and a bound that doubles. It spreads senders best
that failed together (AWS Architecture Blog, "Exponential Backoff And Jitter").
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_SECONDS = 0.5
BOUND_SECONDS_MAX = 30.0
ASKED_SECONDS_MAX = 300.0
_RESET = re.compile(r";\s*t=([0-9]{1,9})")
_NOTHING_LEFT = re.compile(r";\s*r=0(?![0-9])")


class Backoff:
    """The waits of one sender. It changes with each failure."""

    def __init__(self, chance: Callable[[], float]) -> None:
        """Draw from ``chance``, which gives numbers from 0 to 1."""
        self._chance = chance
        self._failures = 0

    def reset(self) -> None:
        """Begin again: something went well."""
        self._failures = 0

    def next_seconds(self, asked_seconds: float = 0.0) -> float:
        """Give the wait after another failure; ``asked_seconds`` is what the service asked for."""
        bound = min(BOUND_SECONDS_MAX, FIRST_SECONDS * float(2 ** min(self._failures, 16)))
        self._failures += 1
        # On top of what was asked: otherwise all would come back at the very same moment.
        return min(asked_seconds, ASKED_SECONDS_MAX) + self._chance() * bound


def asked_seconds(headers: Mapping[str, str], now: datetime | None = None) -> float:
    """Read `Retry-After` (seconds or a date), else `RateLimit` where nothing is left; 0 without."""
    retry_after = headers.get("retry-after", "").strip()
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    if retry_after:
        try:
            moment = parsedate_to_datetime(retry_after)
        except ValueError:
            return 0.0
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())
    for policy in headers.get("ratelimit", "").split(","):
        reset = _RESET.search(policy)
        if reset and _NOTHING_LEFT.search(policy):
            return float(reset[1])
    return 0.0
