"""What ends is started again and told; what ends again and again is started ever less often."""

from dataclasses import dataclass, field

from acr_cli.supervision import PAUSE_SECONDS_MAX, SOON_SECONDS, Part, Supervisor
from acr_localstack.errors import StackError


@dataclass
class Process:
    """A process whose life the test decides; it ends ``lasts`` seconds after each start."""

    now: float = 0.0
    alive: bool = True
    ready: bool = True
    refuses: bool = False
    lasts: float = float("inf")
    starts: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def ended(self) -> str | None:
        if self.starts and self.now - self.starts[-1] >= self.lasts:
            self.alive = False
        return None if self.alive else "status -9"

    def start(self) -> None:
        self.starts.append(self.now)
        if self.refuses:
            raise StackError("Kafka took no connections")
        self.alive = True

    def watched(self, seconds: float) -> None:
        """Let time go by, looked at twice a second."""
        supervisor = Supervisor(
            [Part("gateway", self.ended, self.start, lambda: self.ready)],
            self.told.append,
            lambda: self.now,
        )
        end = self.now + seconds
        while self.now < end:
            supervisor.look()
            self.now += 0.5


def test_what_runs_is_left_alone_in_silence() -> None:
    process = Process()
    process.watched(60)

    assert (process.starts, process.told) == ([], [])


def test_what_ends_is_started_at_once_and_told_when_it_answers() -> None:
    process = Process(alive=False, ready=False)
    supervisor = Supervisor(
        [Part("gateway", process.ended, process.start, lambda: process.ready)],
        process.told.append,
        lambda: process.now,
    )
    supervisor.look()
    process.now = 2.5
    supervisor.look()
    process.ready = True
    supervisor.look()
    supervisor.look()

    assert process.starts == [0.0]
    assert process.told == [
        "gateway has ended (status -9); starting it again",
        "gateway answers again, 2.5 s after its start",
    ]


def test_what_ends_soon_after_each_start_is_started_ever_less_often() -> None:
    process = Process(alive=False, lasts=0.5)
    process.watched(300)

    pauses = [
        after - before for before, after in zip(process.starts, process.starts[1:], strict=False)
    ]
    assert pauses[:4] == [1.5, 2.5, 4.5, 8.5]
    assert max(pauses) == PAUSE_SECONDS_MAX + 0.5
    assert "starting it again in 1 s, as it ended soon" in process.told[1]


def test_what_lasted_is_started_at_once_again() -> None:
    process = Process(alive=False, lasts=SOON_SECONDS)
    process.watched(35)

    assert process.starts == [0.0, 10.0, 20.0, 30.0]


def test_what_cannot_be_started_is_told_and_tried_again() -> None:
    process = Process(alive=False, refuses=True)
    process.watched(20)

    assert len(process.starts) == 5
    assert process.told.count("Kafka took no connections") == 5
