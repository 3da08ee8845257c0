"""What waits for a person is shown, and stays shown while the database does not answer."""

import asyncio
from collections.abc import Iterator

from prometheus_client import Gauge

from acr_consumer.left_open import LOOK_SECONDS, show_left_open
from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Unavailable
from acr_postgres.left_open import LeftOpen
from acr_telemetry import metrics
from acr_testkit.jumping_loop import run_at_once


def shown(gauge: Gauge, **labels: str) -> float:
    samples = [sample for metric in gauge.collect() for sample in metric.samples]
    (found,) = [each.value for each in samples if each.labels == {"registry": "seen", **labels}]
    return found


def test_what_is_left_open_is_shown_and_forgotten_when_it_is_done() -> None:
    looks: Iterator[LeftOpen | Unavailable] = iter(
        [LeftOpen({ErrorClass.NOT_AVRO: 3}, 1000.0), Unavailable("away"), LeftOpen({}, 0.0)]
    )
    seen: list[tuple[float, float, float]] = []

    async def look() -> LeftOpen:
        found = next(looks)
        if isinstance(found, Unavailable):
            raise found
        return found

    async def watch() -> None:
        task = asyncio.create_task(show_left_open("seen", look))
        for _ in range(3):
            await asyncio.sleep(LOOK_SECONDS / 2)
            seen.append(
                (
                    shown(metrics.DEAD_LETTERS_OPEN, error_class=ErrorClass.NOT_AVRO),
                    shown(metrics.DEAD_LETTERS_OPEN, error_class=ErrorClass.WRONG_KEY),
                    shown(metrics.REPLAY_IDLE_SECONDS),
                )
            )
            await asyncio.sleep(LOOK_SECONDS / 2)
        task.cancel()

    run_at_once(watch())

    assert seen == [(3, 0, 1000), (3, 0, 1000), (0, 0, 0)]
