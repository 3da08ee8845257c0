"""Several processes of one service behind one address, on real neighbours."""

import asyncio
import os
import re
import signal
from collections.abc import Iterator
from contextlib import AsyncExitStack

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from acr_localstack.ports import free_port
from acr_localstack.services import Service, System
from acr_testkit.awaiting import wait_until
from acr_testkit.metrics_page import metric
from acr_testkit.samples import submission
from acr_testkit.stream_sender import stream_sender

GRID = "/v1/registries/grid/submissions"
SENT = 12
# So many connections in a row do not fall all on the worker that is full.
STREAMS_TRIED = 100


@pytest.fixture
def gateway(system: System) -> Iterator[Service]:
    """A gateway of two workers beside the system's own."""
    with_workers = {"ACR_GATEWAY_WORKERS": "2"}
    yield from running(system.gateway, "gateway-of-two", "ACR_GATEWAY_PORT", with_workers)


@pytest.fixture
def narrow_gateway(system: System) -> Iterator[Service]:
    """A gateway of two workers that takes one stream in each."""
    bounded = {"ACR_GATEWAY_WORKERS": "2", "ACR_GATEWAY_STREAMS_MAX": "1"}
    yield from running(system.gateway, "narrow-gateway-of-two", "ACR_GATEWAY_PORT", bounded)


@pytest.fixture
def consumer(system: System) -> Iterator[Service]:
    """A consumer of two workers, in the group of the system's own."""
    with_workers = {"ACR_CONSUMER_WORKERS": "2"}
    beside = system.consumers["grid"]
    yield from running(beside, "consumer-of-two", "ACR_CONSUMER_PORT", with_workers)


def running(like: Service, name: str, port_name: str, changes: dict[str, str]) -> Iterator[Service]:
    port = free_port()
    service = like.another(name, port, {port_name: str(port), **changes})
    service.start()
    try:
        service.wait_ready()
        yield service
    finally:
        service.stop()


def by_worker(service: Service, sample: str) -> dict[str, float]:
    """Add up a metric for each worker."""
    page = httpx.get(f"{service.url}/metrics").raise_for_status().text
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(page):
        for each in family.samples:
            if each.name == sample:
                worker = each.labels["worker"]
                found[worker] = found.get(worker, 0) + each.value
    return found


def worker_pid(service: Service) -> int:
    """Give the process id of the worker that was started last, as its log tells."""
    lines = [
        line for line in service.process.log.read_text().splitlines() if "worker_started" in line
    ]
    found = re.search(r'"pid": ?(\d+)', lines[-1])
    assert found is not None
    return int(found[1])


def send(service: Service) -> None:
    """Send over a connection for each, so that any worker may take it."""
    for _ in range(SENT):
        answer = httpx.post(service.url + GRID, json=submission("grid"), timeout=30)
        assert answer.status_code == 201, answer.text


def test_each_worker_answers_its_senders_and_one_page_tells_of_all(gateway: Service) -> None:
    send(gateway)

    ready = httpx.get(f"{gateway.url}/readyz").json()
    assert ready["workers"] == ["ready", "ready"]
    assert sum(by_worker(gateway, "acr_submissions_received_total").values()) == SENT
    assert by_worker(gateway, "acr_build_info") == {"0": 1, "1": 1}
    assert set(by_worker(gateway, "process_cpu_seconds_total")) == {"0", "1"}
    assert gateway.stop() == 0


def test_a_killed_worker_is_replaced_and_counted_while_the_others_serve(gateway: Service) -> None:
    os.kill(worker_pid(gateway), signal.SIGKILL)

    send(gateway)
    wait_until(
        lambda: by_worker(gateway, "acr_worker_restarts_total") == {"0": 0, "1": 1},
        "the worker is started again, and counted",
    )
    gateway.wait_ready()
    send(gateway)
    assert gateway.stop() == 0


async def test_bounds_are_those_of_each_worker(narrow_gateway: Service) -> None:
    statuses: list[int] = []
    async with AsyncExitStack() as stack:
        for _ in range(STREAMS_TRIED):
            sender = await stack.enter_async_context(stream_sender(narrow_gateway.url))
            await sender.head(GRID)
            statuses.append(await sender.answer_head())
        open_streams = await asyncio.to_thread(by_worker, narrow_gateway, "acr_streams_open")

    assert open_streams == {"0": 1, "1": 1}
    assert (statuses.count(200), statuses.count(503)) == (2, STREAMS_TRIED - 2)


def test_workers_of_a_consumer_share_the_partitions(consumer: Service, system: System) -> None:
    wait_until(
        lambda: (
            min(by_worker(consumer, "acr_consumer_assigned_partitions").values(), default=0) > 0
        ),
        "both have partitions",
    )

    before = settled(consumer, system)
    send(system.gateway)

    assert settled(consumer, system) == before + SENT
    assert consumer.stop() == 0


def settled(consumer: Service, system: System) -> float:
    """Count what all consumers of the registry have settled."""
    services = (consumer, system.consumers["grid"])
    return sum(metric(each.url, "acr_arrivals_settled_total", registry="grid") for each in services)
