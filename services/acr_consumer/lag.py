"""How far behind the log a consumer is, in records and in seconds, at whatever moment it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from acr_kafka.records import LogRecord
from acr_postgres.settlement import Place
from acr_telemetry import metrics


@dataclass(slots=True)
class Lag:
    """What the lag metrics of one registry are made of. It changes with every turn of the loop."""

    registry: str
    behind: int = 0
    oldest_in_hand: datetime | None = None
    last_settled: datetime | None = None
    partitions: set[int] = field(default_factory=set)

    def publish(self) -> None:
        """Let the gauges ask us: while nothing moves, ages grow all the same."""
        metrics.LAG_SECONDS.labels(self.registry).set_function(self.seconds)
        metrics.OLDEST_UNSETTLED_SECONDS.labels(self.registry).set_function(self.oldest_age)

    def seconds(self) -> float:
        """Age of the last arrival settled while more wait behind it; 0 when caught up."""
        if self.behind == 0 or self.last_settled is None:
            return 0.0
        return (datetime.now(UTC) - self.last_settled).total_seconds()

    def oldest_age(self) -> float:
        """Age of the oldest arrival in hand that is not settled; 0 when none is."""
        if self.oldest_in_hand is None:
            return 0.0
        return (datetime.now(UTC) - self.oldest_in_hand).total_seconds()

    def take_in_hand(self, batch: Sequence[LogRecord]) -> None:
        """Note that a batch is about to be settled."""
        oldest = min(record.timestamp for record in batch)
        self.oldest_in_hand = min(oldest, self.oldest_in_hand or oldest)

    def settled(
        self, batch: Sequence[LogRecord], places: Mapping[int, Place], ends: Mapping[int, int]
    ) -> None:
        """Note that a batch, perhaps an empty one, is settled, and where partitions stand now."""
        if batch:
            self.last_settled = max(record.timestamp for record in batch)
        lags = {
            partition: max(0, ends.get(partition, 0) - place.next_offset)
            for partition, place in places.items()
        }
        self.behind = sum(lags.values())
        if batch or self.behind == 0:
            self.oldest_in_hand = None
        for partition in self.partitions - lags.keys():
            metrics.LAG_RECORDS.remove(self.registry, str(partition))
        self.partitions = set(lags)
        for partition, lag in lags.items():
            metrics.LAG_RECORDS.labels(self.registry, str(partition)).set(lag)
        metrics.PARTITIONS_ASSIGNED.labels(self.registry).set(len(lags))
