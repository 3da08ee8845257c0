"""The database on a simulated network: statements travel, sessions end, disks fill."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

from acr_domain.errors import Unavailable
from acr_testkit.memory_store import MemoryDatabase, Session
from acr_testkit.memory_tables import Layer, RowId, Tables
from acr_testkit.simulated.loop import PROCESS, Process
from acr_testkit.simulated.network import DATABASE, Network

STATEMENT_SECONDS_MAX = 16.0
IDLE_SECONDS_MAX = 15.0


class Places(tuple[RowId, ...]):
    """Places that a line of the story names; written only where somebody reads it."""

    __slots__ = ()

    def __str__(self) -> str:
        return " ".join(f"{partition}/{offset}" for partition, offset in self)


@dataclass(slots=True)
class SimulatedDatabase(MemoryDatabase):
    """A database that knows whose sessions it has, and ends those of clients that are gone."""

    owners: dict[Session, tuple[Process, float]] = field(default_factory=dict)

    tell: Callable[..., None] = lambda *values: None

    def note_commit(self, layer: Tables) -> None:
        """Tell the story what was settled, and by whom."""
        assert isinstance(layer.arrivals, Layer)
        self.tell(PROCESS.get().name, "settles %s", Places(layer.arrivals.written))

    def begin(self) -> Session:
        """Open a session for the process that asks."""
        session = super(SimulatedDatabase, self).begin()
        self.owners[session] = (PROCESS.get(), asyncio.get_running_loop().time())
        return session

    def end(self, session: Session) -> None:
        """End a session."""
        self.owners.pop(session, None)
        super(SimulatedDatabase, self).end(session)

    def end_sessions_of(self, process: Process) -> None:
        """A process was killed: its connections are closed, and its transactions rolled back."""
        for session, (owner, _) in list(self.owners.items()):
            if owner is process:
                self.end(session)

    def end_all(self) -> None:
        """The server goes down: every open transaction is rolled back."""
        for session in list(self.owners):
            self.end(session)

    def end_idle(self) -> None:
        """End sessions that hold locks for too long, as `idle_in_transaction_session_timeout` does."""
        now = asyncio.get_running_loop().time()
        for session, (_, begun) in list(self.owners.items()):
            if now - begun > IDLE_SECONDS_MAX:
                self.end(session)


@dataclass(frozen=True, slots=True)
class Way:
    """The way from one process to the database, around each statement."""

    network: Network
    name: str

    def effect(self) -> "Way":
        """Surround one statement with the way there and the way back."""
        return self

    async def __aenter__(self) -> None:
        """Go there.

        Raises:
            Unavailable: before the statement.
        """
        network = self.network
        await network.travel(self.name, DATABASE, STATEMENT_SECONDS_MAX)
        if DATABASE in network.full and network.chance.random() < 0.5:
            raise Unavailable("the disk is full")

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Come back.

        Raises:
            Unavailable: behind the statement: its caller does not know whether it took place.
        """
        if error is None:
            await self.network.travel(DATABASE, self.name, STATEMENT_SECONDS_MAX)
