"""Tells long answers that the service is to stop. Stops nothing itself."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Closing:
    """Whether the stop has begun; those who watch are called then. It changes once."""

    def __init__(self) -> None:
        """Begin open."""
        self.begun = False
        self._watchers: set[Callable[[], None]] = set()

    @contextmanager
    def watched(self, begin: Callable[[], None]) -> Iterator[None]:
        """Call ``begin`` when the stop begins, for the length of the block."""
        self._watchers.add(begin)
        try:
            yield
        finally:
            self._watchers.discard(begin)

    def begin(self) -> None:
        """Begin the stop."""
        self.begun = True
        for begin in tuple(self._watchers):
            begin()
