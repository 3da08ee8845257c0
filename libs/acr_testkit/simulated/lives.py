"""The lives of gateways and consumers in a history: the real objects, on simulated neighbours."""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from acr_consumer.consume import Consumer
from acr_gateway import submissions
from acr_gateway.admission import Admission
from acr_gateway.admission_bounds import admission_bounds
from acr_gateway.closing import Closing
from acr_gateway.replies import Replies
from acr_gateway.stream_walk import StreamWalk
from acr_gateway.submissions import Submissions
from acr_gateway.submit import Gateway
from acr_gateway.waiters import Waiters
from acr_registries.projection import Projection, open_projection
from acr_settings.settings import ConsumerSettings, GatewaySettings, KafkaSettings
from acr_settling.settle import Settler
from acr_testkit.memory_store import MemorySettlement, MemoryStore
from acr_testkit.simulated.cluster import SimulatedWriter, follow_in
from acr_testkit.simulated.database import Way
from acr_testkit.simulated.group_source import GroupSource
from acr_testkit.simulated.sendings import REGISTRY, registry
from acr_testkit.simulated.system import TOPIC, Life, Node, System

IDLE_SECONDS = 1.0
LAST_WAIT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Parts:
    """The classes that live; a planted fault puts another in place of one of them."""

    settler: type[Settler] = Settler
    store: type[MemoryStore] = MemoryStore
    settlement: type[MemorySettlement] = MemorySettlement
    consumer: type[Consumer] = Consumer
    gateway: type[Gateway] = Gateway
    writer: type[SimulatedWriter] = SimulatedWriter
    waiters: type[Waiters] = Waiters
    walk: type[StreamWalk] = StreamWalk

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Put in place what a gateway makes by itself, until the block ends."""
        submissions.StreamWalk = self.walk  # type: ignore[attr-defined]
        try:
            yield
        finally:
            submissions.StreamWalk = StreamWalk  # type: ignore[attr-defined]


@functools.cache
def projection() -> Projection:
    """Give the typed tables of the registry."""
    return open_projection(registry())


@functools.cache
def kafka_settings() -> KafkaSettings:
    """Give settings; nobody connects by them."""
    return KafkaSettings()


@functools.cache
def _gateway_settings(in_flight_max: int) -> GatewaySettings:
    return GatewaySettings(in_flight_max=in_flight_max)


@functools.cache
def _consumer_settings(batch_max: int) -> ConsumerSettings:
    return ConsumerSettings(
        registry=REGISTRY, batch_arrivals_max=batch_max, idle_seconds=IDLE_SECONDS
    )


def gateway_life(parts: Parts, in_flight_max: int) -> Life:
    """Make the life of a gateway: it listens for results, and has a door while it lives."""

    async def live(system: System, node: Node) -> None:
        writer = parts.writer(system.cluster, node.name)
        waiters, closing = parts.waiters(), Closing()
        replies = Replies(
            kafka_settings(), node.name, writer, None, follow_in(system.cluster, node.name)
        )
        settings = _gateway_settings(in_flight_max)
        gateway = parts.gateway(
            settings,
            writer,
            Admission(admission_bounds(settings)),
            waiters,
            replies,
            closing,
        )
        node.door = Submissions(gateway, lambda _: (registry(), {}))

        def stop() -> None:
            closing.begin()
            system.loop.call_later(LAST_WAIT_SECONDS, waiters.give_up)

        node.on_stop = stop
        await replies.listen(waiters, _ignore)

    return live


def consumer_life(parts: Parts, batch_max: int) -> Life:
    """Make the life of a consumer: a member of the group for as long as it lives."""

    async def live(system: System, node: Node) -> None:
        process, group = node.process, system.group
        source = GroupSource(
            system.cluster, TOPIC, node.name, functools.partial(group.commit, process)
        )
        store = parts.store(system.database, Way(system.network, node.name), parts.settlement)
        writer = parts.writer(system.cluster, node.name)
        settler = parts.settler(REGISTRY, store, writer, projection=projection())
        group.join(process, source)
        consumer = parts.consumer(_consumer_settings(batch_max), source, store, settler, _ignore)
        await consumer.run(node.stop)
        group.leave(process)

    return live


def _ignore(_: str | None) -> None:
    """Health is not looked at."""
