"""Reads amendments from their topic and applies them as they were decided. Decides nothing."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from acr_avro.amendments import decode_amendment
from acr_domain.amending import Amendment
from acr_domain.errors import Poison
from acr_domain.judgement import STORED_VERDICTS
from acr_domain.submission import LogPosition, Submission
from acr_domain.topics import amendments_topic
from acr_kafka.stretches import Bounds, StretchReader
from acr_postgres.amending import AmendmentStore
from acr_rebuilding.request import Refused, Target
from acr_registries.projection import Projection
from acr_registries.projection_rows import project
from acr_settling.arrivals import read_arrival

READ_AT_ONCE = 1000
# An amendment is announced right after its transaction.
ANNOUNCED_SECONDS_MAX = 5.0
LOOK_AGAIN_SECONDS = 0.1


@dataclass(slots=True)
class Amendments:
    """Amendments of one registry; ``records`` reads the arrivals that they are about."""

    store: AmendmentStore
    records: StretchReader
    projection: Projection | None
    topic: str = field(init=False)

    def __post_init__(self) -> None:
        """Name the topic."""
        self.topic = amendments_topic(self.store.registry)

    async def of(
        self, reader: StretchReader, partition: int, applied: int, target: Target
    ) -> AsyncIterator[list[Amendment]]:
        """Give a partition's amendments after a number up to a target, those of one place together.

        Ends early where the topic does not hold all of them within a short wait.

        Raises:
            Refused: if a number is missing between others, or a record is no amendment.
        """
        deadline, at = time.monotonic() + ANNOUNCED_SECONDS_MAX, 0
        while target.amendments is None or applied < target.amendments:
            bounds = (await reader.bounds(self.topic)).get(partition, Bounds(0, 0))
            async for piece in reader.read(
                self.topic, partition, max(at, bounds.begin), bounds.end, READ_AT_ONCE
            ):
                found = [self._read(record.value) for record in piece.records]
                for some in _together(target.wanted(each) for each in found):
                    fresh = _fresh(some, applied)
                    if fresh:
                        self._require_next(fresh, applied, partition)
                        yield fresh
                        applied = fresh[-1].number
                at = piece.end
            if target.amendments is None or time.monotonic() > deadline:
                return
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def apply(self, partition: int, amendments: Sequence[Amendment]) -> None:
        """Store amendments at the place at which their partition stands, and what they bring.

        An arrival that brought its version already, as where nobody knows any more that it failed first,
        brings it once.

        Raises:
            Refused: if the log does not hold an arrival that they are about, or the tables refuse what one
                brings.
            Unavailable: if a neighbour is down.
        """
        needed = [each for each in amendments if each.brings_version or self._projects(each)]
        submissions = {each.outcome.position: await self._submission(each) for each in needed}
        try:
            await self._apply(partition, amendments, submissions)
        except Poison as poison:
            raise Refused(
                f"amendment {amendments[0].number} of {self.topic}/{partition}, or one of the "
                f"{len(amendments) - 1} behind it at the same place, brings what the tables refuse: {poison.reason}"
            ) from None

    async def _apply(
        self,
        partition: int,
        amendments: Sequence[Amendment],
        submissions: Mapping[LogPosition, Submission],
    ) -> None:
        async with self.store.amending(partition) as amending:
            standings = await amending.standings([each.offset for each in submissions])
            there = {at for at, each in standings.items() if each.verdict in STORED_VERDICTS}
            await amending.store(amendments, submissions, there)
            if self.projection is not None:
                last = {e.outcome.key: e for e in amendments if self._projects(e)}
                current = [submissions[each.outcome.position] for each in last.values()]
                if current:
                    await amending.project(project(self.projection, current))

    def _projects(self, amendment: Amendment) -> bool:
        outcome = amendment.outcome
        return (
            self.projection is not None
            and outcome.verdict in STORED_VERDICTS
            and outcome.version_no == outcome.current_version_no
        )

    async def _submission(self, amendment: Amendment) -> Submission:
        """What the amended arrival says, with the findings that count from now on."""
        position = amendment.outcome.position
        async for piece in self.records.read(
            position.topic, position.partition, position.offset, position.offset + 1, 1
        ):
            for record in piece.records:
                arrival = read_arrival(self.store.registry, record)
                return arrival.submission._replace(findings=amendment.outcome.findings)
        raise Refused(f"{position} is amended, but the log does not hold it")

    def _read(self, value: bytes | None) -> Amendment:
        try:
            return decode_amendment(value)
        except Poison as poison:
            raise Refused(f"{self.topic} holds what is no amendment: {poison.reason}") from None

    def _require_next(self, fresh: Sequence[Amendment], applied: int, partition: int) -> None:
        if [each.number for each in fresh] != list(range(applied + 1, applied + len(fresh) + 1)):
            raise Refused(f"{self.topic}/{partition} lacks an amendment after number {applied}")


def _fresh(amendments: Iterable[Amendment], applied: int) -> list[Amendment]:
    """Leave out repeats: what was perhaps not announced is announced again, behind what came first."""
    fresh = list[Amendment]()
    for each in amendments:
        if each.number > applied:
            fresh.append(each)
            applied = each.number
    return fresh


def _together(amendments: Iterable[Amendment | None]) -> Iterable[list[Amendment]]:
    """Divide amendments, up to the first that is not wanted, by where their partition stood."""
    wanted = itertools.takewhile(lambda each: each is not None, amendments)
    known = [each for each in wanted if each is not None]
    for _, some in itertools.groupby(known, key=lambda each: each.settled_to):
        yield list(some)
