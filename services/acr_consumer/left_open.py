"""Shows, beside the consumer's loop, what of its registry waits for a person. Settles nothing."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Unavailable
from acr_postgres.left_open import LeftOpen
from acr_telemetry import metrics

LOOK_SECONDS = 60.0

log = structlog.get_logger()


async def show_left_open(registry: str, look: Callable[[], Awaitable[LeftOpen]]) -> None:
    """Look once a minute until cancelled; in trouble what was last seen stays shown."""
    while True:
        try:
            found = await look()
        except Unavailable as trouble:
            log.info("left_open_unknown", registry=registry, why=str(trouble))
        else:
            for error_class in {*ErrorClass, *found.letters}:
                count = found.letters.get(error_class, 0)
                metrics.DEAD_LETTERS_OPEN.labels(registry, error_class).set(count)
            metrics.REPLAY_IDLE_SECONDS.labels(registry).set(found.replay_idle_seconds)
        await asyncio.sleep(LOOK_SECONDS)
