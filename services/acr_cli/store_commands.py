"""Commands that prepare the log and the database for the services."""

import asyncio
import tomllib
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from acr_cli.filling import filling_shown
from acr_cli.output import AsJson, Output
from acr_cli.registry_names import find_registry
from acr_domain.errors import Unavailable
from acr_kafka.stretches import find_deleted
from acr_kafka.topics import Topic, apply_topics, count_brokers, find_drift, read_topics
from acr_postgres.migrations import RebuildRuns, migrate
from acr_postgres.projections import SchemaTaken
from acr_registries.catalogue import load_registries
from acr_registries.opening import open_registries
from acr_settings.reading import BadSettings, read_settings
from acr_settings.settings import KafkaSettings, PostgresSettings, StackSettings

topics_app = typer.Typer(
    help="The topics, as declared in one file. Example: acr-connect topics check",
    no_args_is_help=True,
)
File = Annotated[
    Path | None, typer.Option("--file", help="Declaration; default ACR_STACK_TOPICS_FILE.")
]
Refill = Annotated[
    list[str] | None,
    typer.Option("--refill", help="Registry whose tables are filled anew; may be repeated."),
]
FewBrokers = Annotated[
    bool, typer.Option("--few-brokers", help="Take no more copies than there are brokers.")
]


@topics_app.command("apply")
def apply_command(
    file: File = None, few_brokers: FewBrokers = False, as_json: AsJson = False
) -> None:
    """Create the topics that are missing; what is there is left as it is.

    Example: acr-connect topics apply
    """
    output = Output(as_json=as_json)
    try:
        kafka = read_settings(KafkaSettings)
        created = asyncio.run(_apply(kafka, file, few_brokers))
    except (BadSettings, Unavailable, OSError, ValueError, KeyError) as error:
        output.fail(why(error))
    output.data({"created": created})
    if not as_json:
        for name in created:
            output.say(f"created {name}")
        output.say(f"{len(created)} created")


@topics_app.command("check")
def check_command(
    file: File = None, few_brokers: FewBrokers = False, as_json: AsJson = False
) -> None:
    """Report each difference between the declaration and the brokers; exits with 1 if there is one.

    Example: acr-connect topics check --json
    """
    output = Output(as_json=as_json)
    try:
        kafka = read_settings(KafkaSettings)
        drifts = asyncio.run(_check(kafka, file, few_brokers))
    except (BadSettings, Unavailable, OSError, ValueError, KeyError) as error:
        output.fail(why(error))
    output.data({"drifts": drifts})
    if not as_json:
        for drift in drifts:
            output.say(
                f"{drift['topic']}: {drift['what']} is {drift['found']}, "
                f"declared {drift['declared']}",
                "red",
            )
        output.say(f"{len(drifts)} differences")
    if drifts:
        raise typer.Exit(1)


def migrate_command(as_json: AsJson = False, refill: Refill = None) -> None:
    """Bring the database's schema and the registries' tables up to date; safe while services run.

    A registry whose tables take another shape settles nothing while they are filled.

    Example: acr-connect migrate
    """
    output = Output(as_json=as_json)
    again = [find_registry(name, output).name for name in refill or ()]
    registries = load_registries()
    try:
        open_registries(registries)
        with filling_shown(shown=not as_json) as report:
            done = asyncio.run(
                migrate(
                    read_settings(PostgresSettings),
                    registries,
                    refill=again,
                    report=report,
                )
            )
    except (BadSettings, Unavailable, SchemaTaken, RebuildRuns, OSError) as error:
        output.fail(why(error))
    output.data({"done": done})
    if not as_json:
        for name in done:
            output.say(f"done {name}")
        output.say("the schema is up to date")


async def _apply(kafka: KafkaSettings, file: Path | None, few_brokers: bool) -> list[str]:
    return await apply_topics(kafka, await declared_topics(kafka, file, few_brokers))


async def _check(
    kafka: KafkaSettings, file: Path | None, few_brokers: bool
) -> list[dict[str, str]]:
    topics = await declared_topics(kafka, file, few_brokers)
    drifts = await find_drift(kafka, topics) + await find_deleted(kafka, topics)
    return [asdict(drift) for drift in drifts]


async def declared_topics(
    kafka: KafkaSettings, file: Path | None, few_brokers: bool
) -> list[Topic]:
    """Read the declaration of the topics, for as many brokers as there are where that is asked for.

    Raises:
        OSError, tomllib.TOMLDecodeError, KeyError: if the file is no such declaration.
        Unavailable: if the brokers do not tell how many they are.
    """
    path = file or Path(read_settings(StackSettings).topics_file)
    brokers = await count_brokers(kafka) if few_brokers else None
    return read_topics(path, load_registries(), brokers)


def why(error: Exception) -> str:
    """Say what went wrong, in words for people."""
    if isinstance(error, BadSettings):
        return "; ".join(error.problems)
    if isinstance(error, TimeoutError) and not str(error):
        return "Kafka does not answer in time"
    if isinstance(error, tomllib.TOMLDecodeError | KeyError):
        return f"the topics file is no declaration of topics: {error}"
    return str(error)
