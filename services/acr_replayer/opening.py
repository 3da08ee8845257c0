"""The replayer's composition root: opens what a replay needs, plans it, runs it, and closes in order."""

import asyncio
import contextlib
import getpass
import hashlib
import os
import socket
import uuid
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version

from prometheus_client import start_http_server

from acr_bundles.bundle import make_bundle
from acr_domain.errors import Unavailable
from acr_domain.topics import amendments_topic, submissions_topic
from acr_http.service_facts import service_facts
from acr_kafka.stretches import StretchReader, open_stretches
from acr_kafka.writer import LogWriter, open_writer
from acr_postgres.amending import AmendmentStore, NeverSettled
from acr_postgres.migrations import SchemaBehind, require_schema
from acr_postgres.pool import open_pool
from acr_postgres.replays import ReplayStore, Run, Stretch
from acr_postgres.settlement import SettlementStore
from acr_rebuilding.ready import require_ready
from acr_registries.contract import open_contract
from acr_registries.projection import open_projection
from acr_registries.registry import Registry
from acr_replayer.course import Course, Report
from acr_replayer.crew import Crew, HandLost, Moved, Stop, hired
from acr_replayer.rehearsal import Rehearsal
from acr_replayer.replay import Replay, TakenOver
from acr_replayer.reprocess import Reprocessor
from acr_replayer.selection import BadSelection, Selection, plan, read_selection
from acr_replayer.sharing import Share, share_out
from acr_replayer.tally import Tally
from acr_settings.settings import KafkaSettings, PostgresSettings, ReplayerSettings
from acr_settling.amending import announce_all

CONNECT_SECONDS_MAX = 15.0
RULES_DIGITS = 16
# What ends one process of a run for a reason that a person is told.
_PASSED_ON = (NeverSettled, OSError, SchemaBehind, TakenOver, Unavailable)


@dataclass(frozen=True, slots=True)
class Deciders:
    """Who asks for a replay and why; whether it is done in earnest, and senders are told."""

    who: str
    why: str
    for_real: bool = False
    tell_senders: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of everything that a replay touches."""

    kafka: KafkaSettings
    postgres: PostgresSettings
    replayer: ReplayerSettings


@dataclass(frozen=True, slots=True)
class Watch:
    """How a replay is watched: its rate, who may stop it, and who is told how far it is.

    ``begin`` is told the run before it begins, and returns who is told how far it is. ``workers`` is
    how many processes do it at most; one is this very process.
    """

    rate: float | None
    stop: Callable[[], bool]
    begin: Callable[[Run], Report]
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a run: ``state`` is done, stopped or dry.

    ``trouble`` says why it stopped, where nobody asked for that.
    """

    run: Run
    state: str
    tally: Tally
    trouble: str | None = None


async def start_replay(
    registry: Registry, selection: Selection, deciders: Deciders, settings: Settings, watch: Watch
) -> Ended:
    """Look at a selection again; only where it is meant for real does anything change.

    Raises:
        BadSelection: if the log does not hold it.
        Overlap: if another run that is not at its end covers part of it.
        TakenOver: if another process resumed the run meanwhile.
        SchemaBehind: if the database is older than this code.
        Unavailable: if a neighbour does not answer at the beginning.
    """
    async with _open_with_crew(registry, settings, watch) as opened:
        stretches = await opened.plan(selection)
        if not stretches:
            raise BadSelection("nothing that is settled is covered by what was asked for")
        run = Run(
            str(uuid.uuid4()),
            registry.name,
            deciders.who,
            deciders.why,
            rules_of(registry),
            selection.data(),
            deciders.tell_senders,
            "running" if deciders.for_real else "dry",
            1,
            datetime.now(UTC),
            None,
            stretches,
        )
        if deciders.for_real:
            await opened.replays.begin(run)
        return await opened.run(run, selection, watch)


async def resume_replay(
    registry: Registry, run_id: uuid.UUID, settings: Settings, watch: Watch
) -> Ended:
    """Go on with a run that was stopped or killed, from where it is.

    Raises:
        NoSuchRun: if there is none, or it is at its end.
        BadSelection: if today's rules are not those that the run began with.
        Unavailable, TakenOver, SchemaBehind: as at the beginning.
    """
    async with _open_with_crew(registry, settings, watch) as opened:
        found = await opened.replays.find(run_id)
        if found.contract != rules_of(registry):
            raise BadSelection(
                f"run {run_id} began with {found.contract}, and now there is {rules_of(registry)}: "
                "`acr-connect replay abandon` it and begin anew"
            )
        run = await opened.replays.resume(run_id)
        return await opened.run(run, read_selection(run.selection), watch)


@dataclass(frozen=True, slots=True)
class _Opened:
    """Everything that a replay needs, open; processes for it beside, where there are several."""

    registry: Registry
    settings: ReplayerSettings
    replays: ReplayStore
    store: AmendmentStore
    reader: StretchReader
    writer: LogWriter
    crew: Crew | None = None

    async def plan(self, selection: Selection) -> tuple[Stretch, ...]:
        settled = await self.replays.settled_ends(self.registry.name)
        bounds = await self.reader.bounds(self.store.topic)

        async def offsets(at: datetime | None) -> Mapping[int, int]:
            return await self.reader.offsets_at(self.store.topic, bounds, at) if at else {}

        return plan(
            selection,
            settled,
            bounds,
            await offsets(selection.since),
            await offsets(selection.until),
        )

    async def run(self, run: Run, selection: Selection, watch: Watch) -> Ended:
        dry, trouble = run.state == "dry", None
        if not dry:
            await self._require_topic()
            await announce_all(self.store, self.writer)
        course = Course(run, watch.begin(run))
        shares = share_out(run, selection, watch.rate, watch.workers)
        try:
            if self.crew is None or len(shares) == 1:
                finished = await self.work(shares[0], watch.stop, course.moved)
            else:
                finished = await self.crew.work(shares, watch.stop, course.moved)
        except HandLost as lost:
            finished, trouble = False, str(lost)
        state = "done" if finished else "stopped"
        if not dry:
            await announce_all(self.store, self.writer)
            await self.replays.end(run, state)
        now = replace(run, stretches=tuple(course.stretches.values()))
        return Ended(now, "dry" if dry and finished else state, course.tally, trouble)

    async def work(self, share: Share, stop: Stop, moved: Moved) -> bool:
        """Do one share in this process; False where it was stopped before the end."""
        projection = open_projection(self.registry)
        await self.store.check_tables(projection)
        rehearsal = Rehearsal() if share.run.state == "dry" else None
        reprocessor = Reprocessor(
            self.registry, self.store, self.writer, share.run, projection, rehearsal
        )
        most = self.settings.batch_arrivals_max
        return await Replay(
            reprocessor, self.replays, self.reader, share.selection, most, share.rate, stop, moved
        ).run()

    async def _require_topic(self) -> None:
        """Check that amendments have a place: a partition for each of the submissions."""
        async with asyncio.timeout(CONNECT_SECONDS_MAX):
            while True:
                with contextlib.suppress(Unavailable):
                    here = await self.writer.count_partitions(amendments_topic(self.registry.name))
                    break
                await asyncio.sleep(0.1)
        there = await self.writer.count_partitions(self.store.topic)
        if here != there:
            raise BadSelection(
                f"{amendments_topic(self.registry.name)} has {here} partitions and "
                f"{self.store.topic} has {there}: make it with as many (`acr-connect topics apply`)"
            )


@asynccontextmanager
async def _open_with_crew(
    registry: Registry, settings: Settings, watch: Watch
) -> AsyncIterator[_Opened]:
    async def work(share: Share, stop: Stop, moved: Moved) -> bool:
        async with _open(registry, settings, beside=True) as opened:
            return await opened.work(share, stop, moved)

    with hired(watch.workers, work, _PASSED_ON) as crew:
        async with _metrics(settings.replayer), _open(registry, settings) as opened:
            yield replace(opened, crew=crew)


@asynccontextmanager
async def _open(
    registry: Registry, settings: Settings, *, beside: bool = False
) -> AsyncIterator[_Opened]:
    """Open what a replay needs; ``beside`` others that amend, all is ready and in motion."""
    name = f"acr-replayer-{registry.name}-{socket.gethostname()}-{os.getpid()}"
    topic = submissions_topic(registry.name)
    async with (
        open_pool(settings.postgres, "acr_writer", name, by_key=True) as pool,
        open_stretches(settings.kafka, name) as reader,
        open_writer(settings.kafka, name, lambda _: None) as writer,
    ):
        await require_schema(pool)
        settled = SettlementStore(pool, registry.name, topic, name)
        if not beside:
            await require_ready(settings.kafka, settled, registry.name)
        replays, store = ReplayStore(pool), settled.amendments()
        yield _Opened(registry, settings.replayer, replays, store, reader, writer)


@asynccontextmanager
async def _metrics(settings: ReplayerSettings) -> AsyncIterator[None]:
    """Serve /metrics in a thread, so that it answers while rules run."""
    if not settings.port:
        yield
        return
    server, thread = start_http_server(settings.port, settings.host)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def rules_of(registry: Registry) -> str:
    """Name what decides: contract, a digest of all that it declares, and the version of the code."""
    contract = open_contract(registry)
    bundle = make_bundle(contract, service_facts())
    digest = hashlib.sha256()
    for name, content in sorted(bundle.files.items()):
        digest.update(name.encode() + b"\0" + content)
    rules = digest.hexdigest()[:RULES_DIGITS]
    return f"{registry.name} {contract.version.name}, rules {rules}, code {version('acr-connect')}"


def who_asks() -> str:
    """Give the name under which the operating system knows who asks."""
    return getpass.getuser()
