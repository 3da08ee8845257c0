"""The walk of a rebuild: look at the log, make tables beside, settle, compare, swap.

Nothing live is changed before the last transaction, which swaps all tables at once or none.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from acr_domain.errors import Unavailable
from acr_postgres.beside import (
    FORMER,
    Beside,
    drop_beside,
    finish_typed,
    let_read,
    make_typed,
    open_beside,
)
from acr_postgres.comparison import compared_tables
from acr_postgres.migrations import open_owner
from acr_postgres.pool import Connection, Pool, database_trouble
from acr_postgres.positions import read_stands
from acr_postgres.rebuilds import (
    Run,
    begin_run,
    end_run,
    hold_registry,
    require_shape,
)
from acr_postgres.swapping import lacking_rules, wait_for_older
from acr_rebuilding.building import TURNS, Builder, Progress, open_builder
from acr_rebuilding.comparing import compare_all
from acr_rebuilding.messages import Start
from acr_rebuilding.preparing import announce_missing, require_log, require_room, run_of
from acr_rebuilding.processes import Staff
from acr_rebuilding.request import RebuildReport, Request, State, Target, Until
from acr_rebuilding.swap import Differs, Swap
from acr_rebuilding.targets import as_of, within_log
from acr_registries.projection import Projection, open_projection
from acr_settings.settings import KafkaSettings, PostgresSettings

SWAP_TRIES_MAX = 5
SWAP_PAUSE_SECONDS = 2.0


def nobody(*_: object) -> None:
    """Told how far it is, and passes it over."""


@dataclass(frozen=True, slots=True)
class Rebuild:
    """One rebuild that is under way: what it has open, and what it tells in the end."""

    request: Request
    projection: Projection | None
    live: Connection
    pool: Pool
    builder: Builder
    beside: Beside
    former: Beside
    run: Run
    report: RebuildReport

    async def walk(self) -> State:
        """Do all of it, and tell what became of the tables."""
        if self.request.until is not None:
            return await self._keep()
        await self.builder.settle_to(await self._settled())
        since = await self._compare()
        if self.report.different and not self.request.accept_differences:
            await drop_beside(self.live, self.beside)
            return State.DIFFERENT
        if self.request.check_only:
            await drop_beside(self.live, self.beside)
            return State.EQUAL
        try:
            return await self._swap(since)
        except Differs as differs:
            self.report.defects.append(str(differs))
            await drop_beside(self.live, self.beside)
            return State.DIFFERENT

    async def _keep(self) -> State:
        until, reader, topic = (
            self.request.until or Until(),
            self.builder.reader,
            self.builder.topic,
        )
        bounds = await reader.bounds(topic)
        offsets = until.offsets or {}
        if until.time is not None:
            offsets = await reader.offsets_at(topic, bounds, until.time)
        targets = as_of(offsets, bounds, until.time)
        await self.builder.settle_to(targets)
        self._note(targets)
        await self._finish()
        await let_read(self.live, self.beside)
        return State.KEPT

    async def _finish(self) -> None:
        if self.projection is not None:
            amended = any(each.amendments for each in self.builder.stands.values())
            await finish_typed(self.pool, self.projection, amended=amended)

    async def _settled(self) -> dict[int, Target]:
        """Where the live tables stand, as far as the log goes."""
        stands = await read_stands(self.live, self.request.registry.name)
        return within_log(stands, await self.builder.reader.bounds(self.builder.topic))

    def _note(self, targets: Mapping[int, Target]) -> None:
        """Tell of the log what was found on the way."""
        self.report.gaps = list(self.builder.gaps)
        self.report.defects += self.builder.missing
        self.report.positions = {
            p: stand.next_offset for p, stand in self.builder.stands.items() if p in targets
        }

    async def _compare(self) -> dict[int, int]:
        """Compare all at one moment of the live tables, and tell where they stood at it."""
        async with self.live.transaction(isolation="repeatable_read", readonly=True):
            # Nothing is asked here while the last records are settled.
            await self.live.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            targets = await self._settled()
            await self.builder.settle_to(targets)
            await self._finish()
            tables = await compared_tables(self.live, self.request.registry.name, self.projection)
            self.report.tables = await compare_all(self.live, self.pool, tables)
        self._note(targets)
        self.report.defects += await lacking_rules(self.live, self.beside, self.projection)
        return {partition: target.offset for partition, target in targets.items()}

    async def _swap(self, since: Mapping[int, int]) -> State:
        swap = Swap(self.live, self.pool, self.builder, self.beside, self.former, self.projection)
        tables = await compared_tables(self.live, self.request.registry.name, self.projection)
        for attempt in range(SWAP_TRIES_MAX):
            try:
                await self.builder.settle_to(await self._settled(), amended_rows=True)
                await swap.swap(tables, since, accept_differences=self.request.accept_differences)
                break
            except Unavailable:
                if attempt + 1 == SWAP_TRIES_MAX:
                    raise
                await asyncio.sleep(SWAP_PAUSE_SECONDS)
        if self.report.different or not await wait_for_older(self.live):
            self.report.former_kept = self.former.tables
        else:
            await drop_beside(self.live, self.former)
        return State.SWAPPED


async def rebuild(
    request: Request,
    kafka: KafkaSettings,
    postgres: PostgresSettings,
    progress: Progress = nobody,
) -> RebuildReport:
    """Make a registry's tables anew from its log, and do with them what is asked for.

    Raises:
        Refused: if the log cannot give these tables, or what was there is in the way.
        Occupied: if another rebuild or a migration runs, or the shape is not the declared one.
        NoRoom: if a schema of the same name is there.
        Unavailable: if a neighbour is down; the same command goes on from there.
    """
    began = time.monotonic()
    name = request.registry.name
    report = RebuildReport(name, request.kind)
    run = run_of(request)
    with database_trouble():
        async with open_owner(postgres, f"acr-connect-rebuild-{name}") as live:
            await hold_registry(live, name)
            projection = open_projection(request.registry) if request.typed else None
            if projection is not None:
                await require_shape(live, projection)
            await require_log(request, kafka, live, report)
            beside = Beside(name, request.name)
            await require_room(live, request, run, report)
            await begin_run(live, run)
            await announce_missing(name, kafka, postgres)
            async with _rebuild(
                request, kafka, postgres, projection, live, beside, run, report, progress
            ) as work:
                report.state = await work.walk()
                report.records = work.builder.records
            report.seconds = time.monotonic() - began
            await end_run(live, run, report.state.value, report.data())
    return report


@asynccontextmanager
async def _rebuild(
    request: Request,
    kafka: KafkaSettings,
    postgres: PostgresSettings,
    projection: Projection | None,
    live: Connection,
    beside: Beside,
    run: Run,
    report: RebuildReport,
    progress: Progress,
) -> AsyncIterator[Rebuild]:
    former = Beside(beside.registry, FORMER)
    async with (
        open_beside(postgres, beside, TURNS + 1) as pool,
        open_builder(kafka, pool, beside.registry, projection, progress) as builder,
    ):
        bounds = await builder.reader.bounds(builder.topic)
        await builder.find_places(sorted(bounds))
        builder.as_the_log_says = request.accept_differences
        builder.staff = Staff(
            Start(
                request.registry.package,
                beside,
                kafka,
                postgres,
                projection is not None,
                request.accept_differences,
            ),
            request.processes,
        )
        if projection is not None:
            await make_typed(pool, projection)
        yield Rebuild(request, projection, live, pool, builder, beside, former, run, report)
