"""Makes synthetic submissions of a registry: plausible, deterministic, with faults and revisions.

Registries make program data and payload; headers, faults, later versions and repeats are made here.
No real person, partner or place is in them. The same seed gives the same submissions, however many
are taken, on every machine.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any

import orjson

from acr_registries.header import HEADER, PAYLOAD
from acr_registries.registry import Maker, Registry
from acr_registries.synthetic_changes import Body, cancelled, revised
from acr_registries.synthetic_faults import break_submission
from acr_registries.synthetic_headers import Headers

# Later versions are of one of this many records made before, so that memory stays flat.
WINDOW_RECORDS = 256
# Of the later versions, so many leave out a number that a later one brings: out of order.
LATE_SHARE = 0.1


class NoMaker(Exception):
    """The registry has no maker of synthetic submissions."""


class Kind(StrEnum):
    """What a synthetic submission is meant to be."""

    FIRST = "first"  # The first version of a record.
    REVISION = "revision"  # Another version of an earlier one.
    REPEAT = "repeat"  # An earlier one, sent again as it was.
    CANCEL = "cancel"  # A version that takes an earlier record back.
    FAULTY = "faulty"  # A first version that is rejected.


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of all submissions, each from 0 to 1: the rest are first versions without faults."""

    faults: float = 0.0
    revisions: float = 0.0
    repeats: float = 0.0
    cancels: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no share.

        Raises:
            ValueError: if one is below 0, or all are more than 1 together.
        """
        each = (self.faults, self.revisions, self.repeats, self.cancels)
        if min(each) < 0 or sum(each) > 1:
            raise ValueError("shares lie from 0 to 1 and are at most 1 together")

    def kind(self, drawn: float) -> Kind:
        """Give the kind that a draw from 0 to 1 stands for."""
        for share, kind in (
            (self.faults, Kind.FAULTY),
            (self.revisions, Kind.REVISION),
            (self.repeats, Kind.REPEAT),
            (self.cancels, Kind.CANCEL),
        ):
            if drawn < share:
                return kind
            drawn -= share
        return Kind.FIRST


@dataclass(frozen=True, slots=True)
class Synthesized:
    """One synthetic submission; ``fault`` names what is wrong with a faulty one."""

    body: Body
    kind: Kind
    fault: str = ""


@dataclass(slots=True, eq=False)
class _Record:
    """A record that may have later versions: its newest body and number, and one left out.

    The body is held as JSON: hundreds of bodies as objects would cost more to keep than to read.
    """

    body: bytes
    version_no: int = 1
    left_out: int | None = None


def synthesize(
    registry: Registry,
    count: int,
    seed: int,
    faults: float = 0.0,
    revisions: float = 0.0,
    repeats: float = 0.0,
) -> Iterator[dict[str, Any]]:
    """Make ``count`` submissions.

    Raises:
        NoMaker: if the registry makes none.
        ValueError: if a share is none.
    """
    made = synthesized(registry, seed, Shares(faults, revisions, repeats))
    return (each.body for each in itertools.islice(made, count))


def synthesized(registry: Registry, seed: int, shares: Shares) -> Iterator[Synthesized]:
    """Make submissions without end, each with what it is meant to be.

    Raises:
        NoMaker: if the registry makes none.
    """
    if registry.make is None:
        raise NoMaker(f"{registry.name} has no maker of synthetic submissions")
    return _Synthesis(registry, registry.make, seed, shares).made()


@dataclass(slots=True)
class _Synthesis:
    """One run. Each part has a source of chance of its own, so that none disturbs another."""

    registry: Registry
    make: Maker
    seed: int
    shares: Shares
    window: list[_Record] = field(default_factory=list)
    firsts: int = 0

    def made(self) -> Iterator[Synthesized]:
        plan, parts, faults, later = (
            # Text seeds by its SHA-512, which no hash seed of Python's changes.
            Random(f"{self.seed}/{self.registry.name}/{part}")  # noqa: S311
            for part in ("plan", "parts", "faults", "later")
        )
        headers = Headers(self.registry, Random(f"{self.seed}/{self.registry.name}/headers"))  # noqa: S311
        serials = itertools.count()
        while True:
            kind = self.shares.kind(plan.random())
            if kind is Kind.FAULTY:
                yield self._faulty(self._first(parts, headers, next(serials)), faults)
            elif kind is Kind.FIRST or not self.window:
                body = self._first(parts, headers, next(serials))
                self._keep(body)
                yield Synthesized(body, Kind.FIRST)
            else:
                yield Synthesized(self._later(kind, later), kind)

    def _first(self, random: Random, headers: Headers, serial: int) -> Body:
        parts = self.make(random, serial)
        return {HEADER: headers.first(parts), PAYLOAD: parts.payload}

    def _faulty(self, body: Body, random: Random) -> Synthesized:
        fault, broken = break_submission(self.registry, random, body)
        return Synthesized(broken, Kind.FAULTY, fault)

    def _keep(self, body: Body) -> None:
        shares = self.shares
        if shares.revisions + shares.repeats + shares.cancels == 0:
            return
        if len(self.window) < WINDOW_RECORDS:
            self.window.append(_Record(orjson.dumps(body)))
        else:
            self.window[self.firsts % WINDOW_RECORDS] = _Record(orjson.dumps(body))
        self.firsts += 1

    def _later(self, kind: Kind, random: Random) -> Body:
        record = random.choice(self.window)
        body: Body = orjson.loads(record.body)
        if kind is Kind.REPEAT:
            return body
        if kind is Kind.CANCEL:
            self.window.remove(record)
            return cancelled(body, record.version_no + 1)
        return self._revision(record, body, random)

    def _revision(self, record: _Record, body: Body, random: Random) -> Body:
        if record.left_out is not None:
            number, record.left_out = record.left_out, None
            return revised(self.registry, random, body, number)
        if random.random() < LATE_SHARE:
            record.left_out = record.version_no + 1
            record.version_no += 1
        record.version_no += 1
        body = revised(self.registry, random, body, record.version_no)
        record.body = orjson.dumps(body)
        return body
