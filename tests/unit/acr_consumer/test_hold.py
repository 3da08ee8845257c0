"""The limit of dead letters: a deployment gone wrong buries little, however often it is started."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from acr_avro.records import decode_result
from acr_consumer.consume import Consumer
from acr_domain.error_classes import ErrorClass
from acr_domain.judgement import Verdict
from acr_settings.settings import ConsumerSettings
from acr_settling.settle import LetterLimit, Settler
from acr_telemetry import metrics
from acr_testkit.jumping_loop import run_at_once
from acr_testkit.memory_log import MemoryLog, MemorySource
from acr_testkit.memory_store import MemoryDatabase, MemoryStore
from acr_testkit.simulation import TOPIC
from acr_testkit.stories import REGISTRY, Kind, Sent, make_record

BAD = Sent(Kind.NOT_AVRO)
LIMIT = LetterLimit(letters_max=3, window_arrivals=10)
TRIES = 4


def good(count: int) -> list[Sent]:
    return [Sent(version_no=no) for no in range(1, count + 1)]


@dataclass(slots=True)
class World:
    """A topic of two partitions and a database, which outlive consumers. It changes.

    ``meanwhile`` is called when a consumer has just come to stand still.
    """

    log: MemoryLog = field(default_factory=lambda: MemoryLog({TOPIC: 2}))
    database: MemoryDatabase = field(default_factory=MemoryDatabase)
    limit: LetterLimit = LIMIT
    meanwhile: Callable[[], None] = lambda: None

    def put(self, story: Sequence[Sent], partition: int = 0) -> None:
        """Append a story to one partition."""
        begin = self.log.end(TOPIC, partition)
        for index, sent in enumerate(story):
            record = make_record(sent, 100 * partition + begin + index)
            self.log.put(record._replace(partition=partition))

    def run(self) -> list[str | None]:
        """Run a consumer until all is settled, or until it has stood still a few times."""
        return run_at_once(self._run())

    async def _run(self) -> list[str | None]:
        stop = asyncio.Event()
        noted: list[str | None] = []

        def note(trouble: str | None) -> None:
            noted.append(trouble)
            tries = sum(each is not None for each in noted)
            if tries == 1:
                self.meanwhile()
            if tries == TRIES:
                stop.set()

        source = MemorySource(self.log, TOPIC, [0, 1], stop.set)
        settler = Settler(REGISTRY, MemoryStore(self.database), self.log, limit=self.limit)
        settings = ConsumerSettings(registry=REGISTRY, idle_seconds=1e-9)
        await Consumer(settings, source, MemoryStore(self.database), settler, note).run(stop)
        return noted

    def settled(self, partition: int) -> int:
        """Tell up to where a partition is settled."""
        return self.database.tables.places[partition].next_offset

    @property
    def buried(self) -> int:
        """Count the dead letters."""
        return len(self.database.tables.dead_letters)


@pytest.fixture
def world() -> Iterator[World]:
    yield World()
    metrics.CONSUMER_STOPPED.labels(REGISTRY).set(0)


def stopped() -> float:
    found = metrics.CONSUMER_STOPPED.collect()
    return next(s.value for m in found for s in m.samples if s.labels["registry"] == REGISTRY)


def test_single_poisons_among_good_ones_never_stop_it(world: World) -> None:
    for _ in range(10):
        world.put([*good(4), BAD])

    assert set(world.run()) == {None}
    assert (world.settled(0), world.buried, stopped()) == (50, 10, 0)


def test_up_to_the_limit_letters_are_buried_and_one_more_is_not(world: World) -> None:
    world.put([*good(2), *[BAD] * 8, *good(1)])

    noted = world.run()

    assert world.settled(0) == 2 + LIMIT.letters_max
    assert world.buried == LIMIT.letters_max
    assert stopped() == 1
    assert noted[-1] is not None
    assert f"{TOPIC}/0/{2 + LIMIT.letters_max} would be another (not-avro)" in noted[-1]
    assert "docs/runbooks/too-many-dead-letters.md" in noted[-1]


def test_started_again_and_again_it_buries_no_more(world: World) -> None:
    world.put([BAD] * 8)

    for _ in range(3):
        world.run()

    assert world.buried == LIMIT.letters_max


def test_while_it_stands_still_it_is_not_ready_and_takes_nothing_else(world: World) -> None:
    world.put([BAD] * 8, partition=1)
    world.meanwhile = lambda: world.put([BAD] * 2 + good(3), partition=0)

    noted = world.run()

    first = next(place for place, each in enumerate(noted) if each is not None)
    assert None not in noted[first:]
    assert world.settled(1) == LIMIT.letters_max
    assert world.settled(0) == 0


def test_when_the_arrival_settles_it_goes_on_by_itself_with_every_partition(world: World) -> None:
    world.put([BAD] * 8 + good(1))
    world.put(good(3), partition=1)
    world.run()
    world.limit = LetterLimit(letters_max=100, window_arrivals=1000)

    noted = world.run()

    assert noted[-1] is None
    assert (world.settled(0), world.settled(1), stopped()) == (9, 3, 0)


def test_what_was_accepted_does_not_count_and_what_comes_later_does(world: World) -> None:
    world.put([BAD] * 8)
    world.run()
    world.database.accepted_to[0] = 8
    world.put([BAD] * 5)

    world.run()

    assert world.settled(0) == 8 + LIMIT.letters_max


def test_each_class_is_counted_from_0_on_so_that_the_first_letter_is_an_increase(
    world: World,
) -> None:
    metrics.DEAD_LETTERS.clear()

    world.run()

    shown = [
        s for m in metrics.DEAD_LETTERS.collect() for s in m.samples if s.name.endswith("total")
    ]
    assert {each.labels["error_class"] for each in shown} == set(ErrorClass)
    assert {each.value for each in shown} == {0}


def test_nothing_is_told_of_what_is_not_buried(world: World) -> None:
    world.put([BAD] * 8)

    world.run()

    outcomes = world.database.tables.arrivals.values()
    assert [each.verdict for each in outcomes] == [Verdict.FAILED] * LIMIT.letters_max
    told = [decode_result(each.value).position for each in world.log.records("acr.results.v1")]
    assert {each.offset for each in told} == set(range(LIMIT.letters_max))
