"""How far a run is, put together from what its processes tell: watchers and metrics agree."""

import uuid
from collections import Counter
from datetime import UTC, datetime

from prometheus_client import REGISTRY

from acr_postgres.replays import Run, Stretch
from acr_replayer.course import Course
from acr_replayer.tally import Tally


def run_of(registry: str, *stretches: Stretch) -> Run:
    began = datetime(2026, 11, 28, tzinfo=UTC)
    who_and_why = ("ann", "a limit was wrong", "contract 1")
    return Run(
        str(uuid.uuid4()), registry, *who_and_why, {}, False, "running", 2, began, None, stretches
    )


def sample(name: str, registry: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, {"registry": registry, **labels}) or 0.0


def test_what_several_processes_tell_adds_up_and_what_was_there_before_is_not_counted() -> None:
    registry, told = f"t{uuid.uuid4().hex[:8]}", list[tuple[int, int]]()
    former = Tally(arrivals=10, changed=1, became=Counter(created=1)).data()
    run = run_of(registry, Stretch(0, 0, 40, 10, former), Stretch(1, 0, 60, 0, {}))
    course = Course(run, lambda arrivals, done: told.append((arrivals, done)))

    later = Tally(arrivals=20, changed=4, became=Counter(created=3, updated=1))
    later.unreadable["not-avro"] = 2
    course.moved(Stretch(0, 0, 40, 20, later.data()))
    course.moved(Stretch(1, 0, 60, 30, Tally(arrivals=25).data()))

    assert told == [(0, 10), (10, 20), (35, 50)]
    assert (course.tally.arrivals, course.tally.changed) == (45, 4)
    assert sample("acr_replay_arrivals_total", registry) == 35
    assert sample("acr_replay_dead_letters_total", registry) == 2
    assert sample("acr_replay_amendments_total", registry, verdict="created") == 2
    assert sample("acr_replay_amendments_total", registry, verdict="updated") == 1
    assert sample("acr_replay_progress_ratio", registry) == 0.5
    assert sample("acr_replay_remaining_offsets", registry) == 50
