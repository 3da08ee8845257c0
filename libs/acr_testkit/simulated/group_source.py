"""Reads a topic as a member of a simulated group, in the shape of the real source."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from acr_domain.errors import LogRestarted
from acr_kafka.records import LogRecord
from acr_testkit.simulated.cluster import FETCH_SECONDS_MAX, SILENCE_SECONDS_MAX, Cluster
from acr_testkit.simulated.network import LOG

Commit = Callable[[Mapping[int, int]], None]


@dataclass(slots=True)
class GroupSource:
    """One member's reader. It believes that its partitions are its own until it hears otherwise."""

    cluster: Cluster
    topic: str
    name: str
    commit_to_group: Commit
    _mine: frozenset[int] = frozenset()
    _unplaced: set[int] = field(default_factory=set)
    _offsets: dict[int, int] = field(default_factory=dict)

    def take_over(self, partitions: Collection[int]) -> None:
        """Hear of an assignment: every partition of it waits to be placed."""
        self._mine = frozenset(partitions)
        self._unplaced = set(partitions)
        self._offsets.clear()

    def unplaced(self) -> frozenset[int]:
        """Name the partitions that wait to be told where to begin."""
        return frozenset(self._unplaced)

    def assigned(self) -> frozenset[int]:
        """Name all partitions that are ours."""
        return self._mine

    def displace(self) -> None:
        """Let every partition wait for its place again."""
        self.take_over(self._mine)

    async def place(self, offsets: Mapping[int, int]) -> None:
        """Begin reading each partition at its offset.

        Raises:
            LogRestarted: if a partition ends before its offset.
            Unavailable: if the brokers do not tell.
        """
        ends = await self.fetch_ends(offsets)
        for partition, offset in offsets.items():
            if offset > ends[partition]:
                raise LogRestarted(f"{self.topic}/{partition} is settled to {offset}")
        for partition, offset in offsets.items():
            if partition in self._mine:
                self._offsets[partition] = offset
                self._unplaced.discard(partition)

    async def next_batch(self, records_max: int, wait_seconds: float) -> list[LogRecord]:
        """Give the next records, in order within each partition, or none after the wait.

        Raises:
            Unavailable: if the brokers cannot be read from.
        """
        log = self.cluster.log
        waiting = {p: at for p, at in self._offsets.items() if log.end(self.topic, p) > at}
        if not waiting:
            if not self._unplaced:
                # Longer than asked: what would happen meanwhile is nothing, or wakes us.
                places = frozenset((self.topic, partition) for partition in self._offsets)
                await self.cluster.grows(places, max(wait_seconds, SILENCE_SECONDS_MAX))
            return []
        fetched = await self.cluster.network.call(
            self.name, LOG, lambda: self._fetch(waiting, records_max), FETCH_SECONDS_MAX
        )
        for record in fetched:
            partition = record.position.partition
            if partition in self._offsets:
                self._offsets[partition] = record.position.offset + 1
        # What was lost meanwhile is given all the same: it was on its way.
        return fetched

    def _fetch(self, waiting: Mapping[int, int], records_max: int) -> list[LogRecord]:
        batch: list[LogRecord] = []
        for partition, offset in waiting.items():
            left = records_max - len(batch)
            batch += self.cluster.fetch(self.topic, partition, offset, left)
        return batch

    def ends(self) -> dict[int, int]:
        """Tell each placed partition's end."""
        return {
            partition: self.cluster.log.end(self.topic, partition) for partition in self._offsets
        }

    async def fetch_ends(self, partitions: Collection[int]) -> dict[int, int]:
        """Ask where partitions end at this moment."""
        log = self.cluster.log
        return await self.cluster.network.call(
            self.name,
            LOG,
            lambda: {partition: log.end(self.topic, partition) for partition in partitions},
            FETCH_SECONDS_MAX,
        )

    async def commit(self, next_offsets: Mapping[int, int]) -> None:
        """Tell the group how far we are."""
        mine = {p: at for p, at in next_offsets.items() if p in self._mine}
        if mine:
            await self.cluster.network.call(
                self.name, LOG, lambda: self.commit_to_group(mine), FETCH_SECONDS_MAX
            )
