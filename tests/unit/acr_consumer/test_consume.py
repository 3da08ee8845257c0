"""The consumer's loop against a memory log and store, on a loop whose clock jumps."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping

import pytest

from acr_consumer.consume import Consumer, trust
from acr_domain.errors import ClientLost, LogRestarted, Unavailable
from acr_kafka.records import LogRecord
from acr_postgres.settlement import Place
from acr_settings.settings import ConsumerSettings
from acr_settling.settle import Settler
from acr_telemetry import metrics
from acr_testkit.awaiting import until
from acr_testkit.fuse import Blow, Fuse
from acr_testkit.jumping_loop import run_at_once
from acr_testkit.memory_log import MemoryLog, MemorySource
from acr_testkit.memory_store import MemoryDatabase, MemoryStore
from acr_testkit.simulation import TOPIC, Disturbance, live
from acr_testkit.stories import REGISTRY, Sent, make_records

STORY = [Sent(version_no=no) for no in range(1, 6)]


async def consume(
    database: MemoryDatabase,
    log: MemoryLog,
    noted: list[str | None],
    require_known: Callable[[Collection[int]], Awaitable[None]] = trust,
) -> MemorySource:
    """Settle what is in the log, and stop when all is read."""
    stop = asyncio.Event()
    source = MemorySource(log, TOPIC, [0], stop.set)
    store = MemoryStore(database, log.fuse)
    settings = ConsumerSettings(registry=REGISTRY, batch_arrivals_max=2, idle_seconds=1e-9)
    settler = Settler(REGISTRY, store, log)
    await Consumer(settings, source, store, settler, noted.append, require_known).run(stop)
    return source


def log_of(story: list[Sent], fuse: Fuse | None = None) -> MemoryLog:
    log = MemoryLog(fuse=fuse or Fuse())
    for record in make_records(story):
        log.put(record)
    return log


def test_all_that_is_in_the_log_is_settled_and_noted_as_told() -> None:
    database, noted = MemoryDatabase(), list[str | None]()

    run_at_once(consume(database, log_of(STORY), noted))

    assert database.tables.places == {0: Place(5, 5)}
    assert len(database.tables.versions) == 5
    assert set(noted) == {None}


def test_the_group_is_told_how_far_it_is_in_the_first_turn() -> None:
    source = run_at_once(consume(MemoryDatabase(), log_of(STORY[:2]), []))

    assert source.committed == {0: 2}


def test_telling_the_group_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    database, reached = MemoryDatabase(), list[int]()

    async def commit(source: MemorySource, next_offsets: Mapping[int, int]) -> None:
        await asyncio.sleep(60)
        reached.append(database.tables.places[0].next_offset)

    monkeypatch.setattr(MemorySource, "commit", commit)
    run_at_once(consume(database, log_of(STORY), []))

    assert reached == [5, 5]


def test_being_caught_up_is_noted_where_nothing_comes_any_more() -> None:
    database = MemoryDatabase()

    run_at_once(consume(database, log_of([]), []))

    assert database.tables.caught_up.keys() == {0}


def test_it_goes_on_where_the_database_says_and_not_where_the_group_was() -> None:
    database, log = MemoryDatabase(), log_of(STORY)
    run_at_once(consume(database, log, []))
    before = len(log.records("acr.results.v1"))
    log.put(make_records([*STORY, Sent(version_no=6)])[-1])

    run_at_once(consume(database, log, []))

    assert len(log.records("acr.results.v1")) == before + 1
    assert database.tables.places == {0: Place(6, 6)}


@pytest.mark.parametrize("point", range(2, 40, 3))
def test_trouble_is_told_to_health_and_outlived(point: int) -> None:
    database, noted = MemoryDatabase(), list[str | None]()
    log = log_of(STORY, Fuse({point: Blow.TROUBLE}))

    run_at_once(consume(database, log, noted))

    assert "the fuse" in noted
    assert noted[-1] is None
    assert database.tables.places[0].next_offset == 5


def test_it_stands_still_while_the_log_is_shorter_than_what_was_settled() -> None:
    database, noted = MemoryDatabase(), list[str | None]()
    run_at_once(consume(database, log_of(STORY), []))
    log, shown = log_of(STORY[:2]), list[float]()

    async def come_back(_: Collection[int]) -> None:
        """Let the log be whole again when it was looked at three times."""
        shown.append(unknown())
        if len(shown) == 3:
            for record in make_records(STORY)[2:]:
                log.put(record)

    run_at_once(consume(database, log, noted, come_back))

    assert shown == [0, 1, 1]
    assert [each for each in noted if each] == [
        f"stopped: {TOPIC}/0 is settled to 5; see docs/runbooks/another-log.md"
    ] * 2
    assert noted[-1] is None
    assert unknown() == 0
    assert database.tables.places == {0: Place(5, 5)}


def test_it_settles_nothing_of_a_log_that_is_another_one() -> None:
    database, noted = MemoryDatabase(), list[str | None]()
    tries = 0

    async def refuse(_: Collection[int]) -> None:
        nonlocal tries
        tries += 1
        if tries < 4:
            raise LogRestarted("another one")
        assert not database.tables.arrivals

    run_at_once(consume(database, log_of(STORY), noted, refuse))

    assert noted[:3] == ["stopped: another one; see docs/runbooks/another-log.md"] * 3
    assert len(database.tables.arrivals) == 5


def unknown() -> float:
    found = metrics.LOG_UNKNOWN.collect()
    return next(s.value for m in found for s in m.samples if s.labels["registry"] == REGISTRY)


def test_two_consumers_of_one_partition_come_to_rest_and_tell_each_result() -> None:
    world = live(STORY, Disturbance(pauses=[0, 2, 1], consumers=2))

    assert len(world.outcomes_told()) == len(STORY)


class WaitingSource(MemorySource):
    """A source to which nothing comes, so that its reader waits; it stumbles so often before."""

    stumbles: int = 0

    async def next_batch(self, records_max: int, wait_seconds: float) -> list[LogRecord]:
        if self.stumbles:
            self.stumbles -= 1
            raise Unavailable("stumbled")
        await asyncio.sleep(wait_seconds)
        return await super().next_batch(records_max, wait_seconds)


@pytest.mark.parametrize(
    ("stumbles", "early"), [(0, [None]), (1, [None, "stumbled"])], ids=["at first", "after trouble"]
)
async def test_it_is_ready_when_it_has_taken_over_and_after_trouble_when_it_has_read(
    stumbles: int, early: list[str | None]
) -> None:
    """Goal: to be ready is not to wait for somebody to send; and it does not flicker in trouble."""
    settings, log, noted = ConsumerSettings(registry=REGISTRY), log_of([]), list[str | None]()
    store, source = MemoryStore(MemoryDatabase(), log.fuse), WaitingSource(log, TOPIC, [0])
    source.stumbles = stumbles
    stop, settler = asyncio.Event(), Settler(REGISTRY, store, log)
    running = asyncio.create_task(
        Consumer(settings, source, store, settler, noted.append).run(stop)
    )

    await until(lambda: bool(settler.places) and not source.stumbles, "it has taken over")
    assert noted == early
    await until(lambda: len(noted) > len(early), "a turn is over")

    assert noted[len(early)] is None
    stop.set()
    await running


class LostSource(MemorySource):
    """A source whose client has lost the brokers for good."""

    async def place(self, offsets: Mapping[int, int]) -> None:
        raise ClientLost("asked in vain")


async def test_a_source_that_is_lost_is_given_back_to_be_opened_anew() -> None:
    settings = ConsumerSettings(registry=REGISTRY)
    log = log_of(STORY)
    store, source = MemoryStore(MemoryDatabase(), log.fuse), LostSource(log, TOPIC, [0], print)
    consumer = Consumer(settings, source, store, Settler(REGISTRY, store, log), print)

    with pytest.raises(ClientLost):
        await asyncio.wait_for(consumer.run(asyncio.Event()), 10)
