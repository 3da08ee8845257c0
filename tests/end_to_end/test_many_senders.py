"""Many senders at once: the same submission, the versions of one key, and two gateways."""

import asyncio
import os
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from acr_domain.submission import LogPosition
from acr_domain.topics import RESULTS_TOPIC, submissions_topic
from acr_kafka import header_names
from acr_localstack.neighbours import Neighbours
from acr_localstack.ports import free_port
from acr_localstack.services import Service, System
from acr_settings.settings import KafkaSettings
from acr_testkit.samples import submission
from acr_testkit.topic_contents import partition_end, read_partition

CDSR = "/v1/registries/cdsr/submissions"
MANY = 100


@pytest.fixture
async def senders(system: System) -> AsyncIterator[httpx.AsyncClient]:
    """As many connections to the gateway as there are senders."""
    limits = httpx.Limits(max_connections=MANY)
    async with httpx.AsyncClient(base_url=system.gateway.url, timeout=60, limits=limits) as client:
        yield client


async def send_all(client: httpx.AsyncClient, bodies: list[Any]) -> list[httpx.Response]:
    return list(await asyncio.gather(*(client.post(CDSR, json=body) for body in bodies)))


async def test_a_hundred_copies_at_once_are_created_once_and_all_hear_the_same(
    senders: httpx.AsyncClient, reader: httpx.Client
) -> None:
    body = submission(payload={"text": "x" * 1000})

    answers = await send_all(senders, [body] * MANY)

    counts = Counter((each.status_code, each.json()["verdict"]) for each in answers)
    assert counts == {(201, "created"): 1, (200, "duplicate"): MANY - 1}
    (created,) = (each for each in answers if each.status_code == 201)
    firsts = {
        each.json()["first_outcome"]["submission_id"] for each in answers if each.status_code == 200
    }
    assert firsts == {created.json()["submission_id"]}
    assert len({each.json()["submission_id"] for each in answers}) == MANY
    record = (await asyncio.to_thread(reader.get, created.headers["location"])).json()
    assert len(record["versions"]) == 1


async def test_a_hundred_versions_at_once_create_one_record_whose_current_is_the_highest(
    senders: httpx.AsyncClient, reader: httpx.Client
) -> None:
    header_id = str(uuid.uuid4())

    answers = await send_all(
        senders, [submission(header_id=header_id, version_no=no + 1) for no in range(MANY)]
    )

    counts = Counter(each.json()["verdict"] for each in answers)
    assert counts["created"] == 1
    assert counts["updated"] + counts["superseded"] == MANY - 1
    path = f"/v1/registries/cdsr/records/ndsc/{header_id}"
    record = (await asyncio.to_thread(reader.get, path)).json()
    assert record["current_version_no"] == MANY
    assert [each["version_no"] for each in record["versions"]] == list(range(1, MANY + 1))


@pytest.fixture
def two_gateways(
    system: System, neighbours: Neighbours, tmp_path: Path
) -> Iterator[tuple[Service, Service]]:
    """Two more gateways, which listen on partitions 3 and 4."""

    def gateway(partition: int) -> Service:
        port = free_port()
        environ = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ACR_")},
            "ACR_KAFKA_BOOTSTRAP_SERVERS": neighbours.kafka_bootstrap,
            "ACR_GATEWAY_PORT": str(port),
            "ACR_GATEWAY_REPLY_PARTITION": str(partition),
        }
        log = tmp_path / f"gateway-{partition}.log"
        return Service(f"gateway-{partition}", "acr_gateway", port, environ, log)

    services = gateway(3), gateway(4)
    try:
        for service in services:
            service.start()
        for service in services:
            service.wait_ready()
        yield services
    finally:
        for service in services:
            service.stop()


async def test_two_gateways_hear_their_own_results_on_their_own_partitions(
    two_gateways: tuple[Service, Service], kafka_settings: KafkaSettings
) -> None:
    begins = {no: await partition_end(kafka_settings, RESULTS_TOPIC, no) for no in (3, 4)}
    sent: dict[int, set[str]] = {}
    for partition, service in zip((3, 4), two_gateways, strict=True):
        async with httpx.AsyncClient(base_url=service.url, timeout=30) as client:
            answers = await send_all(client, [submission() for _ in range(20)])
        assert {each.status_code for each in answers} == {201}
        sent[partition] = {each.json()["submission_id"] for each in answers}
        place = _position(answers[0].json()["position"])
        (record, *_) = await read_partition(
            kafka_settings, submissions_topic("cdsr"), place.partition, place.offset
        )
        assert record.header(header_names.REPLY_PARTITION) == str(partition)

    for partition, ids in sent.items():
        results = await read_partition(kafka_settings, RESULTS_TOPIC, partition, begins[partition])
        heard = {each.header(header_names.SUBMISSION_ID) for each in results}
        assert ids <= heard
        assert not heard & sent[7 - partition]


def _position(text: str) -> LogPosition:
    topic, partition, offset = text.rsplit("/", 2)
    return LogPosition(topic, int(partition), int(offset))
