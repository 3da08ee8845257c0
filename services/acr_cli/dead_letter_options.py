"""The options by which commands name dead letters, and the filter that they make."""

import getpass
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, TypeAlias

import typer

from acr_domain.error_classes import ErrorClass
from acr_postgres.letters import LetterFilter, LetterPlace, LetterState

Classes: TypeAlias = Annotated[
    list[ErrorClass] | None, typer.Option("--class", help="Class of the reason; may be repeated.")
]
Partner: TypeAlias = Annotated[str | None, typer.Option(help="Partner id, as in the record's key.")]
Key: TypeAlias = Annotated[str | None, typer.Option(help="Key of the record: partner/header-id.")]
Since: TypeAlias = Annotated[
    str | None, typer.Option(help="Failed at or after this time (ISO 8601; UTC without a zone).")
]
Until: TypeAlias = Annotated[str | None, typer.Option(help="Failed before this time.")]
Partition: TypeAlias = Annotated[int | None, typer.Option(min=0, help="Partition of the topic.")]
FromOffset: TypeAlias = Annotated[
    int | None, typer.Option("--from-offset", min=0, help="First offset.")
]
ToOffset: TypeAlias = Annotated[
    int | None, typer.Option("--to-offset", min=0, help="Last offset, included.")
]
At: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--at", help="One dead letter, as partition/offset; may be repeated."),
]
Everything: TypeAlias = Annotated[
    bool, typer.Option("--all", help="Mean every open dead letter of the registry.")
]
DryRun: TypeAlias = Annotated[
    bool, typer.Option("--dry-run", help="Tell what would be done, and do nothing.")
]
Who: TypeAlias = Annotated[
    str | None, typer.Option(help="Who decides; default the operating system's user.")
]
After: TypeAlias = Annotated[
    str | None, typer.Option(help="Go on behind this one: registry/partition/offset.")
]


def parse_time(text: str | None) -> datetime | None:
    """Read a time; one without a zone is UTC.

    Raises:
        typer.BadParameter: if it is none.
    """
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no time; write one like 2026-01-31T12:00:00Z"
        ) from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def parse_after(text: str | None) -> LetterPlace | None:
    """Read registry/partition/offset.

    Raises:
        typer.BadParameter: if it is none.
    """
    if text is None:
        return None
    match text.split("/"):
        case [registry, partition, offset] if partition.isdecimal() and offset.isdecimal():
            return LetterPlace(registry, int(partition), int(offset))
    raise typer.BadParameter(f"{text!r} is no place; write registry/partition/offset")


def parse_places(registry: str, texts: Sequence[str]) -> list[LetterPlace]:
    """Read partition/offset of each.

    Raises:
        typer.BadParameter: if one is none.
    """
    places = []
    for text in texts:
        match text.split("/"):
            case [partition, offset] if partition.isdecimal() and offset.isdecimal():
                places.append(LetterPlace(registry, int(partition), int(offset)))
            case _:
                raise typer.BadParameter(f"{text!r} is no place; write partition/offset")
    return sorted(set(places))


def letter_filter(
    registries: Sequence[str],
    states: Sequence[LetterState],
    classes: Sequence[ErrorClass] | None,
    names: tuple[str | None, str | None],
    times: tuple[str | None, str | None],
    partition: int | None,
    offsets: tuple[int | None, int | None],
) -> LetterFilter:
    """Make a filter: ``names`` are partner and key, ``times`` since and until, ``offsets`` bounds.

    Raises:
        typer.BadParameter: if a time is none.
    """
    return LetterFilter(
        registries=tuple(name.lower() for name in registries),
        states=tuple(states),
        error_classes=tuple(classes or ()),
        partner=names[0],
        key=names[1],
        since=parse_time(times[0]),
        until=parse_time(times[1]),
        partition=partition,
        offset_min=offsets[0],
        offset_max=offsets[1],
    )


def filters_of(places: Sequence[LetterPlace]) -> list[LetterFilter]:
    """Make the filters that name single dead letters, one for each partition."""
    return [
        LetterFilter(
            registries=(registry,),
            partition=partition,
            offsets=tuple(
                each.offset
                for each in places
                if (each.registry, each.partition) == (registry, partition)
            ),
        )
        for registry, partition in sorted({(each.registry, each.partition) for each in places})
    ]


def person(who: str | None) -> str:
    """Name who decides."""
    return who or getpass.getuser()
