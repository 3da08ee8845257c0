"""What the invariants are checked on: facts that clients, log, tables and topics tell. No judgement.

One check is about one registry. Every fact is a tuple of plain values, so that a million of them can
be streamed from files or queries. A position is (partition, offset) in the registry's topic.

``content`` is what contents are compared by: a small number in a simulation, a hash of the body on real
parts. Whoever gives the facts makes it alike for what was sent and for what the log holds, and never
takes it from the digest that the system itself computed.
"""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

Position: TypeAlias = tuple[int, int]


class Told(NamedTuple):
    """One request of a client, and what it was told.

    ``status`` is that of HTTP, None where the answer was lost or where the verdict was told otherwise
    (by the status resource, by a feed). ``key`` is the header id in lower case. Members of the
    answer that it did not have are None.
    """

    partner: str
    key: str
    version_no: int
    content: Hashable
    status: int | None = None
    verdict: str | None = None
    submission_id: str | None = None
    position: Position | None = None


class Arrived(NamedTuple):
    """One record of the submissions topic; in order of offsets within each partition.

    ``breaks_rule``: its findings hold an error. ``readable``: it is a submission of this registry;
    where it is not, partner, key, version and content mean nothing. ``storable``: the database can
    hold it.
    """

    position: Position
    submission_id: str
    partner: str = ""
    key: str = ""
    version_no: int = 0
    content: Hashable = None
    breaks_rule: bool = False
    readable: bool = True
    storable: bool = True


class Settled(NamedTuple):
    """One row of what became of arrivals."""

    position: Position
    submission_id: str
    verdict: str


class StoredVersion(NamedTuple):
    """One stored version, and the position of the arrival that is said to have brought it."""

    partner: str
    key: str
    version_no: int
    position: Position
    content: Hashable


class Current(NamedTuple):
    """The current version of one key."""

    partner: str
    key: str
    version_no: int


class Announced(NamedTuple):
    """One record of the results topic."""

    result_id: str
    position: Position
    submission_id: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept, at rest: everything appended is settled and announced.

    ``live`` and ``rebuilt`` are the checksums of each table, as they are and as made anew from the
    topics. ``dead_letters`` are positions. Each iterable is gone through once.
    """

    arrived: Iterable[Arrived]
    settled: Iterable[Settled] = ()
    versions: Iterable[StoredVersion] = ()
    current: Iterable[Current] = ()
    dead_letters: Iterable[Position] = ()
    announced: Iterable[Announced] = ()
    live: Mapping[str, str] = field(default_factory=dict)
    rebuilt: Mapping[str, str] = field(default_factory=dict)
