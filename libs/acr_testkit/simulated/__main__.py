"""The command that simulates: many seeds with a summary, or one with its story. Exits with 1 on a failure."""

import time
from typing import Annotated

import typer

from acr_cli.output import AsJson, Output
from acr_cli.progress import progress_of
from acr_testkit.simulated.history import drawn, live
from acr_testkit.simulated.many import Failure, Totals, live_many, quiet
from acr_testkit.simulated.planted_faults import PLANTED

FAILURES_SHOWN = 3
STORIES_SHOWN = 1

app = typer.Typer(add_completion=False)


@app.command()
def simulate(
    seeds: Annotated[int, typer.Option(help="How many histories.", min=1)] = 1000,
    first: Annotated[int, typer.Option(help="The first seed.", min=0)] = 0,
    seed: Annotated[int | None, typer.Option(help="Only this one; tell its story.")] = None,
    size: Annotated[int, typer.Option(help="How much is sent in each, in times.", min=1)] = 1,
    plant: Annotated[str | None, typer.Option(help=f"Plant a fault: {'; '.join(PLANTED)}.")] = None,
    workers: Annotated[int, typer.Option(help="Processes.", min=1)] = 2,
    as_json: AsJson = False,
) -> None:
    """Live through histories of the whole system, each from one seed, and check the invariants.

    Example: python -m acr_testkit.simulated --seeds 10000
    """
    output = Output(as_json=as_json)
    if plant is not None and plant not in PLANTED:
        output.fail(f"there is no such fault to plant; name one of: {'; '.join(PLANTED)}")
    if seed is not None:
        _tell_one(output, seed, size, plant)
        return
    began = time.monotonic()
    totals = Totals()
    with progress_of("histories", seeds, shown=True) as advance:
        for each in live_many(range(first, first + seeds), size, plant, workers):
            totals.add(each)
            advance(totals.histories, totals.histories)
    _summarize(output, totals, time.monotonic() - began, size)


def _tell_one(output: Output, seed: int, size: int, plant: str | None) -> None:
    quiet()
    parts = PLANTED[plant] if plant else None
    verdict = live(seed, drawn(seed, size), parts, with_story=True)
    for line in verdict.story:
        output.say(line)
    output.say(str(verdict.report))
    for fault in verdict.faults:
        output.complain(fault)
    output.data(
        {"seed": seed, "story": verdict.story, "faults": verdict.faults, **verdict.report.as_data()}
    )
    if not verdict.holds:
        raise typer.Exit(1)


def _summarize(output: Output, totals: Totals, seconds: float, size: int) -> None:
    output.data(totals.as_data(seconds))
    output.say(
        f"{totals.histories:,} histories, {totals.arrivals:,} arrivals in {seconds:,.0f} s: "
        f"{totals.histories / seconds:,.0f} histories and {totals.arrivals / seconds:,.0f} arrivals "
        f"a second; {totals.simulated_seconds / 3600:,.0f} simulated hours"
    )
    output.say(str(totals.report))
    if not totals.failed:
        return
    output.complain(f"{totals.failed} histories break what must hold")
    for place, failure in enumerate(totals.failures[:FAILURES_SHOWN]):
        _tell_failure(output, failure, size, whole=place < STORIES_SHOWN)
    raise typer.Exit(1)


def _tell_failure(output: Output, failure: Failure, size: int, *, whole: bool) -> None:
    if whole:
        for line in failure.story:
            output.say(line)
    for what in failure.what:
        output.say(f"  {what}")
    output.say(f"Live it again: make simulate SEED={failure.seed} SIZE={size}")


if __name__ == "__main__":
    app()
