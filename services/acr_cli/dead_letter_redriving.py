"""Commands that take care of dead letters for good: redrive and discard. Both only add amendments."""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated

import typer

from acr_cli import dead_letter_options as options
from acr_cli.dead_letter_commands import PROGRAM, WRITER, run
from acr_cli.output import AsJson, Output
from acr_cli.progress import progress_of
from acr_cli.registry_names import RegistryName, find_registry
from acr_domain.amending import Deed, Kind
from acr_domain.errors import Unavailable
from acr_domain.topics import submissions_topic
from acr_kafka.positions import open_position_reader
from acr_kafka.writer import LogWriter, open_writer
from acr_postgres.letters import (
    LetterFilter,
    LetterPlace,
    LetterState,
    LetterStore,
    ListedLetter,
)
from acr_postgres.migrations import require_schema
from acr_postgres.pool import open_pool
from acr_postgres.settlement import SettlementStore
from acr_rebuilding.ready import require_ready
from acr_registries.projection import open_projection
from acr_registries.registry import Registry
from acr_settings.reading import read_settings
from acr_settings.settings import KafkaSettings, PostgresSettings
from acr_settling.amending import Amender, announce_all
from acr_settling.redriving import Redriver

STAYS = "stays open: "


@dataclass(slots=True)
class Wanted:
    """Which letters of a registry are meant: single places, or a filter of the open ones."""

    registry: Registry
    places: Sequence[LetterPlace]
    open_ones: LetterFilter

    @property
    def filters(self) -> list[LetterFilter]:
        """The filters to ask with, one after the other."""
        return options.filters_of(self.places) if self.places else [self.open_ones]


@dataclass(slots=True)
class Report:
    """What a run did, letter by letter. It grows."""

    run_id: str
    dry_run: bool
    letters: list[dict[str, object]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    left_open: int = 0

    def add(self, place: LetterPlace, what: str, why: str | None = None) -> None:
        """Note one letter."""
        self.letters.append({"letter": str(place), "what": what, "why": why})
        self.counts[what] += 1
        self.left_open += why is not None


def redrive_command(
    registry: RegistryName,
    at: options.At = None,
    error_class: options.Classes = None,
    partner: options.Partner = None,
    key: options.Key = None,
    since: options.Since = None,
    until: options.Until = None,
    partition: options.Partition = None,
    from_offset: options.FromOffset = None,
    to_offset: options.ToOffset = None,
    everything: options.Everything = False,
    why: Annotated[str, typer.Option(help="Why they are redriven; it is written down.")] = (
        "redriven after mending"
    ),
    who: options.Who = None,
    tell_senders: Annotated[
        bool,
        typer.Option("--tell-senders", help="Tell senders the new results, marked as amended."),
    ] = False,
    dry_run: options.DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Settle open dead letters anew from their bytes in the log, by today's code.

    Each keeps its place in the order of versions. Exits with 1 where one stays open. A run that broke
    off is simply run again.

    Example: acr-connect dead-letters redrive lcsr --class integrity-violation --dry-run
    """
    output = Output(as_json=as_json)
    narrowed = options.letter_filter(
        [registry],
        [LetterState.OPEN],
        error_class,
        (partner, key),
        (since, until),
        partition,
        (from_offset, to_offset),
    )
    wanted = _wanted(registry, at, narrowed, everything, output)
    deed = Deed(Kind.REDRIVEN, str(uuid.uuid4()), options.person(who), why, None, tell_senders)
    report = run(_redrive(wanted, deed, output, dry_run), output)
    _tell(report, output)


def discard_command(
    registry: RegistryName,
    why: Annotated[str, typer.Option(help="Why they are given up; it is written down.")],
    at: options.At = None,
    error_class: options.Classes = None,
    partner: options.Partner = None,
    key: options.Key = None,
    since: options.Since = None,
    until: options.Until = None,
    partition: options.Partition = None,
    from_offset: options.FromOffset = None,
    to_offset: options.ToOffset = None,
    everything: options.Everything = False,
    who: options.Who = None,
    dry_run: options.DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Give open dead letters up. Nothing is deleted: the log and the table keep their bytes.

    Example: acr-connect dead-letters discard lcsr --at 3/1017 --why "a test program wrote it"
    """
    output = Output(as_json=as_json)
    narrowed = options.letter_filter(
        [registry],
        [LetterState.OPEN],
        error_class,
        (partner, key),
        (since, until),
        partition,
        (from_offset, to_offset),
    )
    wanted = _wanted(registry, at, narrowed, everything, output)
    deed = Deed(Kind.DISCARDED, str(uuid.uuid4()), options.person(who), why)
    report = run(_discard(wanted, deed, output, dry_run), output)
    _tell(report, output)


def _wanted(
    registry: str, at: list[str] | None, narrowed: LetterFilter, everything: bool, output: Output
) -> Wanted:
    """Find out which letters are meant; nothing is taken for "all" by mistake."""
    found = find_registry(registry, output)
    all_open = LetterFilter(registries=narrowed.registries, states=narrowed.states)
    ways = sum([bool(at), narrowed != all_open, everything])
    if ways != 1:
        raise typer.BadParameter("say which are meant: by --at, or by filters, or by --all")
    return Wanted(found, options.parse_places(found.name, at or ()), narrowed)


async def _redrive(wanted: Wanted, deed: Deed, output: Output, dry_run: bool) -> Report:
    async with _opened(wanted, deed, dry_run) as (letters, redriver):
        report = Report(deed.run_id, dry_run)
        total = await _check(letters, wanted, "redriven", output)
        with progress_of("redriving", total, shown=not output.as_json) as advance:
            async for done in redriver.redrive(_chosen(letters, wanted)):
                report.add(done.place, done.what, done.why)
                advance(len(report.letters), len(report.letters))
        return report


async def _discard(wanted: Wanted, deed: Deed, output: Output, dry_run: bool) -> Report:
    async with _opened(wanted, deed, dry_run) as (letters, redriver):
        report = Report(deed.run_id, dry_run)
        total = await _check(letters, wanted, "discarded", output)
        with progress_of("discarding", total, shown=not output.as_json) as advance:
            async for place in redriver.discard(_chosen(letters, wanted)):
                report.add(place, "discarded")
                advance(len(report.letters), len(report.letters))
        return report


async def _check(letters: LetterStore, wanted: Wanted, done: str, output: Output) -> int:
    """Count what is meant; where a letter that was named is not there or not open, end and say so."""
    found = {
        each.place: each.state
        for one in wanted.filters
        if wanted.places
        async for each in letters.find(one)
    }
    for place in wanted.places:
        if place not in found:
            output.fail(f"there is no dead letter at {place}; nothing was done")
        if found[place] is not LetterState.OPEN:
            output.fail(
                f"{place} is {found[place]} already; only open dead letters can be {done}; "
                "nothing was done"
            )
    return len(wanted.places) or await letters.count(wanted.open_ones)


async def _chosen(letters: LetterStore, wanted: Wanted) -> AsyncIterator[ListedLetter]:
    for one in wanted.filters:
        async for letter in letters.find(one):
            yield letter


@asynccontextmanager
async def _opened(
    wanted: Wanted, deed: Deed, dry_run: bool
) -> AsyncIterator[tuple[LetterStore, Redriver]]:
    """Open the database and the log, and announce first what a former run left unannounced."""
    kafka, registry = read_settings(KafkaSettings), wanted.registry
    topic = submissions_topic(registry.name)
    async with (
        _connected(kafka) as writer,
        open_position_reader(kafka, topic, PROGRAM) as reader,
        open_pool(read_settings(PostgresSettings), WRITER, PROGRAM, by_key=True) as pool,
    ):
        await require_schema(pool)
        settled = SettlementStore(pool, registry.name, topic, PROGRAM)
        await require_ready(kafka, settled, registry.name)
        store = settled.amendments()
        if not dry_run:
            await announce_all(store, writer)
        amender = Amender(store, writer, deed, open_projection(registry))
        yield LetterStore(pool), Redriver(registry.name, amender, reader, dry=dry_run)


@asynccontextmanager
async def _connected(kafka: KafkaSettings) -> AsyncIterator[LogWriter]:
    """Open a writer, and wait until the brokers answer it."""
    answered = asyncio.Event()

    def note(trouble: str | None) -> None:
        if trouble is None:
            answered.set()

    async with open_writer(kafka, PROGRAM, note) as writer:
        try:
            async with asyncio.timeout(2 * kafka.append_timeout_seconds):
                await answered.wait()
        except TimeoutError:
            raise Unavailable("Kafka: no broker answers; see ACR_KAFKA_BOOTSTRAP_SERVERS") from None
        yield writer


def _tell(report: Report, output: Output) -> None:
    output.data(
        {
            "run_id": report.run_id,
            "dry_run": report.dry_run,
            "counts": dict(report.counts),
            "left_open": report.left_open,
            "letters": report.letters,
        }
    )
    if not output.as_json:
        for each in report.letters:
            why = f"  {STAYS}{each['why']}" if each["why"] else ""
            output.say(f"{each['letter']}  {each['what']}{why}")
        counts = ", ".join(f"{count} {what}" for what, count in report.counts.items())
        done = "would be done" if report.dry_run else "done"
        output.say(f"{done}: {counts or 'nothing, none is open'} (run {report.run_id})")
    if report.left_open:
        raise typer.Exit(1)
