"""Tells long answers that the service is to stop. Stops nothing itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Closing:
    """Whether the stop has begun; those who watch are called then. It changes once."""

    def __init__(self) -> None:
        """Begin open."""
        self.begun = False
        # In the order in which they came, so that a stop goes the same way each time.
        self._watchers: dict[Callable[[], None], None] = {}

    @contextmanager
    def watched(self, begin: Callable[[], None]) -> Iterator[None]:
        """Call ``begin`` when the stop begins, for the length of the block."""
        self._watchers[begin] = None
        try:
            yield
        finally:
            self._watchers.pop(begin, None)

    def begin(self) -> None:
        """Begin the stop."""
        self.begun = True
        for begin in tuple(self._watchers):
            begin()
