"""What senders sent and were told, kept in memory for one scenario. Judges nothing."""

from collections import Counter
from dataclasses import dataclass, field

from acr_testkit.faults.workload import Intent

LOST = 0  # The status of an attempt whose answer never came.


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request: what was sent, and what the answer said, if it came."""

    intent: Intent
    status: int
    submission_id: str | None = None
    verdict: str | None = None
    position: tuple[int, int] | None = None


@dataclass(slots=True)
class History:
    """Every attempt of one scenario, in the order of their answers. It grows."""

    attempts: list[Attempt] = field(default_factory=list)

    def note(self, attempt: Attempt) -> None:
        """Add one."""
        self.attempts.append(attempt)

    def statuses(self) -> Counter[int]:
        """Count the answers by status; 0 counts those that never came."""
        return Counter(each.status for each in self.attempts)
