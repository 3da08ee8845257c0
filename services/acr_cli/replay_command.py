"""The command that runs arrivals through today's rules again."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Annotated, TypeVar

import typer
import uvloop

from acr_cli.output import AsJson, Output
from acr_cli.progress import Advance, progress_of
from acr_cli.registry_names import RegistryName, find_registry
from acr_cli.replay_report import ended_data, run_data, show_ended, show_run
from acr_cli.stopping import StopRequests
from acr_domain.errors import Unavailable
from acr_http.garbage import look_rarely
from acr_postgres.amending import NeverSettled
from acr_postgres.migrations import SchemaBehind
from acr_postgres.pool import open_pool
from acr_postgres.replays import NoSuchRun, Overlap, ReplayStore, Run
from acr_replayer.opening import (
    Deciders,
    Ended,
    Settings,
    Watch,
    resume_replay,
    start_replay,
    who_asks,
)
from acr_replayer.replay import TakenOver
from acr_replayer.selection import BadSelection, Selection
from acr_settings.cores import count_cores
from acr_settings.reading import BadSettings, read_settings
from acr_settings.settings import KafkaSettings, PostgresSettings, ReplayerSettings

TROUBLE = (
    BadSelection,
    BadSettings,
    NeverSettled,
    NoSuchRun,
    OSError,
    Overlap,
    SchemaBehind,
    TakenOver,
    TimeoutError,
    Unavailable,
)

FoundT = TypeVar("FoundT")

replay_app = typer.Typer(
    help="Arrivals through today's rules again. Example: acr-connect replay run lcsr",
    no_args_is_help=True,
)
RunId = Annotated[uuid.UUID, typer.Argument(help="Id of the run, as `replay list` tells it.")]
Rate = Annotated[float | None, typer.Option(min=0.1, help="Arrivals a second at most.")]
Workers = Annotated[
    int | None,
    typer.Option(
        min=1, max=64, help="Processes; one a core by default, never more than partitions."
    ),
]
Times = typer.Option(help="Receipt, UTC where no zone is named.")
Partitions = Annotated[
    list[int] | None, typer.Option("--partition", min=0, help="May be repeated.")
]


@replay_app.command("run")
def run_command(  # One parameter an option.
    registry: RegistryName,
    for_real: Annotated[
        bool, typer.Option("--for-real", help="Apply it; without, nothing changes.")
    ] = False,
    why: Annotated[str, typer.Option(help="Why; needed with --for-real.")] = "",
    who: Annotated[str | None, typer.Option(help="Who; default the system's user.")] = None,
    partition: Partitions = None,
    from_offset: Annotated[int | None, typer.Option(min=0, help="First offset.")] = None,
    to_offset: Annotated[int | None, typer.Option(min=0, help="Offset to stop before.")] = None,
    since: Annotated[datetime | None, Times] = None,
    until: Annotated[datetime | None, Times] = None,
    partner: Annotated[str | None, typer.Option(help="Of one partner id only.")] = None,
    record: Annotated[uuid.UUID | None, typer.Option(help="Of one header id only.")] = None,
    rule: Annotated[str | None, typer.Option(help="Whose findings name this rule.")] = None,
    tell_senders: Annotated[bool, typer.Option(help="Send results to the senders.")] = False,
    rate: Rate = None,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Run settled arrivals through today's rules; a dry run, unless --for-real is given.

    Example: acr-connect replay run lcsr --rule LCSR-204 --for-real --why "limit was wrong"
    """
    output = Output(as_json=as_json)
    _require_why(output, why, for_real=for_real)
    selection = Selection(
        tuple(sorted(set(partition or ()))),
        from_offset,
        to_offset,
        _utc(since),
        _utc(until),
        partner,
        str(record) if record else None,
        rule,
    )
    declared = find_registry(registry, output)
    deciders = Deciders(who or who_asks(), why.strip() or "dry run", for_real, tell_senders)
    _work(
        output,
        rate,
        workers,
        lambda watch: start_replay(declared, selection, deciders, _settings(), watch),
    )


@replay_app.command("resume")
def resume_command(
    run_id: RunId, rate: Rate = None, workers: Workers = None, as_json: AsJson = False
) -> None:
    """Go on with a run that was stopped or killed; one that still runs is taken over.

    Example: acr-connect replay resume 0f8b1d5e-2f6c-4a53-9a0e-6f1f8f0c0001
    """
    output = Output(as_json=as_json)
    found = _look(output, lambda replays: replays.find(run_id))
    declared = find_registry(found.registry, output)
    _work(output, rate, workers, lambda watch: resume_replay(declared, run_id, _settings(), watch))


@replay_app.command("abandon")
def abandon_command(
    run_id: RunId,
    why: Annotated[str, typer.Option(help="Why it is given up; it is written down.")],
    who: Annotated[
        str | None, typer.Option(help="Who decides; default the operating system's user.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Give a run up, so that others may cover its stretch; what it has changed stays changed.

    Example: acr-connect replay abandon 0f8b1d5e-2f6c-4a53-9a0e-6f1f8f0c0001 --why "wrong rule"
    """
    output = Output(as_json=as_json)
    if not why.strip():
        output.fail("--why says nothing: tell why the run is given up")
    by = who or who_asks()
    _look(output, lambda replays: replays.abandon(run_id, by, why.strip()), role="acr_writer")
    output.data({"run_id": str(run_id), "state": "abandoned", "who": by, "why": why.strip()})
    if not as_json:
        output.say(f"abandoned {run_id}")


@replay_app.command("list")
def list_command(
    registry: Annotated[str | None, typer.Argument(help="Of one registry only.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the last runs, the youngest first: who, why, how far, what changed.

    Example: acr-connect replay list lcsr
    """
    output = Output(as_json=as_json)
    runs = _look(output, lambda replays: replays.list(registry))
    output.data({"runs": [run_data(each) for each in runs]})
    if not as_json:
        for each in runs:
            show_run(each, output)
        output.say(f"{len(runs)} runs")


@replay_app.command("show")
def show_command(run_id: RunId, as_json: AsJson = False) -> None:
    """Show one run: what was asked for, how far it is, what it found and changed.

    Example: acr-connect replay show 0f8b1d5e-2f6c-4a53-9a0e-6f1f8f0c0001 --json
    """
    output = Output(as_json=as_json)
    run = _look(output, lambda replays: replays.find(run_id))
    output.data(run_data(run))
    if not as_json:
        show_run(run, output, whole=True)


def _work(
    output: Output,
    rate: float | None,
    workers: int | None,
    start: Callable[[Watch], Awaitable[Ended]],
) -> None:
    """Run a replay with its bar, and tell what became of it."""
    look_rarely()
    with StopRequests(output) as stops, ExitStack() as bars:

        def begin(run: Run) -> Advance:
            whole = sum(each.end - each.begin for each in run.stretches)
            if not output.as_json:
                output.step(f"{run.registry}, {whole} offsets, by {run.contract}")
                if run.state != "dry":
                    output.step(f"run {run.run_id}")
            return bars.enter_context(_shown(whole, shown=not output.as_json))

        async def work() -> Ended:
            count = workers or count_cores()
            return await start(Watch(rate, lambda: stops.requested, begin, count))

        try:
            ended = uvloop.run(work())
        except TROUBLE as error:
            output.fail(_words(error))
    output.data(ended_data(ended))
    if not output.as_json:
        show_ended(ended, output)
    if ended.state == "stopped":
        raise typer.Exit(1)


@contextmanager
def _shown(whole: int, *, shown: bool) -> Iterator[Advance]:
    with progress_of("replay", whole, shown=shown) as advance:
        yield advance


def _look(
    output: Output, ask: Callable[[ReplayStore], Awaitable[FoundT]], role: str = "acr_reader"
) -> FoundT:
    async def look() -> FoundT:
        async with open_pool(read_settings(PostgresSettings), role, "acr-connect-replay") as pool:
            return await ask(ReplayStore(pool))

    try:
        return asyncio.run(look())
    except TROUBLE as error:
        output.fail(_words(error))


def _settings() -> Settings:
    return Settings(
        read_settings(KafkaSettings),
        read_settings(PostgresSettings),
        read_settings(ReplayerSettings),
    )


def _require_why(output: Output, why: str, *, for_real: bool) -> None:
    if for_real and not why.strip():
        output.fail("say why with --why: it is kept with every arrival that is amended")


def _utc(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at


def _words(error: Exception) -> str:
    if isinstance(error, BadSettings):
        return "; ".join(error.problems)
    if isinstance(error, TimeoutError) and not str(error):
        return "Kafka does not answer, or lacks the amendments topic: `acr-connect topics apply`"
    return str(error)
