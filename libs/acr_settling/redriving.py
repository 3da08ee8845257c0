"""Redrives and discards dead letters: from their bytes in the log, by today's code, as amendments.

Nothing that was told or kept is changed; each step is a transaction of its own, so that a run that
breaks off is simply run again.
"""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from acr_domain.amending import Amendment
from acr_domain.errors import Poison
from acr_domain.judgement import Outcome, Verdict
from acr_domain.submission import Arrival, LogPosition
from acr_kafka.records import LogRecord
from acr_postgres.letters import LetterPlace, ListedLetter
from acr_settling.amending import Amender, decide
from acr_settling.arrivals import read_arrival

STEP_LETTERS = 100
STEP_BYTES = 16 * 1024 * 1024
GONE = "gone-from-log"
UNCHANGED = "not-open"


class Records(Protocol):
    """What redriving needs of the log."""

    async def read(self, partition: int, offsets: Sequence[int]) -> list[LogRecord]:
        """Give the records at these offsets; those gone are left out."""


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of one dead letter: a verdict, or the class of the error that it still has.

    ``verdict`` is None where it stays open; ``why`` then says why, without any value.
    """

    place: LetterPlace
    verdict: Verdict | None
    what: str
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Redriver:
    """Works on one registry's letters. With ``dry`` it decides and keeps nothing."""

    registry: str
    amender: Amender
    records: Records
    dry: bool = False
    counts: Counter[str] = field(default_factory=Counter)

    async def redrive(self, letters: AsyncIterator[ListedLetter]) -> AsyncIterator[Redriven]:
        """Settle dead letters anew, in the order of the log, and tell what became of each.

        Raises:
            Unavailable: if a neighbour is down; what was committed stays, the rest stays open.
        """
        async for step in _steps(letters):
            partition = step[0].partition
            found = {
                record.position.offset: record
                for record in await self.records.read(partition, [each.offset for each in step])
            }
            for place in step:
                if place.offset not in found:
                    yield self._stays(place, GONE, "The log does not hold it any more.")
            arrivals: list[Arrival] = []
            for offset, record in sorted(found.items()):
                try:
                    arrivals.append(read_arrival(self.registry, record))
                except Poison as poison:
                    place = LetterPlace(self.registry, partition, offset)
                    yield self._stays(place, poison.error_class, poison.reason)
            for done in await self._settle(partition, arrivals):
                yield done

    async def _settle(self, partition: int, arrivals: Sequence[Arrival]) -> list[Redriven]:
        """Settle arrivals together; where one of them cannot, halves, until it stands alone."""
        if not arrivals:
            return []
        try:
            outcomes = await self._decide(partition, arrivals)
        except Poison as poison:
            if len(arrivals) == 1:
                place = _place(self.registry, arrivals[0].position)
                return [self._stays(place, poison.error_class, poison.reason)]
            middle = len(arrivals) // 2
            first = await self._settle(partition, arrivals[:middle])
            return first + await self._settle(partition, arrivals[middle:])
        done = [self._told(outcome) for outcome in outcomes]
        left = {each.position for each in arrivals} - {each.position for each in outcomes}
        for position in sorted(left):
            place = _place(self.registry, position)
            done.append(self._stays(place, UNCHANGED, "Somebody else took care of it meanwhile."))
        return done

    async def _decide(self, partition: int, arrivals: Sequence[Arrival]) -> list[Outcome]:
        if self.dry:
            async with self.amender.store.amending(partition) as amending:
                decided = await decide(amending, arrivals, self.amender.deed)
        else:
            decided = await self.amender.amend(partition, arrivals)
        return [each.outcome for each in decided.amendments]

    def _told(self, outcome: Outcome) -> Redriven:
        self.counts[outcome.verdict] += 1
        place = _place(self.registry, outcome.position)
        return Redriven(place, outcome.verdict, outcome.verdict.value)

    def _stays(self, place: LetterPlace, what: str, why: str) -> Redriven:
        self.counts[what] += 1
        return Redriven(place, None, what, why)

    async def discard(self, letters: AsyncIterator[ListedLetter]) -> AsyncIterator[LetterPlace]:
        """Give dead letters up, in the order of the log; tells those that were open until now.

        Raises:
            Unavailable: if a neighbour is down; what was committed stays.
        """
        ids: dict[int, str] = {}
        partition = -1
        async for letter in letters:
            if ids and (letter.place.partition != partition or len(ids) == STEP_LETTERS):
                for place in await self._discard(partition, ids):
                    yield place
                ids = {}
            partition = letter.place.partition
            ids[letter.place.offset] = letter.submission_id
        if ids:
            for place in await self._discard(partition, ids):
                yield place

    async def _discard(self, partition: int, ids: dict[int, str]) -> list[LetterPlace]:
        if self.dry:
            return [LetterPlace(self.registry, partition, offset) for offset in ids]
        amendments: Sequence[Amendment] = await self.amender.discard(partition, ids)
        return [_place(self.registry, each.outcome.position) for each in amendments]


def _place(registry: str, position: LogPosition) -> LetterPlace:
    return LetterPlace(registry, position.partition, position.offset)


async def _steps(letters: AsyncIterator[ListedLetter]) -> AsyncIterator[list[LetterPlace]]:
    """Divide letters into parts of one partition each, bounded in number and size."""
    step: list[LetterPlace] = []
    size = 0
    async for letter in letters:
        place, size = letter.place, size + (letter.value_bytes or 0)
        full = len(step) == STEP_LETTERS or size > STEP_BYTES
        if step and (full or step[0].partition != place.partition):
            yield step
            step, size = [], letter.value_bytes or 0
        step.append(place)
    if step:
        yield step
