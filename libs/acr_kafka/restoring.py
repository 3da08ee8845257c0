"""Puts records into a topic that is restored: each at the offset, and with the time, that it had.

For topics that nobody else writes to meanwhile; whoever does is noticed.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code

from acr_kafka.connection import broker_trouble
from acr_kafka.records import NewRecord
from acr_kafka.topics import open_admin
from acr_kafka.writer import LogWriter
from acr_settings.settings import KafkaSettings

TIMES = "message.timestamp.type"
PRODUCERS, BROKERS = "CreateTime", "LogAppendTime"
# In DescribeConfigs: a value that was set for this topic.
_OF_THE_TOPIC = 1


class Displaced(Exception):
    """A record came to lie at another offset: somebody else writes to the topic."""


async def append_at(writer: LogWriter, at: int, records: Sequence[NewRecord]) -> None:
    """Append records of one partition, the first of which has to get the offset ``at``.

    Raises:
        Displaced: if one gets another offset. The topic is to be deleted and restored again then.
        Unavailable: if they are not acknowledged; some may yet be in the log.
    """
    positions = await writer.append_all(records)
    for wanted, position in enumerate(positions, at):
        if position.offset != wanted:
            raise Displaced(
                f"a record came to lie at {position}, not at offset {wanted}: somebody else writes to "
                "the topic. Stop the gateways, delete the topic and repeat all of it"
            )


@asynccontextmanager
async def given_times(
    settings: KafkaSettings, afterwards: Mapping[str, str]
) -> AsyncIterator[None]:
    """Let topics take the times that records are given, in the block alone.

    ``afterwards`` names the topics, with whose times they are to keep then (`PRODUCERS`, `BROKERS`).

    Raises:
        Unavailable: if the brokers do not do it.
    """
    await _set_times(settings, dict.fromkeys(afterwards, PRODUCERS))
    try:
        yield
    finally:
        await _set_times(settings, afterwards)


async def _set_times(settings: KafkaSettings, wanted: Mapping[str, str]) -> None:
    async with open_admin(settings) as admin:
        configs = await _configs(admin, list(wanted))
        resources = [
            # What is not given is reset: so all that was set for the topic is given again.
            ConfigResource(ConfigResourceType.TOPIC, name, {**configs[name], TIMES: times})
            for name, times in wanted.items()
            if configs[name].get(TIMES) != times
        ]
        with broker_trouble():
            for response in await admin.alter_configs(resources) if resources else ():
                for code, *_ in response.resources:
                    if code:
                        raise for_code(code)


async def _configs(admin: AIOKafkaAdminClient, names: Sequence[str]) -> dict[str, dict[str, str]]:
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    found: dict[str, dict[str, str]] = {}
    with broker_trouble():
        for response in await admin.describe_configs(asked) if asked else ():
            for _code, _message, _kind, name, entries in response.resources:
                found[name] = {each[0]: each[1] for each in entries if each[3] == _OF_THE_TOPIC}
    return found
