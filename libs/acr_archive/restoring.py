"""Restores a cluster's topics from an export: topics, records, and what the database has beyond."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

from acr_archive.appending import Appended, append_submissions
from acr_archive.exporting import Progress
from acr_archive.filling import Filled, fill
from acr_archive.folder import BadArchive, Folder
from acr_archive.importing import Imported, import_topic, require_room
from acr_domain.topics import amendments_topic, submissions_topic
from acr_kafka.restoring import BROKERS, TIMES, given_times
from acr_kafka.stretches import StretchReader, open_stretches
from acr_kafka.topics import Topic, apply_topics
from acr_kafka.writer import LogWriter, open_writer
from acr_postgres.pool import open_pool
from acr_settings.settings import KafkaSettings, PostgresSettings

PROGRAM = "acr-connect-archive"

Shown: TypeAlias = Callable[[str], AbstractContextManager[Progress]]
"""Shows how far the work on what is named is, while the block runs."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back: topics from the export, and registries from the database."""

    topics: Sequence[Imported]
    filled: Sequence[Filled]


def topics_of(registries: Sequence[str]) -> list[str]:
    """Name the topics that cannot be made anew, amendments first."""
    return [of(each) for of in (amendments_topic, submissions_topic) for each in registries]


async def restore(
    folder: Folder,
    kafka: KafkaSettings,
    postgres: PostgresSettings | None,
    registries: Sequence[str],
    declared: Sequence[Topic],
    shown: Shown,
) -> Restored:
    """Make the topics of registries where they are missing, and import them.

    With ``postgres`` what its database has settled beyond the export is put back as well.

    Raises:
        BadArchive, Displaced: if the topics cannot be made what they were.
        Unavailable: if a neighbour does not answer; the same command goes on then.
    """
    names = topics_of(registries)
    wanted = {each.name: each for each in declared if each.name in names}
    await apply_topics(kafka, wanted.values())
    afterwards = {name: _times(wanted.get(name)) for name in names}
    async with open_stretches(kafka, PROGRAM) as reader, _ready_writer(kafka) as writer:
        for name in names:
            await _require(folder, reader, name)
        async with given_times(kafka, afterwards):
            imported = []
            for name in names:
                with shown(name) as progress:
                    imported.append(await import_topic(folder, reader, writer, name, progress))
            filled = []
            if postgres is not None:
                filled = await _fill(postgres, registries, reader, writer, shown)
    return Restored(imported, filled)


async def put_behind(
    folder: Folder, kafka: KafkaSettings, registries: Sequence[str], shown: Shown
) -> list[Appended]:
    """Append the submissions of an export behind what the topics of registries hold.

    Raises:
        BadArchive: if the export is damaged, or a topic has another number of partitions.
        Unavailable: if the brokers do not answer; what was appended stays.
    """
    appended = []
    async with _ready_writer(kafka) as writer:
        for registry in registries:
            with shown(registry) as progress:
                appended.append(await append_submissions(folder, writer, registry, progress))
    return appended


async def _require(folder: Folder, reader: StretchReader, name: str) -> None:
    """Look at every topic before the first is written to."""
    topic = folder.topic(name)
    if topic is None:
        raise BadArchive(f"{folder.path} holds no export of {name}")
    require_room(topic, await reader.bounds(name))


async def _fill(
    postgres: PostgresSettings,
    registries: Sequence[str],
    reader: StretchReader,
    writer: LogWriter,
    shown: Shown,
) -> list[Filled]:
    filled = []
    async with open_pool(postgres, "acr_writer", PROGRAM) as pool:
        for registry in registries:
            with shown(f"{registry} from PostgreSQL") as progress:
                filled.append(await fill(pool, registry, reader, writer, progress))
    return filled


def _times(topic: Topic | None) -> str:
    return topic.config.get(TIMES, BROKERS) if topic is not None else BROKERS


@asynccontextmanager
async def _ready_writer(kafka: KafkaSettings) -> AsyncIterator[LogWriter]:
    answers = asyncio.Event()

    def note(wrong: str | None) -> None:
        if wrong is None:
            answers.set()

    async with open_writer(kafka, PROGRAM, note) as writer:
        async with asyncio.timeout(kafka.append_timeout_seconds):
            await answers.wait()
        yield writer
