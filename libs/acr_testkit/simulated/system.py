"""A whole system in one history: its nodes, the neighbours they share, and the story of what happens."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from random import Random
from typing import Any

from acr_avro.records import RESULT
from acr_avro.single_object import codec
from acr_domain.topics import RESULTS_TOPIC, submissions_topic
from acr_kafka.records import LogRecord
from acr_testkit.facts import Announced, Position, Told
from acr_testkit.memory_log import MemoryLog
from acr_testkit.simulated.cluster import Cluster
from acr_testkit.simulated.database import SimulatedDatabase
from acr_testkit.simulated.group import Group
from acr_testkit.simulated.loop import PROCESS, Process, SimulatedLoop
from acr_testkit.simulated.network import NOBODY, Network
from acr_testkit.simulated.sendings import REGISTRY

TOPIC = submissions_topic(REGISTRY)
RESTART_SECONDS = 1.0
STOP_SECONDS = 3.0

Life = Callable[["System", "Node"], Coroutine[Any, Any, None]]


@dataclass(eq=False, slots=True)
class Node:
    """One node: its process changes with each start. ``stop`` asks it to end in order."""

    name: str
    life: Life
    process: Process
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    context: contextvars.Context = field(default_factory=contextvars.Context)
    door: Any = None
    on_stop: Callable[[], None] = lambda: None
    # In the order in which they came: a set's is that of addresses in memory.
    requests: dict["asyncio.Future[Any]", None] = field(default_factory=dict)


@dataclass(slots=True)
class System:
    """What outlives processes, and the nodes. ``story`` is told as it happens: time, who, what."""

    loop: SimulatedLoop
    chance: Random
    network: Network
    log: MemoryLog
    cluster: Cluster
    database: SimulatedDatabase
    group: Group
    nodes: dict[str, Node] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    foreign: set[Position] = field(default_factory=set)
    story: list[tuple[float, str, str, tuple[Any, ...]]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    announced: list[Announced] = field(default_factory=list)

    def tell(self, who: str, what: str, *values: Any) -> None:
        """Add a line to the story; it is written only where somebody reads it."""
        self.story.append((self.loop.now, who, what, values))

    def watch(self, record: LogRecord) -> None:
        """See each record as it is appended; a result that was not committed before is a fault."""
        position = record.position
        if position.topic == TOPIC:
            self.tell("log", "keeps %s/%s", position.partition, position.offset)
        elif position.topic == RESULTS_TOPIC:
            told = _announced(record)
            self.announced.append(told)
            self.tell("log", "hears that %s/%s is %s", *told.position, told.verdict)
            if told.position not in self.database.tables.arrivals:
                self.faults.append(f"the result of {told.position} was told before it was kept")

    def start(self, node: Node) -> None:
        """Begin a process of a node."""
        offset = node.process.clock_offset_seconds
        node.process = Process(node.name, offset)
        node.context = contextvars.Context()
        node.context.run(PROCESS.set, node.process)
        node.stop = asyncio.Event()
        self.tell(node.name, "starts")
        task = self.loop.create_task(node.life(self, node), context=node.context.copy())
        task.add_done_callback(
            lambda done: self._ended(node, done, node.process), context=node.context.copy()
        )

    def _ended(self, node: Node, task: "asyncio.Task[None]", process: Process) -> None:
        if process is not node.process or task.cancelled():
            return
        fault = task.exception()
        if fault is not None:
            self.tell(node.name, "fails: %s", type(fault).__name__)
            self.faults.append(f"{node.name} failed: {type(fault).__name__}: {fault}")
        process.dead = True
        self._clean_up(node)
        # As whatever runs it would do.
        self.loop.call_later(RESTART_SECONDS, self.start, node, context=NOBODY)

    def kill(self, node: Node, restart_seconds: float = RESTART_SECONDS) -> None:
        """End a process where it stands, as SIGKILL does; it is started again later."""
        if node.process.dead:
            return
        self.tell(node.name, "is killed")
        node.process.dead = True
        self._clean_up(node)
        self.loop.call_later(restart_seconds, self.start, node, context=NOBODY)

    def stop(self, node: Node) -> None:
        """Ask a process to end in order, as SIGTERM does; a gateway takes no more meanwhile."""
        if node.process.dead or node.stop.is_set():
            return
        self.tell(node.name, "is asked to end")
        node.stop.set()
        if node.door is not None:
            node.door = None
            node.context.copy().run(node.on_stop)
            self.loop.call_later(STOP_SECONDS, self._stopped, node, node.process, context=NOBODY)
        self.cluster.wake()

    def _stopped(self, node: Node, process: Process) -> None:
        if node.process is process:
            self.kill(node)

    def _clean_up(self, node: Node) -> None:
        self.database.end_sessions_of(node.process)
        node.door = None
        requests, node.requests = node.requests, {}
        for each in requests:
            if not each.done():
                each.set_result(None)

    def pause(self, node: Node) -> None:
        """Let a process stand still, as SIGSTOP does."""
        if not node.process.dead:
            self.tell(node.name, "stands still")
            node.process.paused = True

    def resume(self, node: Node) -> None:
        """Let it go on."""
        if node.process.paused:
            self.tell(node.name, "goes on")
            self.loop.resume(node.process)


def _announced(record: LogRecord) -> Announced:
    datum = codec(RESULT).decode(record.value)
    position = (datum["partition"], datum["offset"])
    return Announced(datum["result_id"], position, datum["submission_id"], datum["verdict"])
