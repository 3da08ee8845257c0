"""Lives of consumers over a memory log and a memory store, with crashes, trouble and zombies.

What a life leaves behind is compared with what a calm one leaves: that comparison is the promise
"nothing lost, nothing twice".
"""

import asyncio
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from acr_avro.records import decode_result
from acr_consumer.consume import Consumer
from acr_domain.judgement import History, Outcome, Verdict
from acr_domain.submission import SubmissionKey
from acr_domain.topics import RESULTS_TOPIC, dead_letters_topic, submissions_topic
from acr_kafka.records import LogRecord
from acr_registries.catalogue import load_registries
from acr_registries.projection import Projection, open_projection
from acr_registries.projection_sql import projection_shape
from acr_settings.settings import ConsumerSettings
from acr_settling.settle import Settler
from acr_testkit.fuse import Blow, Crash, Fuse
from acr_testkit.jumping_loop import run_at_once
from acr_testkit.memory_log import MemoryLog, MemorySource
from acr_testkit.memory_store import MemoryDatabase, MemorySettlement, MemoryStore
from acr_testkit.stories import REGISTRY, Sent, make_records

PARTITIONS = 2
TOPIC = submissions_topic(REGISTRY)
PLACE_OF_VERSION_NO = 2  # In a row of the root table, behind the record's key.


def _projection() -> Projection:
    return open_projection(load_registries()[REGISTRY])


@dataclass(frozen=True, slots=True)
class Parts:
    """The classes that live; a planted fault puts another in place of one of them."""

    settler: type[Settler] = Settler
    store: type[MemoryStore] = MemoryStore
    settlement: type[MemorySettlement] = MemorySettlement


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What befalls a run; see `Fuse`. With more than one consumer all but one are zombies."""

    blows: Mapping[int, Blow] = field(default_factory=dict)
    pauses: Sequence[int] = ()
    consumers: int = 1


CALM = Disturbance()


@dataclass(slots=True)
class World:
    """What outlives the consumers: the log and the database."""

    fuse: Fuse
    database: MemoryDatabase = field(
        default_factory=lambda: MemoryDatabase(shape=projection_shape(_projection()))
    )
    log: MemoryLog = field(init=False)

    def __post_init__(self) -> None:
        """Make the log, and look at each result as it is told."""
        counts = {TOPIC: PARTITIONS, RESULTS_TOPIC: 2}
        self.log = MemoryLog(counts, self.fuse, self._watch)

    def _watch(self, record: LogRecord) -> None:
        if record.position.topic == RESULTS_TOPIC:
            told = decode_result(record.value).position
            kept = (told.partition, told.offset) in self.database.tables.arrivals
            assert kept, "a result was told before it was kept"

    def told(self) -> set[Hashable]:
        """Give the results and dead letters that were told, repeats counted once."""
        records = self.log.records(RESULTS_TOPIC) + self.log.records(dead_letters_topic(REGISTRY))
        return {
            (each.position.topic, each.position.partition, each.key, each.value, each.headers)
            for each in records
        }

    def outcomes_told(self) -> set[tuple[str, Verdict]]:
        """Give the result ids with their verdicts."""
        told = [decode_result(record.value) for record in self.log.records(RESULTS_TOPIC)]
        return {(str(outcome.position), outcome.verdict) for outcome in told}

    def histories(self) -> dict[SubmissionKey, History]:
        """Give all that is stored of every key."""
        tables = self.database.tables
        found = {key: History(current) for key, current in tables.records.items()}
        for (key, version_no), row in tables.versions.items():
            found[key].versions[version_no] = row.first
        return found


def live(
    story: Sequence[Sent],
    disturbance: Disturbance = CALM,
    batch_max: int = 3,
    parts: Parts | None = None,
) -> World:
    """Let consumers settle a story to its end, through everything that befalls them."""
    world = World(Fuse(disturbance.blows, disturbance.pauses))
    for record in make_records(story):
        world.log.put(record)
    run_at_once(_live_all(world, disturbance.consumers, batch_max, parts or Parts()))
    return world


async def _live_all(world: World, consumers: int, batch_max: int, parts: Parts) -> None:
    lives = [
        asyncio.ensure_future(_live_again_and_again(world, batch_max, parts))
        for _ in range(consumers)
    ]
    try:
        await asyncio.gather(*lives)
    finally:
        for each in lives:
            each.cancel()
        await asyncio.gather(*lives, return_exceptions=True)


async def _live_again_and_again(world: World, batch_max: int, parts: Parts) -> None:
    while True:
        try:
            await _live_once(world, batch_max, parts)
        except Crash:
            continue
        return


async def _live_once(world: World, batch_max: int, parts: Parts) -> None:
    stop = asyncio.Event()
    source = MemorySource(world.log, TOPIC, range(PARTITIONS), stop.set)
    store = parts.store(world.database, world.fuse, parts.settlement)
    settler = parts.settler(REGISTRY, store, world.log, projection=_projection())
    settings = ConsumerSettings(
        registry=REGISTRY, batch_arrivals_max=batch_max, idle_seconds=0.000_000_001
    )
    await Consumer(settings, source, store, settler, lambda _: None).run(stop)


def assert_nothing_lost_nothing_twice(world: World, calm: World) -> None:
    """Compare what a disturbed life left behind with what a calm one did."""
    found, wanted = world.database.tables, calm.database.tables
    assert found.versions == wanted.versions
    assert found.records == wanted.records
    assert found.arrivals == wanted.arrivals
    assert found.dead_letters == wanted.dead_letters
    assert found.projected == wanted.projected
    assert_rows_of_the_current_versions(world)
    settled = {str(outcome.position): outcome.verdict for outcome in found.arrivals.values()}
    assert settled.keys() == {str(record.position) for record in world.log.records(TOPIC)}
    assert world.outcomes_told() == set(settled.items())
    assert world.told() == calm.told()
    assert_one_created(found.arrivals.values())


def assert_rows_of_the_current_versions(world: World) -> None:
    """Each record has the typed rows of its current version, and of no other."""
    tables = world.database.tables
    found = {key: rows[0][1][PLACE_OF_VERSION_NO] for key, rows in tables.projected.items()}
    assert found == dict(tables.records)


def assert_one_created(outcomes: Iterable[Outcome]) -> None:
    """Each key that has any version was created exactly once."""
    stored: Counter[SubmissionKey] = Counter()
    created: Counter[SubmissionKey] = Counter()
    for outcome in outcomes:
        if outcome.key is None or outcome.verdict in {Verdict.REJECTED, Verdict.FAILED}:
            continue
        stored[outcome.key] = 1
        created[outcome.key] += outcome.verdict is Verdict.CREATED
    assert created == stored
