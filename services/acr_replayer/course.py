"""How far a run is, in all its processes together: keeps the metrics and whoever watches up to date."""

from collections.abc import Callable
from dataclasses import dataclass, field

from acr_postgres.replays import Run, Stretch
from acr_replayer.tally import Tally, read_tally, total
from acr_telemetry import metrics

Report = Callable[[int, int], None]
"""Told the arrivals looked at since the beginning, and the offsets done of the whole."""


@dataclass(slots=True)
class Course:
    """A run's stretches as they are now. They change with each batch, ``looked_at`` with them."""

    run: Run
    report: Report
    stretches: dict[int, Stretch] = field(init=False)
    looked_at: int = 0

    def __post_init__(self) -> None:
        """Begin where the run is."""
        self.stretches = {each.partition: each for each in self.run.stretches}
        self._tell()

    @property
    def tally(self) -> Tally:
        """What the run has found so far, in all its attempts."""
        return total(read_tally(each.tally) for each in self.stretches.values())

    def moved(self, stretch: Stretch) -> None:
        """Note that a stretch has moved on."""
        before = read_tally(self.stretches[stretch.partition].tally)
        after = read_tally(stretch.tally)
        self.stretches[stretch.partition] = stretch
        registry = self.run.registry
        looked_at = after.arrivals - before.arrivals
        metrics.REPLAY_ARRIVALS.labels(registry).inc(looked_at)
        metrics.REPLAY_LETTERS.labels(registry).inc(after.letters - before.letters)
        for verdict, count in (after.became - before.became).items():
            metrics.REPLAY_AMENDMENTS.labels(registry, verdict).inc(count)
        self.looked_at += looked_at
        self._tell()

    def _tell(self) -> None:
        whole = sum(each.end - each.begin for each in self.stretches.values())
        done = sum(each.next - each.begin for each in self.stretches.values())
        metrics.REPLAY_PROGRESS.labels(self.run.registry).set(done / whole if whole else 1.0)
        metrics.REPLAY_REMAINING.labels(self.run.registry).set(whole - done)
        self.report(self.looked_at, done)
