"""The consumer group on a simulated network: who has which partition, and who still believes so.

An assignment reaches each member when it reaches it: a member that is paused, slow or cut off goes on
with what it was given before, and is a zombie then.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from acr_domain.errors import Unavailable
from acr_testkit.simulated.cluster import Cluster
from acr_testkit.simulated.group_source import GroupSource
from acr_testkit.simulated.loop import Process
from acr_testkit.simulated.network import LOG, NOBODY

HEARTBEAT_SECONDS = 2.0
SESSION_SECONDS_MAX = 6.0


@dataclass(slots=True)
class Group:
    """The group's coordinator. It changes with every member that comes, goes or falls silent."""

    cluster: Cluster
    topic: str
    partitions: int
    generation: int = 0
    members: dict[Process, GroupSource] = field(default_factory=dict)
    away: dict[Process, GroupSource] = field(default_factory=dict)
    heard: dict[Process, float] = field(default_factory=dict)
    owned: dict[Process, frozenset[int]] = field(default_factory=dict)
    committed: dict[int, int] = field(default_factory=dict)

    def join(self, member: Process, source: GroupSource) -> None:
        """Take a member in."""
        self.members[member] = source
        self.heard[member] = asyncio.get_running_loop().time()
        self.rebalance()

    def leave(self, member: Process) -> None:
        """Let a member go."""
        self.away.pop(member, None)
        if self.members.pop(member, None):
            self.rebalance()

    def look_around(self) -> None:
        """Hear the members: let those go that were silent for too long, take those in that are back."""
        now = asyncio.get_running_loop().time()
        changed = False
        for member in [*self.members, *self.away]:
            # A killed process is as silent as one that is paused or cut off.
            heard = not (member.dead or member.paused)
            if heard and self.cluster.network.reaches(member.name, LOG):
                self.heard[member] = now
            silent = now - self.heard[member] >= SESSION_SECONDS_MAX
            if silent and member in self.members:
                self.away[member] = self.members.pop(member)
                changed = True
            elif not silent and member in self.away:
                self.members[member] = self.away.pop(member)
                changed = True
        if changed:
            self.rebalance()

    def commit(self, member: Process, next_offsets: Mapping[int, int]) -> None:
        """Note how far the group is.

        Raises:
            Unavailable: if the partitions are not that member's.
        """
        if not next_offsets.keys() <= self.owned.get(member, frozenset()):
            raise Unavailable("the generation is over")
        self.committed |= next_offsets

    def rebalance(self) -> None:
        """Give the partitions out anew, by chance; each member hears of it in its own time."""
        self.generation += 1
        chance = self.cluster.network.chance
        members = list(self.members)
        given: dict[Process, set[int]] = {each: set() for each in members}
        for partition in range(self.partitions):
            if members:
                given[chance.choice(members)].add(partition)
        self.owned = {member: frozenset(mine) for member, mine in given.items()}
        for member in members:
            delay = 0.01 + chance.random() * (3.0 if chance.random() < 0.3 else 0.2)
            self._tell_later(member, self.generation, delay)

    def _tell_later(self, member: Process, generation: int, delay: float) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(delay, self._tell, member, generation, context=NOBODY)

    def _tell(self, member: Process, generation: int) -> None:
        if generation != self.generation or member not in self.members or member.dead:
            return
        if member.paused or not self.cluster.network.reaches(member.name, LOG):
            self._tell_later(member, generation, 0.5)
            return
        self.members[member].take_over(self.owned[member])
        self.cluster.wake()
