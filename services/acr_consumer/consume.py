"""The consumer's loop: take over partitions, settle batches, note when all is settled.

Three things go on side by side: the next batch is fetched while one is settled, and the results of
the former one are acknowledged meanwhile. Positions and results keep their order all the same.

After any trouble nothing is remembered: the database tells again where each partition stands, what
may not have been announced is announced, and reading goes on from there.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

import structlog

from acr_consumer.ahead import Ahead
from acr_consumer.gaps import notice_gaps
from acr_consumer.hold import HOLD_SECONDS, Hold
from acr_consumer.lag import Lag
from acr_domain.errors import ClientLost, Fenced, LogRestarted, TooManyDeadLetters, Unavailable
from acr_domain.judgement import Outcome
from acr_kafka.records import LogRecord
from acr_postgres.settlement import DeadLetter, Place
from acr_settings.settings import ConsumerSettings
from acr_settling.announcing import announce
from acr_settling.settle import Settler, Store
from acr_telemetry import metrics

RETRY_SECONDS_MIN = 0.2
RETRY_SECONDS_MAX = 2.0
POLL_SECONDS = 0.5
COMMIT_SECONDS = 1.0

log = structlog.get_logger()


class Source(Protocol):
    """The registry's topic, read as a member of its group."""

    def unplaced(self) -> frozenset[int]:
        """Name the partitions that wait to be told where to begin."""

    def assigned(self) -> frozenset[int]:
        """Name all partitions that are ours."""

    def displace(self) -> None:
        """Let every partition wait for its place again."""

    async def place(self, offsets: Mapping[int, int]) -> None:
        """Begin reading each partition at its offset."""

    async def next_batch(self, records_max: int, wait_seconds: float) -> list[LogRecord]:
        """Give the next records, or none after the wait."""

    def ends(self) -> dict[int, int]:
        """Tell each partition's end as last heard."""

    async def fetch_ends(self, partitions: Collection[int]) -> dict[int, int]:
        """Ask the brokers where partitions end at this moment."""

    async def commit(self, next_offsets: Mapping[int, int]) -> None:
        """Tell the group how far we are."""


class PositionStore(Store, Protocol):
    """The database, with what a consumer asks of it between batches."""

    async def claim(self, partitions: Collection[int]) -> dict[int, Place]:
        """Tell where partitions stand."""

    async def unannounced(
        self, partitions: Collection[int]
    ) -> tuple[list[Outcome], list[DeadLetter]]:
        """Give what is settled but was perhaps never announced."""

    async def note_announced(self, offsets: Mapping[int, int]) -> None:
        """Note up to where results are acknowledged."""

    async def note_caught_up(self, next_offsets: Mapping[int, int], at: datetime) -> None:
        """Note that all is settled and announced."""


async def trust(partitions: Collection[int]) -> None:
    """Take any log for the one that was settled."""


@dataclass(slots=True)
class Consumer:
    """The loop of one registry's consumer.

    ``require_known`` raises `LogRestarted` where a log is not the one that was settled.
    ``quiet_since`` and ``committed_at`` change (monotonic seconds): when records last came, and when
    the group was last told; ``committing`` is that telling, on its way. ``troubled`` changes too:
    whether the last turn met trouble.
    """

    settings: ConsumerSettings
    source: Source
    store: PositionStore
    settler: Settler
    note_health: Callable[[str | None], None]
    require_known: Callable[[Collection[int]], Awaitable[None]] = trust
    ahead: Ahead = field(init=False)
    lag: Lag = field(init=False)
    hold: Hold = field(init=False)
    quiet_since: float = 0.0
    committed_at: float = 0.0
    troubled: bool = False
    committing: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        """Begin with nothing fetched, no lag known and nothing that holds us."""
        self.settler.beside = True
        self.ahead = Ahead(self.source, self.settings.batch_arrivals_max, POLL_SECONDS)
        self.lag = Lag(self.settings.registry)
        self.hold = Hold(self.settings.registry, self.note_health)

    async def run(self, stop: asyncio.Event) -> None:
        """Settle until told to stop, through whatever trouble the neighbours have.

        Raises:
            ClientLost: if the source does not find back to the brokers; it is to be opened anew.
        """
        self.lag.publish()
        self.hold.publish()
        metrics.show_from_the_beginning(self.settings.registry)
        try:
            await self._settle_until(stop)
        finally:
            self.ahead.end()
            self.settler.forget()
            if self.committing is not None:
                self.committing.cancel()

    async def _settle_until(self, stop: asyncio.Event) -> None:
        pause = RETRY_SECONDS_MIN
        while not stop.is_set():
            try:
                await self._turn()
                self.troubled = False
                pause = RETRY_SECONDS_MIN
            except Fenced as fenced:
                metrics.BATCHES_FENCED.labels(self.settings.registry).inc()
                log.warning("batch_fenced", why=str(fenced))
                self._start_over()
            except LogRestarted as trouble:
                self.hold.begin_for_log(trouble)
                self._start_over()
                await _wait(stop, HOLD_SECONDS)
            except TooManyDeadLetters as trouble:
                self.hold.begin(trouble)
                self._start_over()
                await _wait(stop, HOLD_SECONDS)
            except ClientLost:
                metrics.RETRIES.labels(self.settings.registry).inc()
                raise
            except Unavailable as trouble:
                metrics.RETRIES.labels(self.settings.registry).inc()
                self.note_health(str(trouble))
                self._start_over()
                await _wait(stop, pause)
                pause = min(pause * 2, RETRY_SECONDS_MAX)
        await self._leave_in_order()

    async def _turn(self) -> None:
        if unplaced := self.hold.narrow(self.source.unplaced(), self.source.assigned()):
            await self.settler.told()
            await self.ahead.leave_out(unplaced)
            await self._take_over(unplaced)
            if not self.troubled:
                # Ready, though it may be a while until something comes. After trouble a whole turn shows it.
                self.hold.look(self.settler.places)
        self._forget_lost()
        batch = await self.ahead.next_batch()
        wanted = self._wanted(batch)
        if wanted:
            notice_gaps(self.settings.registry, wanted, self.settler.places)
            self.lag.take_in_hand(wanted)
            await self.settler.settle(wanted)
        else:
            await self.settler.told()
        self.hold.look(self.settler.places)
        self.lag.settled(wanted, self.settler.places, self.source.ends())
        self._commit_now_and_then()
        await self._note_silence(heard=bool(batch))

    async def _take_over(self, partitions: Collection[int]) -> None:
        """Ask the database where partitions stand, announce what may be missing, begin there."""
        await self.require_known(partitions)
        places = await self.store.claim(partitions)
        outcomes, letters = await self.store.unannounced(partitions)
        await announce(self.settler.log, self.settings.registry, outcomes, letters)
        if outcomes:
            metrics.RESULTS_REPEATED.labels(self.settings.registry).inc(len(outcomes))
            log.info("results_announced_again", count=len(outcomes))
        next_offsets = _next_offsets(places)
        await self.store.note_announced(next_offsets)
        self.settler.places |= {p: Place(at, at) for p, at in next_offsets.items()}
        await self.source.place(next_offsets)
        self.quiet_since = time.monotonic() - self.settings.idle_seconds

    def _forget_lost(self) -> None:
        for partition in self.settler.places.keys() - self.source.assigned():
            del self.settler.places[partition]

    def _wanted(self, batch: Sequence[LogRecord]) -> list[LogRecord]:
        """Leave out partitions that were lost or reassigned while the batch was on its way."""
        wanted = self.settler.places.keys() - self.source.unplaced()
        return [record for record in batch if record.position.partition in wanted]

    def _start_over(self) -> None:
        self.troubled = True
        self.settler.forget()
        self.source.displace()

    def _commit_now_and_then(self) -> None:
        """Let the group be told how far we are, beside the next batch; one telling at a time."""
        now = time.monotonic()
        under_way = self.committing is not None and not self.committing.done()
        if now - self.committed_at >= COMMIT_SECONDS and self.settler.places and not under_way:
            self.committed_at = now
            self.committing = asyncio.create_task(self._commit())

    async def _commit(self) -> None:
        """Tell the group how far we are. Nothing of ours depends on it, so it may fail."""
        with contextlib.suppress(Unavailable):
            await self.source.commit(_next_offsets(self.settler.places))

    async def _note_silence(self, *, heard: bool) -> None:
        """Where nothing comes and nothing waits, note that up to now all is settled."""
        now = time.monotonic()
        if heard:
            self.quiet_since = now
        if now - self.quiet_since < self.settings.idle_seconds:
            return
        self.quiet_since = now
        asked_at = datetime.now(UTC)
        mine = self.source.assigned() & self.settler.places.keys()
        ends = await self.source.fetch_ends(mine)
        settled = {
            partition: end
            for partition, end in ends.items()
            if self.settler.places[partition].next_offset == end
        }
        if settled:
            await self.store.note_caught_up(settled, asked_at)

    async def _leave_in_order(self) -> None:
        with contextlib.suppress(Unavailable):
            await self.settler.told()
        if self.committing is not None:
            await self.committing  # Else it may come behind the last one.
        announced = {p: place.announced_offset for p, place in self.settler.places.items()}
        with contextlib.suppress(Unavailable):
            await self.store.note_announced(announced)
            await self._commit()


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        # Spread out, so that many consumers do not come back in step.
        await asyncio.wait_for(stop.wait(), seconds * random.uniform(0.5, 1))  # noqa: S311


def _next_offsets(places: Mapping[int, Place]) -> dict[int, int]:
    return {partition: place.next_offset for partition, place in places.items()}
