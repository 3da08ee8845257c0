"""What the processes of a rebuild say to each other, over a socket that both ends close when they end."""

import asyncio
import pickle
from dataclasses import dataclass

from acr_kafka.stretches import Gap
from acr_postgres.beside import Beside
from acr_postgres.positions import Stand
from acr_rebuilding.request import Target
from acr_settings.settings import KafkaSettings, PostgresSettings

_LENGTH_BYTES = 4


@dataclass(frozen=True, slots=True)
class Start:
    """What a process needs to settle partitions of a registry, which is declared in ``package``."""

    package: str
    beside: Beside
    kafka: KafkaSettings
    postgres: PostgresSettings
    typed: bool
    as_the_log_says: bool


@dataclass(frozen=True, slots=True)
class Task:
    """Settle a partition from where it stands up to a target; see `Builder.settle_to`."""

    partition: int
    stand: Stand
    target: Target
    amended_rows: bool


@dataclass(frozen=True, slots=True)
class Moved:
    """So many records were settled by a process since it began."""

    records: int


@dataclass(frozen=True, slots=True)
class Done:
    """A task is done: where its partition stands, and what the log was found to lack."""

    partition: int
    stand: Stand
    gaps: tuple[Gap, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """A process ends by an error of which the text tells a person what to do."""

    error: Exception


def say(writer: asyncio.StreamWriter, message: object) -> None:
    """Send a message; those of one rebuild are few and small."""
    data = pickle.dumps(message)
    writer.write(len(data).to_bytes(_LENGTH_BYTES, "big") + data)


async def hear(reader: asyncio.StreamReader) -> object | None:
    """Give the next message, or None when the other end is closed."""
    try:
        length = int.from_bytes(await reader.readexactly(_LENGTH_BYTES), "big")
        data = await reader.readexactly(length)
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    # The socket was made by ourselves, and nobody else has an end of it.
    message: object = pickle.loads(data)  # noqa: S301
    return message
