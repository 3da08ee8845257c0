"""What a rebuild is asked for, and what it tells of itself. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from acr_domain.amending import Amendment
from acr_kafka.stretches import Gap
from acr_postgres.beside import REBUILT
from acr_postgres.comparison import Difference
from acr_registries.registry import Registry


class State(StrEnum):
    """What became of a rebuild."""

    SWAPPED = "swapped"
    EQUAL = "equal"
    DIFFERENT = "different"
    KEPT = "kept"
    FAILED = "failed"


class Refused(Exception):
    """A rebuild cannot begin or go on; the text says why and what to do. Nothing was swapped."""


@dataclass(frozen=True, slots=True)
class Until:
    """Up to where the log is read: a time of its records (UTC), or offsets by partition."""

    time: datetime | None = None
    offsets: Mapping[int, int] | None = None

    def __str__(self) -> str:
        if self.time is not None:
            return self.time.isoformat()
        return ",".join(f"{each}:{offset}" for each, offset in sorted((self.offsets or {}).items()))


@dataclass(frozen=True, slots=True)
class Target:
    """Up to where a partition is settled and amended.

    ``amendments`` is the number of the last one, None for all that were applied up to ``offset``
    and, where it is given, ``before`` a time.
    """

    offset: int
    amendments: int | None = None
    before: datetime | None = None

    def wanted(self, amendment: Amendment) -> Amendment | None:
        """Give an amendment that lies within, None for one that does not."""
        if self.amendments is not None:
            return amendment if amendment.number <= self.amendments else None
        early = self.before is None or amendment.amended_at < self.before
        return amendment if early and amendment.settled_to <= self.offset else None


@dataclass(frozen=True, slots=True)
class Request:
    """One rebuild: of which registry, who wants it and why, and what is to become of the tables.

    With ``until`` they are kept beside under ``name``; with ``check_only`` they are compared and
    dropped; otherwise they take the place of the live ones if they are equal, or if
    ``accept_differences`` says so. ``typed`` says whether the registry has typed tables.
    ``partitions`` is how many its topic is declared to have, where that is known; ``processes`` by
    how many it is settled, without it one a core where there is much to settle.
    """

    registry: Registry
    who: str
    why: str | None = None
    name: str = REBUILT
    until: Until | None = None
    check_only: bool = False
    accept_differences: bool = False
    typed: bool = True
    partitions: int | None = None
    processes: int | None = None

    @property
    def kind(self) -> str:
        """Its kind, as it is recorded."""
        return "until" if self.until else "check" if self.check_only else "swap"


@dataclass(frozen=True, slots=True)
class TableReport:
    """One table: its rows there and here, and how they differ; None where they do not."""

    table: str
    rows: int
    rows_rebuilt: int
    difference: Difference | None = None


@dataclass(slots=True)
class RebuildReport:
    """What a rebuild did. It grows as it goes on; no value of a submission is in it."""

    registry: str
    kind: str
    state: State = State.FAILED
    positions: dict[int, int] = field(default_factory=dict)
    records: int = 0
    seconds: float = 0.0
    continued: bool = False
    defects: list[str] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    tables: list[TableReport] = field(default_factory=list)
    former_kept: str | None = None

    @property
    def different(self) -> bool:
        """Whether the tables, or the log, are not as they should be."""
        return bool(self.defects or self.gaps) or any(each.difference for each in self.tables)

    def data(self) -> dict[str, Any]:
        """Give it as JSON can hold it."""
        return asdict(self)
