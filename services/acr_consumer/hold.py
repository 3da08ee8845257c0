"""Where a consumer stands still until a person has looked. Does no I/O.

Where the log is not the one that was settled it takes nothing, and looks now and then whether it is
again. Where too much would go to the dead letters it takes nothing but the partition that stopped it,
and that now and then: as long as its next arrival would be one dead letter too many, nothing is buried,
however often it tries or is restarted.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import structlog

from acr_domain.errors import LogRestarted, TooManyDeadLetters
from acr_domain.submission import LogPosition
from acr_postgres.settlement import Place
from acr_telemetry import metrics

HOLD_SECONDS = 5.0
RUNBOOK = "docs/runbooks/too-many-dead-letters.md"
LOG_RUNBOOK = "docs/runbooks/another-log.md"

log = structlog.get_logger()


@dataclass(slots=True)
class Hold:
    """The arrival at which a registry's consumer stands still, None while it does not.

    ``unknown_log`` says why the log is not the one that was settled, None where it is.
    """

    registry: str
    note_health: Callable[[str | None], None]
    at: LogPosition | None = None
    unknown_log: str | None = None

    def publish(self) -> None:
        """Show the metrics of the present state."""
        metrics.LOG_UNKNOWN.labels(self.registry).set(self.unknown_log is not None)
        metrics.CONSUMER_STOPPED.labels(self.registry).set(self.at is not None)

    def begin(self, trouble: TooManyDeadLetters) -> None:
        """Stand still, or go on doing so, and say why."""
        if self.at != trouble.position:
            log.error(
                "consumer_stopped_by_dead_letters",
                position=str(trouble.position),
                error_class=trouble.error_class,
                why=str(trouble),
                runbook=RUNBOOK,
            )
        self.at = trouble.position
        self.note_health(f"stopped: {trouble}; see {RUNBOOK}")
        self.publish()

    def begin_for_log(self, trouble: LogRestarted) -> None:
        """Stand still for the log's sake, or go on doing so, and say why."""
        if self.unknown_log != str(trouble):
            log.error(
                "consumer_stopped_by_another_log",
                registry=self.registry,
                why=str(trouble),
                runbook=LOG_RUNBOOK,
            )
        self.unknown_log = str(trouble)
        self.note_health(f"stopped: {trouble}; see {LOG_RUNBOOK}")
        self.publish()

    def narrow(self, unplaced: Collection[int], assigned: Collection[int]) -> Collection[int]:
        """Choose of the partitions that wait to be taken over those that may be taken now."""
        if self.at is not None and self.at.partition not in assigned:
            self._end("its partition is another consumer's now")
        if self.at is None:
            return unplaced
        return [partition for partition in unplaced if partition == self.at.partition]

    def look(self, places: Mapping[int, Place]) -> None:
        """After a turn without trouble: the log is known; go on where the arrival is settled by now."""
        if self.unknown_log is not None:
            log.info(
                "consumer_goes_on", registry=self.registry, why="the log is the one it settled"
            )
            self.unknown_log = None
            self.publish()
        if self.at is not None:
            place = places.get(self.at.partition)
            if place is None or place.next_offset <= self.at.offset:
                return
            self._end("its arrival is settled")
        self.note_health(None)

    def _end(self, why: str) -> None:
        log.info("consumer_goes_on", position=str(self.at), why=why)
        self.at = None
        self.publish()
