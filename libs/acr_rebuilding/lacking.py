"""Finds amendments that the topic holds and the database does not count. Applies none.

A database counts an amendment before it is announced: so only one that was restored from a backup lacks any.
The n-th amendment of a partition lies at offset n - 1 or behind it, as repeats do: below nothing is looked at.
"""

from collections.abc import AsyncIterator, Mapping

from acr_domain.amending import Amendment
from acr_domain.errors import Unavailable
from acr_domain.topics import amendments_topic
from acr_kafka.stretches import Bounds, StretchReader
from acr_postgres.positions import Stand
from acr_settling.amendments import read_amendment

READ_AT_ONCE = 1000


async def lacking(
    reader: StretchReader, registry: str, partition: int, held: Bounds, counted: int
) -> AsyncIterator[Amendment]:
    """Give the amendments of a partition after the last one that is counted, each once, in order.

    Raises:
        Unavailable: if the brokers do not answer.
    """
    topic, last = amendments_topic(registry), counted
    begin = max(held.begin, counted)
    if begin >= held.end:
        return
    async for piece in reader.read(topic, partition, begin, held.end, READ_AT_ONCE):
        for record in piece.records:
            amendment = read_amendment(registry, record)
            if amendment is not None and amendment.number > last:
                last = amendment.number
                yield amendment


async def require_counted(
    reader: StretchReader, registry: str, stands: Mapping[int, Stand]
) -> None:
    """Check that the database counts every amendment of the topic, so that no number is given twice.

    Raises:
        Unavailable: if it lacks some, or the brokers do not answer.
    """
    for partition, held in sorted((await reader.bounds(amendments_topic(registry))).items()):
        stand = stands.get(partition, Stand(0, 0))
        async for amendment in lacking(reader, registry, partition, held, stand.amendments):
            raise Unavailable(
                f"{amendments_topic(registry)}/{partition} holds amendment {amendment.number}, the database "
                f"counts {stand.amendments}: it was restored from a backup. Let the consumers of {registry} "
                "take in what it lacks, then repeat the command"
            )
