"""What a service knows of its own fitness: which neighbours answer, and whether it is draining."""

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from acr_telemetry.metrics import DRAINING, NEIGHBOUR_UP

log = structlog.get_logger()
STARTING = "not reached yet"


@dataclass(slots=True)
class Health:
    """Troubles by neighbour (None when it answers). It changes over a service's life."""

    troubles: dict[str, str | None] = field(default_factory=dict)
    draining: bool = False

    def watch(self, neighbour: str) -> Callable[[str | None], None]:
        """Begin to watch a neighbour; the answer is to be called with its trouble, or None."""
        self.troubles[neighbour] = STARTING
        NEIGHBOUR_UP.labels(neighbour).set(0)

        def note(trouble: str | None) -> None:
            former, self.troubles[neighbour] = self.troubles[neighbour], trouble
            NEIGHBOUR_UP.labels(neighbour).set(trouble is None)
            if trouble is None and former is not None:
                log.info("neighbour_answers", neighbour=neighbour)
            elif trouble is not None and trouble != former:
                log.warning("neighbour_in_trouble", neighbour=neighbour, trouble=trouble)

        return note

    def drain(self) -> None:
        """Say that this service takes no new work."""
        self.draining = True
        DRAINING.set(1)

    @property
    def ready(self) -> bool:
        """Tell whether the service can do its job."""
        return not self.draining and not any(self.troubles.values())

    def report(self) -> dict[str, object]:
        """Describe the state for a probe."""
        status = "draining" if self.draining else "ready" if self.ready else "not ready"
        return {
            "status": status,
            "neighbours": {name: trouble or "ok" for name, trouble in self.troubles.items()},
        }
