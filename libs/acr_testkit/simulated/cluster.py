"""The brokers on a simulated network: appends, fetches, and those who wait for more."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from acr_domain.errors import Unavailable
from acr_domain.submission import LogPosition
from acr_domain.topics import RESULTS_TOPIC
from acr_kafka.records import LogRecord, NewRecord
from acr_settings.settings import KafkaSettings
from acr_testkit.memory_log import MemoryLog
from acr_testkit.simulated.network import LOG, Network, settle

APPEND_SECONDS_MAX = 10.0
FETCH_SECONDS_MAX = 6.0
SILENCE_SECONDS_MAX = 5.0

Place: TypeAlias = tuple[str, int]
"""Topic and partition."""


@dataclass(slots=True)
class Cluster:
    """The brokers: a log, and who waits for it to grow. ``troubled`` is the share of calls that fail."""

    log: MemoryLog
    network: Network
    troubled: float = 0.0
    _growing: dict["asyncio.Future[None]", frozenset[Place]] = field(default_factory=dict)

    def put_all(self, records: Sequence[NewRecord]) -> list[LogPosition]:
        """Append records as the brokers do: in trouble some partitions may take theirs, others not.

        Raises:
            Unavailable: if not all of them are kept.
        """
        if LOG in self.network.full:
            raise Unavailable("the disk is full")
        chance = self.network.chance
        kept = len(records)
        if self.troubled and chance.random() < self.troubled:
            kept = chance.randrange(len(records) + 1)
        positions = [self.log.put(record) for record in records[:kept]]
        if positions:
            self.wake({(each.topic, each.partition) for each in positions})
        if kept < len(records) or (self.troubled and chance.random() < self.troubled):
            raise Unavailable("a leader moved")
        return positions

    def fetch(self, topic: str, partition: int, offset: int, records_max: int) -> list[LogRecord]:
        """Give records from an offset on."""
        if self.troubled and self.network.chance.random() < self.troubled:
            raise Unavailable("a leader moved")
        return self.log.topics[topic][partition][offset : offset + records_max]

    async def grows(self, places: frozenset[Place], seconds_max: float) -> None:
        """Wait until something is appended to one of the places, or something else may have changed."""
        loop = asyncio.get_running_loop()
        growing = loop.create_future()
        self._growing[growing] = places
        patience = loop.call_later(seconds_max, settle, growing, None)
        await growing
        patience.cancel()
        self._growing.pop(growing, None)

    def wake(self, grown: AbstractSet[Place] | None = None) -> None:
        """Wake those who wait for a place that has grown; all of them where none is named."""
        for each, places in list(self._growing.items()):
            if grown is None or not places.isdisjoint(grown):
                del self._growing[each]
                settle(each, None)


@dataclass(frozen=True, slots=True)
class SimulatedWriter:
    """Appends for one process, in the shape of the real writer."""

    cluster: Cluster
    name: str

    async def append(self, record: NewRecord) -> LogPosition:
        """Append one record, acknowledged.

        Raises:
            Unavailable: if it is not in time; the record may yet be in the log, or come there later.
        """
        return (await self.append_all([record]))[0]

    async def append_all(self, records: Sequence[NewRecord]) -> list[LogPosition]:
        """Append records, in order within each partition."""
        return await self.cluster.network.call(
            self.name, LOG, lambda: self.cluster.put_all(records), APPEND_SECONDS_MAX
        )

    async def count_partitions(self, topic: str) -> int:
        """Count a topic's partitions."""
        return await self.cluster.network.call(
            self.name, LOG, lambda: self.cluster.log.partition_counts[topic], FETCH_SECONDS_MAX
        )


@dataclass(slots=True)
class SimulatedTail:
    """Follows one partition of the results topic; now and then it gives something again."""

    cluster: Cluster
    name: str
    partition: int
    offset: int

    async def next_batch(self) -> list[LogRecord]:
        """Give the next records, or none after a while.

        Raises:
            Unavailable: if the brokers cannot be read from.
        """
        cluster, chance = self.cluster, self.cluster.network.chance
        if cluster.log.end(RESULTS_TOPIC, self.partition) <= self.offset:
            place = (RESULTS_TOPIC, self.partition)
            await cluster.grows(frozenset((place,)), SILENCE_SECONDS_MAX)
            return []
        records = await cluster.network.call(
            self.name,
            LOG,
            lambda: cluster.fetch(RESULTS_TOPIC, self.partition, self.offset, 100),
            FETCH_SECONDS_MAX,
        )
        self.offset += len(records)
        if chance.random() < 0.05:
            self.offset = max(0, self.offset - chance.randrange(3))
        return records


Follow = Callable[[KafkaSettings, str, int], AbstractAsyncContextManager[SimulatedTail]]


def follow_in(cluster: Cluster, name: str) -> Follow:
    """Give what follows the results topic for one process, in the shape of the real function."""

    @asynccontextmanager
    async def follow(_: KafkaSettings, __: str, partition: int) -> AsyncIterator[SimulatedTail]:
        end = await cluster.network.call(
            name, LOG, lambda: cluster.log.end(RESULTS_TOPIC, partition), FETCH_SECONDS_MAX
        )
        yield SimulatedTail(cluster, name, partition, end)

    return follow
