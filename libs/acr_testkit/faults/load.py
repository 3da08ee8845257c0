"""A load that senders share: what is to be sent, how far it is, and who rests. Sends nothing."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from acr_testkit.awaiting import until
from acr_testkit.faults.history import History
from acr_testkit.faults.workload import Intent, Workload

AFTER_SHARE = 0.2
SENT_SECONDS_MAX = 300.0


@dataclass(slots=True)
class Load:
    """Intents that are being sent. ``sent`` counts those that are answered for good.

    The last ``kept_back`` of them are not taken by the many before they are told to go on.
    """

    intents: Iterator[Intent]
    count: int
    partners: Sequence[str] = ()
    history: History = field(default_factory=History)
    begun: int = 0
    sent: int = 0
    given_up: int = 0
    kept_back: int = 0
    going: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self) -> Intent | None:
        """Give the next intent, or None when all are taken."""
        if self.begun >= self.count:
            return None
        self.begun += 1
        if self.kept_back and self.begun >= self.count - self.kept_back:
            self.rest()
        return next(self.intents)

    async def until_sent(self, count: int) -> None:
        """Wait until so many are answered."""
        wanted = min(count, self.count)
        await until(
            lambda: self.sent + self.given_up >= wanted, f"{wanted} are sent", SENT_SECONDS_MAX
        )

    def rest(self) -> None:
        """Let the many take nothing new; the few that wait for results go on."""
        self.going.clear()

    def go_on(self) -> None:
        """Let all send, also what was kept back until now."""
        self.kept_back = 0
        self.going.set()


def load_of(workload: Workload, count: int, after_share: float = AFTER_SHARE) -> Load:
    """Make a load of so many intents, of which a share is kept for when all is well again."""
    kept_back = int(count * after_share)
    return Load(workload.intents(), count, workload.partners, kept_back=kept_back)
