"""Exports of topics as tests make them, without a command. Shows nobody how far it is."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from acr_archive.exporting import Exported, Progress, export, plan
from acr_archive.folder import Folder
from acr_archive.restoring import topics_of
from acr_kafka.stretches import open_stretches
from acr_settings.settings import KafkaSettings


@contextmanager
def unseen(_: str) -> Iterator[Progress]:
    """Show nothing."""
    yield lambda _, __: None


async def write_export(
    kafka: KafkaSettings, folder: Folder, registries: Sequence[str]
) -> list[Exported]:
    """Write what came to the topics of registries since the last export into a folder."""
    with folder.held():
        async with open_stretches(kafka, "test") as reader:
            stretches = await plan(folder, reader, topics_of(registries), None)
            return await export(folder, reader, stretches, lambda _, __: None)
