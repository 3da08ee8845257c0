"""The former release, unpacked and run as it was shipped, beside the code of this checkout."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from zipfile import ZipFile

import pytest

from acr_kafka.topics import Topic, apply_topics, read_topics
from acr_localstack.cache import cache_home
from acr_localstack.kafka import running_kafka
from acr_localstack.ports import free_ports
from acr_localstack.postgres import running_postgres
from acr_localstack.services import Service
from acr_localstack.shelter import temporary_data
from acr_settings.settings import KafkaSettings
from acr_testkit.faults.parts import REGISTRIES
from acr_testkit.releases import Release, Site

FORMER_KINDS = ("submissions", "results", "dead-letters")
RELEASE = Path(__file__).parent / "releases" / "acr_connect-0.1.0-py3-none-any.whl"
TOPICS_FILE = Path(__file__).parents[2] / "deploy" / "kafka" / "topics.toml"


@pytest.fixture(scope="package")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    logs = tmp_path_factory.mktemp("logs")
    code = tmp_path_factory.mktemp("former")
    ZipFile(RELEASE).extractall(code)
    with ExitStack() as stack:
        data = stack.enter_context(temporary_data())
        cluster = stack.enter_context(
            running_kafka(
                cache_home(os.environ), data=data / "kafka", report=print, quick_start=True
            )
        )
        server = stack.enter_context(running_postgres(data=data / "postgres", report=print))
        kafka = KafkaSettings(bootstrap_servers=cluster.bootstrap)
        await apply_topics(kafka, _former_topics())
        present = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ACR_")},
            "ACR_KAFKA_BOOTSTRAP_SERVERS": cluster.bootstrap,
            "ACR_POSTGRES_DSN": server.dsn,
        }
        former = {**present, "PYTHONPATH": str(code)}
        yield Site(
            kafka, server.dsn, Release("former", former, logs), Release("present", present, logs)
        )


def _former_topics() -> list[Topic]:
    """Leave out the topics that the former release did not have."""
    topics = read_topics(TOPICS_FILE, REGISTRIES, brokers=1)
    return [topic for topic in topics if any(kind in topic.name for kind in FORMER_KINDS)]


@pytest.fixture
def former(site: Site) -> Iterator[dict[str, Service]]:
    """The services of the former release, not yet started; stopped at the end."""
    yield from _planned(site.former)


@pytest.fixture
def present(site: Site) -> Iterator[dict[str, Service]]:
    """The services of this checkout, not yet started; stopped at the end."""
    yield from _planned(site.present)


def _planned(release: Release) -> Iterator[dict[str, Service]]:
    ports = free_ports(1 + len(REGISTRIES))
    services = {"gateway": release.gateway(ports[0])}
    for registry, port in zip(REGISTRIES, ports[1:], strict=True):
        services[registry] = release.consumer(registry, port)
    yield services
    for service in services.values():
        service.stop()
