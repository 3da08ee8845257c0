"""Commands that write topics into files, look at such files, and put them back into topics."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from acr_archive.exporting import Exported, Progress, export, plan
from acr_archive.folder import BadArchive, Folder
from acr_archive.restoring import PROGRAM, Restored, put_behind, restore, topics_of
from acr_archive.verifying import Verified, verify
from acr_cli.output import AsJson, Output
from acr_cli.progress import progress_of
from acr_cli.registry_names import find_registry
from acr_cli.store_commands import FewBrokers, File, declared_topics, why
from acr_domain.errors import Unavailable
from acr_kafka.restoring import Displaced
from acr_kafka.stretches import open_stretches
from acr_registries.catalogue import load_registries
from acr_settings.reading import BadSettings, read_settings
from acr_settings.settings import KafkaSettings, PostgresSettings

TROUBLE = (
    BadArchive,
    BadSettings,
    Displaced,
    Unavailable,
    TimeoutError,
    OSError,
    ValueError,
    KeyError,
)

Place = Annotated[Path, typer.Argument(help="Folder of the export; patient data goes into it.")]
Registries = Annotated[
    list[str] | None, typer.Option("--registry", help="Registry; may be repeated. All without it.")
]
Until = Annotated[
    datetime | None,
    typer.Option(
        "--until", help="Up to the first record of this time, UTC where no zone is named."
    ),
]
Fill = Annotated[
    bool,
    typer.Option("--fill", help="Put back what PostgreSQL has settled after the export's end."),
]


def export_command(
    folder: Place, registry: Registries = None, until: Until = None, as_json: AsJson = False
) -> None:
    """Write submissions and amendments into files; only what came since the last export.

    What is finished stays, whatever ends the command; the same command goes on.

    Example: acr-connect topics export /backup/acr --registry lcsr
    """
    output = Output(as_json=as_json)
    names = _names(registry, output)
    try:
        kafka, at = read_settings(KafkaSettings), _utc(until)
        with _shown(as_json)("export") as progress:
            done = asyncio.run(_export(kafka, Folder(folder), names, at, progress))
    except TROUBLE as error:
        output.fail(why(error))
    output.data({"topics": [_exported(each) for each in done]})
    if not as_json:
        for each in done:
            output.say(f"{each.topic}: {each.records:,} records, {each.size:,} bytes")
            _say_gaps(output, each.gaps)
        output.say(f"{sum(each.records for each in done):,} records in {folder}")


def verify_command(folder: Place, as_json: AsJson = False) -> None:
    """Read an export again: checksums, order, gaps; exits with 1 if something is wrong with it.

    Example: acr-connect topics verify /backup/acr
    """
    output = Output(as_json=as_json)
    try:
        with _shown(as_json)("verify") as progress:
            found = verify(Folder(folder), progress)
    except TROUBLE as error:
        output.fail(why(error))
    output.data({"topics": [_verified(each) for each in found]})
    problems = [problem for each in found for problem in each.problems]
    if not as_json:
        for each in found:
            output.say(f"{each.topic}: {each.records:,} records, {each.segments} files")
            _say_gaps(output, each.gaps)
        for problem in problems:
            output.say(problem, "red")
        output.say("damaged" if problems else "whole")
    if problems:
        raise typer.Exit(1)


def import_command(
    folder: Place,
    registry: Registries = None,
    fill: Fill = False,
    file: File = None,
    few_brokers: FewBrokers = False,
    as_json: AsJson = False,
) -> None:
    """Put an export into the empty topics of a new cluster, every record at its offset.

    Gateways and consumers are stopped meanwhile. The same command goes on where it was ended.

    Example: acr-connect topics import /backup/acr --fill
    """
    output = Output(as_json=as_json)
    names = _names(registry, output)
    try:
        kafka = read_settings(KafkaSettings)
        postgres = read_settings(PostgresSettings) if fill else None

        async def work() -> Restored:
            declared = await declared_topics(kafka, file, few_brokers)
            return await restore(Folder(folder), kafka, postgres, names, declared, _shown(as_json))

        done = asyncio.run(work())
    except TROUBLE as error:
        output.fail(why(error))
    output.data(_restored(done))
    if not as_json:
        _tell(output, done, filled=fill)


def append_command(folder: Place, registry: Registries = None, as_json: AsJson = False) -> None:
    """Put an export's submissions behind what topics hold, as new arrivals.

    For what gateways have appended to new topics before the former ones were put back. Done twice it
    changes nothing: what is here already is a duplicate.

    Example: acr-connect topics append /backup/after-loss
    """
    output = Output(as_json=as_json)
    names = _names(registry, output)
    try:
        kafka = read_settings(KafkaSettings)
        done = asyncio.run(put_behind(Folder(folder), kafka, names, _shown(as_json)))
    except TROUBLE as error:
        output.fail(why(error))
    output.data({"topics": [asdict(each) for each in done]})
    if not as_json:
        for each in done:
            output.say(f"{each.topic}: {each.records:,} records put behind what it held")


def add_archive_commands(topics: typer.Typer) -> None:
    """Add these commands to those about topics."""
    topics.command("export")(export_command)
    topics.command("verify")(verify_command)
    topics.command("import")(import_command)
    topics.command("append")(append_command)


async def _export(
    kafka: KafkaSettings,
    folder: Folder,
    registries: Sequence[str],
    until: datetime | None,
    progress: Progress,
) -> list[Exported]:
    with folder.held():
        async with open_stretches(kafka, PROGRAM) as reader:
            stretches = await plan(folder, reader, topics_of(registries), until)
            return await export(folder, reader, stretches, progress)


def _names(wanted: Sequence[str] | None, output: Output) -> list[str]:
    if wanted:
        return [find_registry(each, output).name for each in wanted]
    return list(load_registries())


def _utc(at: datetime | None) -> datetime | None:
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at


def _shown(as_json: bool) -> Callable[[str], AbstractContextManager[Progress]]:
    return lambda what: progress_of(what, None, shown=not as_json)


def _say_gaps(output: Output, gaps: Sequence[object]) -> None:
    for gap in gaps:
        output.say(f"  {gap}", "red")


def _tell(output: Output, done: Restored, *, filled: bool) -> None:
    for topic in done.topics:
        output.say(f"{topic.topic}: {topic.records:,} records put back")
        if topic.placeholders:
            output.say(f"  {topic.placeholders:,} offsets held no record: placeholders", "red")
        if beyond := sum(topic.beyond.values()):
            output.say(f"  holds {beyond:,} records beyond the export, left as they are")
    for each in done.filled:
        counts = ", ".join(f"{count:,} {how}" for how, count in sorted(each.records.items()))
        output.say(
            f"{each.registry} from PostgreSQL: {counts or 'nothing'}, {each.amendments} amendments"
        )
    if not filled:
        output.say(
            "what PostgreSQL settled after the export is not in the topics: --fill puts it back; "
            "see docs/backup.md before you start gateways"
        )


def _exported(each: Exported) -> dict[str, Any]:
    return {**asdict(each), "gaps": [asdict(gap) for gap in each.gaps]}


def _verified(each: Verified) -> dict[str, Any]:
    return {**asdict(each), "gaps": [asdict(gap) for gap in each.gaps]}


def _restored(done: Restored) -> dict[str, Any]:
    return {
        "topics": [asdict(each) for each in done.topics],
        "filled": [asdict(each) for each in done.filled],
    }
