"""Shows how far the filling of typed tables is, one registry after the other."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from acr_cli.progress import Advance, progress_of
from acr_postgres.filling import Report


@contextmanager
def filling_shown(*, shown: bool) -> Iterator[Report]:
    """Give a function that is told of each step; each registry has a bar of its own."""
    with ExitStack() as stack:
        bars: dict[str, Advance] = {}

        def report(registry: str, done: int, total: int) -> None:
            if registry not in bars:
                stack.close()  # A terminal has one bar at a time.
                bars[registry] = stack.enter_context(
                    progress_of(f"tables of {registry}", total, shown=shown)
                )
            bars[registry](done, done)

        yield report
