"""Commands that look at dead letters: list, show, and accept those that hold a consumer up."""

import asyncio
import json
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Annotated, Any, TypeVar

import typer

from acr_cli import dead_letter_options as options
from acr_cli.dead_letter_view import Document, listed, masked, revealed
from acr_cli.output import AsJson, Output
from acr_cli.registry_names import RegistryName, find_registry
from acr_domain.errors import Unavailable
from acr_domain.topics import submissions_topic
from acr_kafka.positions import open_position_reader
from acr_postgres.letters import LetterFilter, LetterPlace, LetterState, LetterStore, Look
from acr_postgres.migrations import SchemaBehind, require_schema
from acr_postgres.pool import open_pool
from acr_settings.reading import BadSettings, read_settings
from acr_settings.settings import KafkaSettings, PostgresSettings

READER, WRITER = "acr_reader", "acr_writer"
PROGRAM = "acr-connect-dead-letters"

T = TypeVar("T")

dead_letters_app = typer.Typer(
    help="Arrivals that no retry can settle. Example: acr-connect dead-letters list",
    no_args_is_help=True,
)
Reveal = Annotated[
    bool, typer.Option("--reveal", help="Show the values: patient data. Needs --why; is audited.")
]


@dead_letters_app.command("list")
def list_command(
    registry: Annotated[
        list[str] | None, typer.Option(help="Registry; may be repeated; all without it.")
    ] = None,
    state: Annotated[
        list[LetterState] | None, typer.Option(help="What became of it; may be repeated.")
    ] = None,
    error_class: options.Classes = None,
    partner: options.Partner = None,
    key: options.Key = None,
    since: options.Since = None,
    until: options.Until = None,
    partition: options.Partition = None,
    from_offset: options.FromOffset = None,
    to_offset: options.ToOffset = None,
    after: options.After = None,
    limit: Annotated[int | None, typer.Option(min=1, help="No more than so many.")] = None,
    as_json: AsJson = False,
) -> None:
    """List dead letters in the order of registry, partition and offset, without their values.

    Example: acr-connect dead-letters list --registry lcsr --state open --class unknown-schema
    """
    output = Output(as_json=as_json)
    wanted = options.letter_filter(
        registry or (),
        state or (),
        error_class,
        (partner, key),
        (since, until),
        partition,
        (from_offset, to_offset),
    )
    run(_list(wanted, options.parse_after(after), limit, output), output)


async def _list(
    wanted: LetterFilter, after: LetterPlace | None, limit: int | None, output: Output
) -> None:
    async with letter_store(READER) as store:
        with _lines(output) as tell:
            async for letter in store.find(wanted, after, limit):
                tell(listed(letter))


class _Lines:
    """Writes documents as they come: lines for people, the members of one JSON list for machines."""

    def __init__(self, output: Output) -> None:
        self.count = 0
        self._output = output

    def __call__(self, document: Document) -> None:
        """Write one."""
        if self._output.as_json:
            typer.echo(("[" if self.count == 0 else ",") + json.dumps(document))
        else:
            place = f"{document['registry']}/{document['partition']}/{document['offset']}"
            self._output.say(
                f"{place}  {document['state']}  {document['class']}  {document['failed_at']}  "
                f"{document['value_bytes'] or 0} bytes  {document['key'] or '(no readable key)'}  "
                f"{document['reason']}"
            )
        self.count += 1


@contextmanager
def _lines(output: Output) -> Iterator[_Lines]:
    lines = _Lines(output)
    yield lines
    if output.as_json:
        typer.echo("]" if lines.count else "[]")
    else:
        output.say(f"{lines.count} dead letters")


@dead_letters_app.command("show")
def show_command(
    registry: RegistryName,
    partition: Annotated[int, typer.Argument(min=0, help="Partition of the topic.")],
    offset: Annotated[int, typer.Argument(min=0, help="Offset in the partition.")],
    reveal: Reveal = False,
    why: Annotated[str | None, typer.Option(help="Why the values are to be seen.")] = None,
    who: options.Who = None,
    as_json: AsJson = False,
) -> None:
    """Show one dead letter: its form, sizes, reason, and what to do. Values are masked.

    Example: acr-connect dead-letters show lcsr 3 1017 --reveal --why "ticket 4711"
    """
    output = Output(as_json=as_json)
    if reveal and not (why or "").strip():
        raise typer.BadParameter("--reveal shows patient data: say --why; it is written down")
    place = LetterPlace(registry.lower(), partition, offset)
    look = Look(options.person(who), "dead-letters show --reveal", why or "") if reveal else None
    document = run(_show(place, look), output)
    if document is None:
        output.fail(f"there is no dead letter at {place}")
    output.data(document)
    if not as_json:
        _say(document, output)


async def _show(place: LetterPlace, look: Look | None) -> Document | None:
    async with letter_store(WRITER if look else READER) as store:
        wanted = options.filters_of([place])[0]
        letters = [each async for each in store.find(wanted)]
        content = await store.content(place) if letters else None
        if content is None:
            return None
        document = masked(letters[0], content)
        if look is not None:
            # Written down and committed before anything is shown.
            await store.audit(look, place)
            document["revealed"] = revealed(content)
        return document


def _say(document: Document, output: Output, indent: str = "") -> None:
    for name, value in document.items():
        if isinstance(value, dict):
            output.say(f"{indent}{name}:")
            _say(value, output, indent + "  ")
        elif isinstance(value, list):
            output.say(f"{indent}{name}:")
            for each in value:
                output.say(f"{indent}  {', '.join(f'{k} {v}' for k, v in each.items())}")
        elif value is not None:
            output.say(f"{indent}{name}: {value}")


@dead_letters_app.command("accept")
def accept_command(
    registry: RegistryName,
    why: Annotated[str, typer.Option(help="Why so many may be dead letters; it is written down.")],
    who: options.Who = None,
    as_json: AsJson = False,
) -> None:
    """Let all that is in the topic at this moment become dead letters where it must.

    A consumer that stands still because of them goes on within seconds, and counts anew behind them.

    Example: acr-connect dead-letters accept lcsr --why "a test program wrote them; it is stopped"
    """
    output = Output(as_json=as_json)
    found = find_registry(registry, output)
    if not why.strip():
        raise typer.BadParameter("say --why; it is written down")
    ends = run(_accept(found.name, Look(options.person(who), "accept", why)), output)
    output.data({"registry": found.name, "accepted_to": {str(p): end for p, end in ends.items()}})
    if not as_json:
        for partition, end in ends.items():
            output.say(f"{found.name}/{partition} accepted below offset {end}")


async def _accept(registry: str, look: Look) -> dict[int, int]:
    topic = submissions_topic(registry)
    async with (
        open_position_reader(read_settings(KafkaSettings), topic, PROGRAM) as reader,
        letter_store(WRITER) as store,
    ):
        ends = await reader.ends()
        await store.accept(look, registry, ends)
        return ends


@asynccontextmanager
async def letter_store(role: str) -> AsyncIterator[LetterStore]:
    """Open the database in a role."""
    async with open_pool(read_settings(PostgresSettings), role, PROGRAM) as pool:
        await require_schema(pool)
        yield LetterStore(pool)


def run(work: Coroutine[Any, Any, T], output: Output) -> T:
    """Do a command's work; trouble ends the command with a line that says what is wrong."""
    try:
        return asyncio.run(work)
    except BadSettings as error:
        output.fail("; ".join(error.problems))
    except (Unavailable, SchemaBehind, OSError) as error:
        output.fail(str(error))
