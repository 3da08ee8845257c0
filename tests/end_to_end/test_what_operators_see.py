"""Probes, metrics, and what a Kafka tool shows of a submission and its result."""

import asyncio
import json
import uuid
from typing import Any

import httpx
import pytest

from acr_domain.topics import RESULTS_TOPIC
from acr_kafka.records import LogRecord
from acr_localstack.services import Service, System
from acr_settings.settings import KafkaSettings
from acr_testkit.awaiting import wait_until
from acr_testkit.metrics_page import metric
from acr_testkit.samples import submission
from acr_testkit.topic_contents import read_partition

PQRS = "/v1/registries/pqrs/submissions"
TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
NEIGHBOURS = {
    "gateway": {"kafka", "results"},
    "consumer": {"kafka", "settling"},
    "reader": {"postgres"},
}


@pytest.fixture(params=["gateway", "consumer", "reader"])
def service(request: pytest.FixtureRequest, system: System) -> Service:
    """Each kind of service in turn."""
    services = {
        "gateway": system.gateway,
        "consumer": system.consumers["pqrs"],
        "reader": system.reader,
    }
    return services[request.param]


def test_each_service_lives_is_ready_and_tells_its_metrics(service: Service) -> None:
    live, ready, page = (
        httpx.get(service.url + path) for path in ("/livez", "/readyz", "/metrics")
    )

    assert (live.status_code, live.json()) == (200, {"status": "alive"})
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    kind = service.name.split("-")[0]
    assert ready.json()["neighbours"] == dict.fromkeys(NEIGHBOURS[kind], "ok")
    assert page.headers["content-type"].startswith("text/plain; version=")
    assert metric(service.url, "acr_build_info", service=f"acr-{kind}") == 1
    assert metric(service.url, "acr_neighbour_up") == len(NEIGHBOURS[kind])
    assert metric(service.url, "acr_draining") == 0


def test_metrics_move_by_what_was_sent(gateway: httpx.Client, system: System) -> None:
    consumer = system.consumers["pqrs"].url

    def counts() -> dict[str, float]:
        door, pqrs = system.gateway.url, {"registry": "pqrs"}
        return {
            "received": metric(door, "acr_submissions_received_total", **pqrs),
            "created": metric(door, "acr_submissions_answered_total", **pqrs, verdict="created"),
            "refused": metric(door, "acr_submissions_refused_total", **pqrs),
            "bytes": metric(door, "acr_submission_body_bytes_count", **pqrs),
            "201": metric(door, "acr_http_requests_total", status="201", route=ROUTE),
            "settled": metric(consumer, "acr_arrivals_settled_total", **pqrs, verdict="created"),
            "announced": metric(consumer, "acr_results_announced_total", **pqrs),
            "in batches": metric(consumer, "acr_batch_arrivals_sum", **pqrs),
        }

    before = counts()
    for _ in range(3):
        gateway.post(PQRS, json=submission("pqrs")).raise_for_status()
    assert gateway.post(PQRS, json={}).status_code == 400
    # A result can be heard before the consumer has counted that it was acknowledged.
    wait_until(lambda: counts()["announced"] >= before["announced"] + 3, "announced")

    after = counts()
    due = dict.fromkeys(before, 3.0) | {"received": 4.0, "refused": 1.0}
    assert {name: after[name] - before[name] for name in before} == due
    assert metric(system.gateway.url, "acr_submissions_in_flight") == 0
    assert metric(consumer, "acr_consumer_lag_records") == 0
    assert metric(consumer, "acr_consumer_assigned_partitions") == 12


ROUTE = "/v1/registries/{registry}/submissions"


def texts(record: LogRecord) -> dict[str, str]:
    return {name: value.decode() for name, value in record.headers}


async def send(gateway: httpx.Client, traceparent: str, **fields: Any) -> dict[str, Any]:
    answer = await asyncio.to_thread(
        gateway.post,
        PQRS,
        json=submission("pqrs", **fields),
        headers={"traceparent": traceparent},
    )
    outcome: dict[str, Any] = answer.raise_for_status().json()
    return outcome


async def test_a_kafka_tool_shows_readable_keys_and_headers_and_the_senders_trace(
    gateway: httpx.Client, kafka_settings: KafkaSettings
) -> None:
    header_id = str(uuid.uuid4())
    sent = await send(gateway, TRACEPARENT, header_id=header_id)

    topic, partition, offset = sent["position"].rsplit("/", 2)
    (record, *_) = await read_partition(kafka_settings, topic, int(partition), int(offset))
    shown = texts(record)
    reply_partition = int(shown.pop("acr-reply-partition"))
    assert record.key == f"ndsc/{header_id}".encode()
    assert shown == {
        "acr-submission-id": sent["submission_id"],
        "content-type": "application/json",
        "acr-schema": "submission.v1",
        "traceparent": TRACEPARENT,
    }
    results = await read_partition(kafka_settings, RESULTS_TOPIC, reply_partition)
    (result,) = (
        each for each in results if texts(each)["acr-submission-id"] == sent["submission_id"]
    )
    assert result.key == f"ndsc/{header_id}".encode()
    assert texts(result) == {
        "acr-submission-id": sent["submission_id"],
        "acr-verdict": "created",
        "acr-schema": "result.v1",
        "traceparent": TRACEPARENT,
    }


async def test_a_sender_without_a_trace_gets_one_that_is_not_sampled(
    gateway: httpx.Client, kafka_settings: KafkaSettings
) -> None:
    sent = await send(gateway, "nonsense")

    topic, partition, offset = sent["position"].rsplit("/", 2)
    (record, *_) = await read_partition(kafka_settings, topic, int(partition), int(offset))
    version, trace, span, flags = texts(record)["traceparent"].split("-")
    assert (version, len(trace), len(span), flags) == ("00", 32, 16, "00")


def test_every_log_line_is_one_json_object_with_an_event(system: System) -> None:
    for service in system.all():
        lines = service.process.log.read_text().splitlines()
        assert lines, service.name
        for line in lines:
            assert {"event", "level", "service", "timestamp"} <= json.loads(line).keys()
