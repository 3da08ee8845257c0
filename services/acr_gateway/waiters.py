"""Those who wait for a result: by submission id, in this process only. No I/O."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from acr_domain.judgement import Outcome


class Waiters:
    """Hands each result to whoever waits for it. It changes with every submission."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._expected: dict[str, asyncio.Future[Outcome | None]] = {}

    @contextmanager
    def expect(self, submission_id: str) -> "Iterator[asyncio.Future[Outcome | None]]":
        """Give a future that the result will fill; it is forgotten when the block ends."""
        future: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()
        self._expected[submission_id] = future
        try:
            yield future
        finally:
            del self._expected[submission_id]

    def tell(self, outcome: Outcome) -> bool:
        """Hand over a result; False for one that nobody waits for, or a repeat, which is let go."""
        future = self._expected.get(outcome.submission_id)
        if future is None or future.done():
            return False
        future.set_result(outcome)
        return True

    def give_up(self) -> None:
        """End every wait without a result, as when the service stops: their data is safe."""
        for future in self._expected.values():
            if not future.done():
                future.set_result(None)
