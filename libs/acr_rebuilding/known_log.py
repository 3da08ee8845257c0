"""Looks whether the log is the one that was settled, before partitions are taken over. Settles nothing.

After a loss of Kafka other records may lie at the offsets that the database has settled, and beyond. Bounds
alone do not show that: so the last records below each position are compared with what is known of them.

The topic of amendments may be lost alone. The n-th amendment of a partition lies at offset n - 1 or behind it,
so that a topic which was made anew ends before the last one that the brokers took, whatever was announced since.
"""

import contextlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from acr_avro.records import decode_submission
from acr_domain.errors import LogRestarted, Poison, Unavailable
from acr_domain.topics import amendments_topic, submissions_topic
from acr_kafka.records import LogRecord
from acr_kafka.stretches import Bounds, StretchReader
from acr_postgres.positions import Stand
from acr_settling.arrivals import submission_id

# Some of them may be gone from a log that is the right one: deleted, compacted away, or placeholders.
LAST_ARRIVALS = 16


class Known(Protocol):
    """What the database knows of the log."""

    async def stands(self) -> dict[int, Stand]:
        """Tell where all partitions of the registry stand."""

    async def last_arrivals(
        self, partitions: Collection[int], count_max: int
    ) -> dict[int, dict[int, str]]:
        """Give the last arrivals settled of each partition: submission ids by offset."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen: how many partitions the log has, what of amendments is held, and what is counted."""

    partitions: int
    amendments: Mapping[int, Bounds]
    stands: Mapping[int, Stand]

    def more_amendments(self, partition: int) -> bool:
        """Tell whether a partition may hold amendments that are not counted: it holds repeats too."""
        held, stand = self.amendments.get(partition), self.stands.get(partition)
        return held is not None and held.end > (stand.amendments if stand else 0)


@dataclass(frozen=True, slots=True)
class KnownLog:
    """Compares one registry's log with the database."""

    registry: str
    known: Known

    async def require(self, reader: StretchReader, partitions: Collection[int]) -> Seen:
        """Check that a log is the one whose arrivals are settled, as far as it still holds the last of them.

        Raises:
            LogRestarted: if it is another one, has fewer partitions, or lacks amendments.
            Unavailable: if a neighbour does not answer.
        """
        # Before the log's bounds: what is settled and announced by now is in it.
        stands = await self.known.stands()
        last = await self.known.last_arrivals(partitions, LAST_ARRIVALS)
        topic, amendments = submissions_topic(self.registry), amendments_topic(self.registry)
        bounds = await reader.bounds(topic)
        _require_partitions(topic, len(bounds), stands)
        held = await reader.bounds(amendments)
        _require_amendments(amendments, held, stands)
        for partition, arrivals in sorted(last.items()):
            await _require_same(reader, topic, partition, bounds[partition], arrivals)
        return Seen(len(bounds), held, stands)


def _require_partitions(topic: str, count: int, stands: Collection[int]) -> None:
    if not count:
        raise Unavailable(f"Kafka: there is no topic {topic}")
    if lost := sorted(each for each in stands if each >= count):
        raise LogRestarted(
            f"{topic} has {count} partitions, but the database has settled partitions "
            f"{', '.join(map(str, lost))}"
        )


def _require_amendments(
    topic: str, held: Mapping[int, Bounds], stands: Mapping[int, Stand]
) -> None:
    for partition, stand in sorted(stands.items()):
        if not stand.announced:
            continue
        if partition not in held:
            raise LogRestarted(
                f"there is no {topic}/{partition}, but {stand.announced} amendments were announced there"
            )
        if held[partition].end < stand.announced:
            raise LogRestarted(
                f"{topic}/{partition} ends at {held[partition].end}, but {stand.announced} amendments "
                "were announced there"
            )


async def _require_same(
    reader: StretchReader, topic: str, partition: int, held: Bounds, arrivals: Mapping[int, str]
) -> None:
    offsets = [each for each in arrivals if held.begin <= each < held.end]
    if not offsets:
        return
    begin, end = min(offsets), max(offsets) + 1
    async for piece in reader.read(topic, partition, begin, end, LAST_ARRIVALS):
        for record in piece.records:
            known = arrivals.get(record.position.offset)
            if known is not None and known not in submission_ids(record):
                raise LogRestarted(
                    f"{record.position} holds another submission than the one that was settled there"
                )


def submission_ids(record: LogRecord) -> set[str]:
    """Give the ids under which a record may have been settled: its value's, and its header's or position's."""
    ids = {submission_id(record)}
    with contextlib.suppress(Poison):
        ids.add(decode_submission(record.value).submission_id)
    return ids
