"""`acr-connect rebuild`: makes a registry's tables anew from its topics, compares and swaps them."""

import asyncio
import getpass
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
import uvloop

from acr_cli.output import AsJson, Output
from acr_cli.progress import Advance, progress_of
from acr_cli.registry_names import find_registry
from acr_domain.errors import Unavailable
from acr_domain.topics import submissions_topic
from acr_http.garbage import look_rarely
from acr_kafka.topics import read_topics
from acr_postgres.beside import FORMER, NAME_FORM, REBUILT, NoRoom
from acr_postgres.rebuilds import Occupied
from acr_rebuilding.building import Progress
from acr_rebuilding.preparing import drop_state
from acr_rebuilding.rebuild import rebuild
from acr_rebuilding.request import RebuildReport, Refused, Request, State, TableReport, Until
from acr_settings.reading import BadSettings, read_settings
from acr_settings.settings import KafkaSettings, PostgresSettings, StackSettings

_PROBLEMS = (BadSettings, Unavailable, Refused, Occupied, NoRoom, OSError)
Registry = Annotated[str, typer.Option("--registry", help="Registry, such as lcsr.")]
Check = Annotated[bool, typer.Option("--check", help="Compare only; swap nothing.")]
Accept = Annotated[
    bool,
    typer.Option(
        "--accept-differences",
        help="Swap although tables or log differ: repairs a damaged database. Needs --why.",
    ),
]
Why = Annotated[str | None, typer.Option("--why", help="Reason, kept in acr.rebuilds.")]
UntilText = Annotated[
    str | None,
    typer.Option(
        "--until",
        help="Make the state as of a time (2026-05-01T00:00:00Z) or of offsets (0:120,1:98).",
    ),
]
Name = Annotated[str | None, typer.Option("--as", help="Name of that state, such as may1.")]
Processes = Annotated[
    int | None,
    typer.Option(
        "--processes", min=1, help="Processes that settle; by default one a core, if there is much."
    ),
]
Drop = Annotated[
    str | None, typer.Option("--drop", help="Drop the state of this name, or `former`.")
]


def rebuild_command(
    registry: Registry,
    check: Check = False,
    accept_differences: Accept = False,
    why: Why = None,
    until: UntilText = None,
    name: Name = None,
    drop: Drop = None,
    processes: Processes = None,
    as_json: AsJson = False,
) -> None:
    """Make a registry's tables anew from its topics, compare them, and swap them in one step.

    Services go on meanwhile. A command that was ended goes on where it was. Exits with 1 where the
    tables differ; then nothing is swapped.

    Example: acr-connect rebuild --registry lcsr --check
    """
    output = Output(as_json=as_json)
    found = find_registry(registry, output)
    try:
        if drop is not None:
            _drop(output, found.name, drop)
            return
        request = Request(
            found,
            getpass.getuser(),
            why,
            name=_name(output, until, name),
            until=_until(until),
            check_only=check,
            accept_differences=_accepted(output, accept_differences, why),
            partitions=_declared_partitions(found.name),
            processes=processes,
        )
        kafka, postgres = read_settings(KafkaSettings), read_settings(PostgresSettings)
        look_rarely()
        with _shown(found.name, shown=not as_json) as progress:
            report = uvloop.run(rebuild(request, kafka, postgres, progress))
    except (*_PROBLEMS, ValueError) as error:
        output.fail("; ".join(error.problems) if isinstance(error, BadSettings) else str(error))
    _tell(output, report, request)
    if report.state is State.DIFFERENT:
        raise typer.Exit(1)


def _drop(output: Output, registry: str, name: str) -> None:
    dropped = asyncio.run(drop_state(registry, name, read_settings(PostgresSettings)))
    output.data({"dropped": dropped})
    if not dropped:
        output.fail(f"there is no state of {registry} named {name}")
    if not output.as_json:
        output.say(f"dropped {name} of {registry}")


def _name(output: Output, until: str | None, name: str | None) -> str:
    if (until is None) != (name is None):
        output.fail("--until and --as belong together")
    if name is None:
        return REBUILT
    if not NAME_FORM.fullmatch(name) or name in (REBUILT, FORMER):
        output.fail(
            f"{name} cannot be a name: small letters and digits, at most 16, a letter first"
        )
    return name


def _until(text: str | None) -> Until | None:
    """Read a time, or offsets by partition."""
    if text is None:
        return None
    if "T" in text or "-" in text:
        at = datetime.fromisoformat(text)
        return Until(time=at if at.tzinfo else at.replace(tzinfo=UTC))
    pairs = (each.split(":") for each in text.split(","))
    return Until(offsets={int(partition): int(offset) for partition, offset in pairs})


def _accepted(output: Output, accept: bool, why: str | None) -> bool:
    if accept and not why:
        output.fail("--accept-differences needs --why: the reason is kept")
    return accept


def _declared_partitions(registry: str) -> int | None:
    """Count the partitions that the topics file declares, where there is such a file."""
    path = Path(read_settings(StackSettings).topics_file)
    try:
        topics = read_topics(path, [registry])
    except (OSError, tomllib.TOMLDecodeError, KeyError):
        return None
    return next((t.partitions for t in topics if t.name == submissions_topic(registry)), None)


@contextmanager
def _shown(registry: str, *, shown: bool) -> Iterator[Progress]:
    """Show how far settling is."""
    with ExitStack() as stack:
        bars: list[Advance] = []

        def settling(done: int, total: int) -> None:
            if not bars:
                bars.append(stack.enter_context(progress_of(registry, total, shown=shown)))
            bars[0](done, done)

        yield settling


def _tell(output: Output, report: RebuildReport, request: Request) -> None:
    output.data(report.data())
    if output.as_json:
        return
    for problem in [*report.defects, *map(str, report.gaps)]:
        output.say(problem, "red")
    for table in report.tables:
        output.say(_line(table), "red" if table.difference else None)
    rate = report.records / report.seconds if report.seconds else 0.0
    output.say(f"{report.records:,} records in {report.seconds:,.1f} s, {rate:,.0f}/s")
    output.say(_ending(report, request))


def _line(table: TableReport) -> str:
    differs = table.difference
    if differs is None:
        return f"{table.table}: {table.rows:,} rows, equal"
    examples = "; ".join(
        f"{what.replace('_', ' ')}: {', '.join(places)}"
        for what, places in differs.examples.items()
    )
    return (
        f"{table.table}: {table.rows:,} rows, {table.rows_rebuilt:,} rebuilt; "
        f"{differs.only_live:,} only live, {differs.only_rebuilt:,} only rebuilt, "
        f"{differs.differing:,} differing ({examples})"
    )


def _ending(report: RebuildReport, request: Request) -> str:
    match report.state:
        case State.SWAPPED if report.former_kept:
            return (
                f"swapped; the former tables are kept in {report.former_kept}: drop them by "
                f"`acr-connect rebuild --registry {report.registry} --drop {FORMER}`"
            )
        case State.SWAPPED:
            return "swapped"
        case State.EQUAL:
            return "the tables are what the log says"
        case State.KEPT:
            schema = f"acr_{request.name}_{report.registry}"
            return f"kept as {schema} and {report.registry}_{request.name}, for acr_reader to read"
        case _:
            return "nothing was swapped"
