"""Puts the submissions of an export behind what topics hold, as new arrivals.

For what gateways have appended to topics that were made anew before the former ones were put back: its
senders were told that it is kept. Offsets are new ones, so that done twice it comes out as duplicates.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from acr_archive.exporting import Progress
from acr_archive.folder import ArchivedTopic, BadArchive, Folder
from acr_archive.importing import batched
from acr_archive.verifying import records_of
from acr_domain.topics import submissions_topic
from acr_kafka.records import NewRecord, is_placeholder
from acr_kafka.writer import LogWriter


@dataclass(frozen=True, slots=True)
class Appended:
    """How many records were put behind what one topic holds."""

    topic: str
    records: int


async def append_submissions(
    folder: Folder, writer: LogWriter, registry: str, progress: Progress
) -> Appended:
    """Append the submissions that an export holds of a registry, in order within each partition.

    Raises:
        BadArchive: if the export is damaged, or the topic has another number of partitions.
        Unavailable: if the brokers do not answer; what was appended stays.
    """
    name = submissions_topic(registry)
    topic = folder.topic(name)
    if topic is None:
        raise BadArchive(f"{folder.path} holds no export of {name}")
    if (count := await writer.count_partitions(name)) != topic.partitions:
        raise BadArchive(f"{name} has {count} partitions, but {topic.partitions} were exported")
    total = sum(each.records for segments in topic.segments for each in segments)
    done = 0
    for _, part in batched(0, _records(folder, topic)):
        await writer.append_all(part)
        done += len(part)
        progress(done, total)
    return Appended(name, done)


def _records(folder: Folder, topic: ArchivedTopic) -> Iterator[NewRecord]:
    for partition, segments in enumerate(topic.segments):
        for segment in segments:
            for kept in records_of(folder, segment):
                record = NewRecord(topic.name, kept.key, kept.value, kept.headers, partition)
                if not is_placeholder(record):
                    yield record
