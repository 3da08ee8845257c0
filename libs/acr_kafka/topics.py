"""The topics as declared in one file, compared with and brought to the brokers."""

import asyncio
import tomllib
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import TopicAlreadyExistsError, for_code

from acr_kafka.connection import broker_trouble, client_options
from acr_settings.settings import KafkaSettings

MIN_IN_SYNC = "min.insync.replicas"
ADMIN_SECONDS_MAX = 30.0
LOOK_AGAIN_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as it should be."""

    name: str
    partitions: int
    replication_factor: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference between the declaration and the brokers."""

    topic: str
    what: str
    declared: str
    found: str


def read_topics(path: Path, registries: Iterable[str], brokers: int | None = None) -> list[Topic]:
    """Read the declaration, one topic per registry where the name asks for it.

    ``brokers`` bounds the copies where there are fewer brokers than copies, as on one machine.

    Raises:
        OSError, tomllib.TOMLDecodeError, KeyError: if the file is not such a declaration.
    """
    declared = tomllib.loads(path.read_text(encoding="utf-8"))
    names = list(registries)
    topics = []
    for entry in declared.values():
        template = entry["name"]
        for name in names if "{registry}" in template else [""]:
            topic = Topic(
                template.format(registry=name),
                entry["partitions"],
                entry["replication_factor"],
                entry.get("config", {}),
            )
            topics.append(topic if brokers is None else _within(topic, brokers))
    return topics


def _within(topic: Topic, brokers: int) -> Topic:
    copies = min(topic.replication_factor, brokers)
    in_sync = min(int(topic.config.get(MIN_IN_SYNC, "1")), max(1, copies - 1))
    config = {**topic.config, MIN_IN_SYNC: str(in_sync)}
    return replace(topic, replication_factor=copies, config=config)


async def count_brokers(settings: KafkaSettings) -> int:
    """Count the brokers of the cluster.

    Raises:
        Unavailable: if the brokers do not answer.
    """
    async with open_admin(settings) as admin:
        return len((await admin.describe_cluster())["brokers"])


async def apply_topics(settings: KafkaSettings, topics: Iterable[Topic]) -> list[str]:
    """Create the topics that are missing, and name them when they are there to be used.

    What is there is left as it is.

    Raises:
        Unavailable: if the brokers do not answer or refuse.
    """
    async with open_admin(settings) as admin:
        present = set(await admin.list_topics())
        missing = [topic for topic in topics if topic.name not in present]
        new = [
            NewTopic(
                topic.name,
                topic.partitions,
                topic.replication_factor,
                topic_configs=dict(topic.config),
            )
            for topic in missing
        ]
        response = await admin.create_topics(new) if new else None
        for name, code, *_ in response.topic_errors if response else ():
            # Another run of this command may have been quicker.
            if code not in (0, TopicAlreadyExistsError.errno):
                raise for_code(code)(name)
        names = [topic.name for topic in missing]
        # A broker takes a moment to know what its controller has made.
        while not present.issuperset(names):
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            present = set(await admin.list_topics())
    return names


async def find_drift(settings: KafkaSettings, topics: Iterable[Topic]) -> list[Drift]:
    """Compare each declared topic with what the brokers have.

    Raises:
        Unavailable: if the brokers do not answer.
    """
    declared = list(topics)
    async with open_admin(settings) as admin:
        present = set(await admin.list_topics())
        known = [topic for topic in declared if topic.name in present]
        described = {
            each["topic"]: each["partitions"]
            for each in await admin.describe_topics([topic.name for topic in known])
        }
        configs = await _configs(admin, known)
    drifts = [Drift(t.name, "topic", "present", "missing") for t in declared if t not in known]
    for topic in known:
        partitions = described[topic.name]
        copies = min((len(each["replicas"]) for each in partitions), default=0)
        found = {"partitions": str(len(partitions)), "replication_factor": str(copies)}
        wanted = {
            "partitions": str(topic.partitions),
            "replication_factor": str(topic.replication_factor),
        }
        found |= configs[topic.name]
        wanted |= topic.config
        drifts += [
            Drift(topic.name, what, value, found.get(what, "absent"))
            for what, value in wanted.items()
            if found.get(what) != value
        ]
    return drifts


async def _configs(
    admin: AIOKafkaAdminClient, topics: Iterable[Topic]
) -> dict[str, dict[str, str]]:
    resources = [ConfigResource(ConfigResourceType.TOPIC, topic.name) for topic in topics]
    found: dict[str, dict[str, str]] = {}
    for response in await admin.describe_configs(resources) if resources else ():
        for _code, _message, _kind, name, entries in response.resources:
            found[name] = {entry[0]: entry[1] for entry in entries}
    return found


@asynccontextmanager
async def open_admin(settings: KafkaSettings) -> AsyncIterator[Any]:
    """Open a client that administers topics.

    Raises:
        Unavailable: if the brokers do not answer in the block.
    """
    admin = AIOKafkaAdminClient(**client_options(settings, "acr-connect-topics"))
    with broker_trouble():
        async with asyncio.timeout(ADMIN_SECONDS_MAX):
            try:
                await admin.start()
                yield admin
            finally:
                await admin.close()
