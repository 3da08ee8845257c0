"""Shows how far a long work is: a bar with its rate on a terminal, a line now and then elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.text import Text

# A bar that is drawn for each record would cost more than the record.
STEP_SECONDS = 0.1
LINE_SECONDS = 10.0

Advance: TypeAlias = Callable[[int, int], None]
"""Tells the records done since the beginning, and the share of the work in units of its total."""


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        """Show records a second since the beginning."""
        records, elapsed = task.fields["records"], task.elapsed or 0.0
        rate = f"{records / elapsed:,.0f}/s" if elapsed else ""
        return Text(f"{records:,} {rate} {task.fields['beside']()}".rstrip())


@contextmanager
def progress_of(
    what: str, total: int | None, *, shown: bool, beside: Callable[[], str] = str
) -> Iterator[Advance]:
    """Give a function that shows how far the work is, on standard error.

    ``total`` is the whole work in any unit, None where it is not known; ``beside`` gives what else is
    shown each time.
    """
    console = Console(stderr=True)
    if not shown:
        yield lambda _, __: None
    elif console.is_terminal:
        columns = (TextColumn(what), BarColumn(), _Rate(), TimeElapsedColumn())
        left = () if total is None else (TimeRemainingColumn(),)
        # What a person reads beside the bar goes through it; what a file gets does not.
        redirected = sys.stdout.isatty()
        with Progress(
            *columns, *left, console=console, transient=True, redirect_stdout=redirected
        ) as progress:
            task = progress.add_task(what, total=total, records=0, beside=beside)

            def draw(records: int, done: int) -> None:
                progress.update(task, completed=done, records=records)

            yield _every(STEP_SECONDS, draw)
    else:
        began = time.monotonic()

        def write(records: int, _: int) -> None:
            rate = records / (time.monotonic() - began)
            told = f"{what}: {records:,} so far, {rate:,.0f}/s {beside()}".rstrip()
            sys.stderr.write(told + "\n")

        yield _every(LINE_SECONDS, write)


def _every(seconds: float, show: Advance) -> Advance:
    due = time.monotonic() + seconds

    def advance(records: int, done: int) -> None:
        nonlocal due
        now = time.monotonic()
        if now >= due:
            due = now + seconds
            show(records, done)

    return advance
