"""Those who wait for a result: by submission id, in this process only. No I/O."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from acr_domain.judgement import Outcome

# Takes a result, or None where none will come in this process's time.
Hear = Callable[[Outcome | None], None]


class Waiters:
    """Hands each result to whoever waits for it. It changes with every submission."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self._expected: dict[str, Hear] = {}

    def watch(self, submission_id: str, hear: Hear) -> None:
        """Call ``hear`` once with the result, unless `forget` comes first."""
        self._expected[submission_id] = hear

    def forget(self, submission_id: str) -> None:
        """Wait no longer."""
        self._expected.pop(submission_id, None)

    @contextmanager
    def expect(self, submission_id: str) -> "Iterator[asyncio.Future[Outcome | None]]":
        """Give a future that the result will fill; it is forgotten when the block ends."""
        future: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()

        def fill(outcome: Outcome | None) -> None:
            if not future.done():
                future.set_result(outcome)

        self.watch(submission_id, fill)
        try:
            yield future
        finally:
            self.forget(submission_id)

    def tell(self, outcome: Outcome) -> bool:
        """Hand over a result; False for one that nobody waits for, or a repeat, which is let go."""
        hear = self._expected.pop(outcome.submission_id, None)
        if hear is None:
            return False
        hear(outcome)
        return True

    def give_up(self) -> None:
        """End every wait without a result, as when the service stops.

        Whoever waits knows whether the log has acknowledged what it sent, and is safe then.
        """
        expected, self._expected = self._expected, {}
        for hear in expected.values():
            hear(None)
