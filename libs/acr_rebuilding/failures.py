"""Learns from the dead-letter topic which arrivals could not be settled when they came, and why.

Why may lie outside the log: a constraint that was wrong, code that did not know a schema yet. Whoever settles the
log anew after that was mended would otherwise give such arrivals another verdict than their senders were told, at
a place in the order of versions at which they did not count.
"""

from dataclasses import dataclass, field

from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Poison
from acr_domain.submission import LogPosition
from acr_domain.topics import dead_letters_topic, submissions_topic
from acr_kafka import header_names
from acr_kafka.records import LogRecord
from acr_kafka.stretches import StretchReader

READ_AT_ONCE = 1000
_CLASSES = frozenset(ErrorClass)


@dataclass(slots=True)
class Failures:
    """Those of one registry; ``known`` grows with each look at the topic."""

    registry: str
    known: dict[LogPosition, Poison] = field(default_factory=dict)
    _seen: dict[int, int] = field(default_factory=dict)

    async def look(self, reader: StretchReader) -> None:
        """Read what the topic holds since the last look; where there is no topic, nothing is known.

        Raises:
            Unavailable: if the brokers do not answer.
        """
        topic = dead_letters_topic(self.registry)
        for partition, held in (await reader.bounds(topic)).items():
            begin = max(held.begin, self._seen.get(partition, 0))
            async for piece in reader.read(topic, partition, begin, held.end, READ_AT_ONCE):
                for record in piece.records:
                    self._note(record)
                self._seen[partition] = piece.end

    def _note(self, record: LogRecord) -> None:
        """Keep what a dead letter tells; a record that tells nothing of the sort is passed over."""
        prefix = header_names.ERROR_PREFIX
        told = {
            name: record.header(f"{prefix}{name}") or ""
            for name in ("topic", "partition", "offset", "class", "reason")
        }
        if told["topic"] != submissions_topic(self.registry) or told["class"] not in _CLASSES:
            return
        try:
            position = LogPosition(told["topic"], int(told["partition"]), int(told["offset"]))
        except ValueError:
            return
        self.known[position] = Poison(ErrorClass(told["class"]), told["reason"])
