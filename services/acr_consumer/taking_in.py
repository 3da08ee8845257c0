"""Takes in the amendments that a restored database lacks, each where it was applied. Decides nothing.

A database restored from a backup stands before what was settled and amended since. Verdicts depend on the
amendments before them: so what lies between is settled anew up to where each of them was applied, and no result
contradicts what was told.
"""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass

import structlog

from acr_domain.amending import Amendment
from acr_domain.errors import LogRestarted, Unavailable
from acr_domain.topics import amendments_topic, submissions_topic
from acr_kafka.stretches import Bounds, StretchReader, open_stretches
from acr_postgres.positions import Stand
from acr_postgres.settlement import SettlementStore
from acr_rebuilding.amendments import Amendments
from acr_rebuilding.failures import Failures
from acr_rebuilding.known_log import KnownLog
from acr_rebuilding.lacking import lacking
from acr_rebuilding.request import Refused
from acr_settings.settings import KafkaSettings
from acr_settling.settle import Settler
from acr_telemetry import metrics

BATCH_RECORDS = 1000
# The group gives a member up that asks for no records for five minutes.
SECONDS_MAX = 60.0
NEVER = Stand(0, 0)

log = structlog.get_logger()


def before_taking_over(
    kafka: KafkaSettings, store: SettlementStore, settler: Settler
) -> Callable[[Collection[int]], Awaitable[None]]:
    """Give what a consumer does before it takes partitions over: look at the log, take in what is lacking."""
    known, taking_in = KnownLog(settler.registry, store), TakingIn(kafka, store, settler)

    async def look(partitions: Collection[int]) -> None:
        async with open_stretches(kafka, f"acr-consumer-{settler.registry}-look") as reader:
            seen = await known.require(reader, partitions)
            settler.partitions = seen.partitions
            if behind := [each for each in sorted(partitions) if seen.more_amendments(each)]:
                await taking_in.take_in(reader, behind)

    return look


@dataclass(frozen=True, slots=True)
class TakingIn:
    """Settles and amends partitions of one registry up to the last amendment that its topic holds."""

    kafka: KafkaSettings
    store: SettlementStore
    settler: Settler

    @property
    def registry(self) -> str:
        """The registry's name."""
        return self.settler.registry

    async def take_in(self, reader: StretchReader, partitions: Collection[int]) -> None:
        """Apply what these partitions lack; nothing is done where nothing is lacking.

        Raises:
            LogRestarted: if the log does not hold what was amended, or amendments are missing.
            Fenced: if another consumer settles one of these partitions.
            Unavailable: if a neighbour does not answer, or more is left to do: repeat it then.
        """
        # Bounds first: what is announced meanwhile is counted by then.
        bounds = await reader.bounds(amendments_topic(self.registry))
        stands = await self.store.stands()
        for partition in sorted(bounds.keys() & set(partitions)):
            stand, held = stands.get(partition, NEVER), bounds[partition]
            if held.end > stand.amendments:
                await self._take_in(reader, partition, held, stand)

    async def _take_in(
        self, reader: StretchReader, partition: int, held: Bounds, stand: Stand
    ) -> None:
        deadline, applied = time.monotonic() + SECONDS_MAX, stand.amendments
        async with open_stretches(self.kafka, f"acr-consumer-{self.registry}-arrivals") as records:
            failures = Failures(self.registry)
            await failures.look(records)
            work = _Partition(self, records, failures, partition, stand.next_offset, deadline)
            found = lacking(reader, self.registry, partition, held, stand.amendments)
            async for some in _together(found):
                applied = await work.apply(some, applied)
        if applied > stand.amendments:
            metrics.AMENDMENTS_TAKEN_IN.labels(self.registry).inc(applied - stand.amendments)
            log.warning(
                "amendments_taken_in",
                registry=self.registry,
                partition=partition,
                count=applied - stand.amendments,
            )


@dataclass(slots=True)
class _Partition:
    """One partition on its way; ``at`` is the first offset that is not settled, ``records`` reads it."""

    whole: TakingIn
    records: StretchReader
    failures: Failures
    partition: int
    at: int
    deadline: float

    async def apply(self, some: list[Amendment], applied: int) -> int:
        """Settle up to where amendments were applied, apply them, and give the last one's number."""
        numbers, place = [each.number for each in some], some[0].settled_to
        topic = f"{amendments_topic(self.whole.registry)}/{self.partition}"
        if numbers != list(range(applied + 1, applied + len(some) + 1)):
            raise LogRestarted(f"{topic} lacks an amendment after number {applied}")
        if place < self.at:
            raise LogRestarted(
                f"the database lacks amendment {numbers[0]} of {topic}, which was applied at offset {place}, "
                f"and has settled up to {self.at} without it"
            )
        await self._settle_to(place)
        store = self.whole.store.amendments()
        try:
            amendments = Amendments(store, self.records, self.whole.settler.projection)
            await amendments.apply(self.partition, some)
        except Refused as refused:
            raise LogRestarted(str(refused)) from None
        await store.note_announced(self.partition, numbers[-1])
        return numbers[-1]

    async def _settle_to(self, end: int) -> None:
        registry, store, live = self.whole.registry, self.whole.store, self.whole.settler
        topic = submissions_topic(registry)
        held = (await self.records.bounds(topic))[self.partition]
        if held.end < end:
            raise LogRestarted(
                f"{topic}/{self.partition} ends at {held.end}, but was amended when {end} were settled"
            )
        if self.at >= end:
            return
        settler = Settler(
            registry,
            store,
            live.log,
            projection=live.projection,
            limit=live.limit,
            failed=self.failures.known,
        )
        settler.places |= await store.claim([self.partition])
        async for piece in self.records.read(
            topic, self.partition, max(self.at, held.begin), end, BATCH_RECORDS
        ):
            if piece.records:
                await settler.settle(piece.records)
            self.at = piece.end
            if time.monotonic() > self.deadline:
                raise Unavailable(
                    f"takes in what the database lacks since it was restored: {topic}/{self.partition} "
                    f"is at {self.at} of {end}"
                )
        told = settler.places[self.partition].announced_offset
        await store.note_announced({self.partition: told})


async def _together(amendments: AsyncIterator[Amendment]) -> AsyncIterator[list[Amendment]]:
    """Divide amendments by where their partition stood."""
    some: list[Amendment] = []
    async for each in amendments:
        if some and (each.settled_to != some[0].settled_to or len(some) == BATCH_RECORDS):
            yield some
            some = []
        some.append(each)
    if some:
        yield some
