"""Checking a submission: nothing is kept, the log is not asked, the findings are those of sending."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client import REGISTRY

from acr_domain.findings import read_findings
from acr_domain.submission import Submission
from acr_gateway.admission import Admission
from acr_gateway.admission_bounds import AdmissionBounds
from acr_gateway.app import create_gateway_app
from acr_gateway.log_records import accept
from acr_gateway.submit import Gateway
from acr_gateway.waiters import Waiters
from acr_http.problems import Problem
from acr_registries.catalogue import load_registries
from acr_settings.settings import GatewaySettings
from acr_telemetry.health import Health
from acr_testkit.samples import as_bytes, submission

PATH = "/v1/registries/cdsr/validations"
BODY_BYTES_MAX = 10_000


class NoLog:
    """A log that nobody may touch, and no place for replies: Kafka is away."""

    partition = None

    async def append(self, record: object) -> None:
        raise AssertionError("a validation was appended")


def client_of(admission: Admission) -> httpx.AsyncClient:
    settings = GatewaySettings(body_bytes_max=BODY_BYTES_MAX)
    gateway = Gateway(settings, NoLog(), admission, Waiters(), NoLog())  # type: ignore[arg-type]
    app = create_gateway_app(gateway, load_registries(), Health())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://gateway")


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with client_of(Admission(AdmissionBounds(10))) as client:
        yield client


def counted(outcome: str) -> float:
    labels = {"registry": "cdsr", "outcome": outcome}
    return REGISTRY.get_sample_value("acr_validations_total", labels) or 0.0


async def test_what_would_be_stored_is_told_with_its_findings(client: httpx.AsyncClient) -> None:
    before = counted("stored")

    answer = await client.post(PATH, json=submission())

    assert answer.status_code == 200
    told = answer.json()
    findings = told.pop("findings")
    assert {each["severity"] for each in findings} <= {"incomplete", "warning"}
    assert told.pop("counts") == {
        severity: sum(each["severity"] == severity for each in findings)
        for severity in ("error", "incomplete", "warning")
    }
    assert told.pop("contract_version")
    lacking = any(each["severity"] == "incomplete" for each in findings)
    assert told == {
        "registry": "cdsr",
        "verdict_if_sent": "stored",
        "status": "incomplete" if lacking else "complete",
    }
    assert counted("stored") == before + 1


async def test_what_would_be_rejected_is_no_problem_and_has_no_status(
    client: httpx.AsyncClient,
) -> None:
    before = counted("rejected")

    answer = await client.post(PATH, json=submission(modificationdate="2015-10-27T00:00:00Z"))

    assert answer.status_code == 200
    assert answer.json()["verdict_if_sent"] == "rejected"
    assert "status" not in answer.json()
    assert answer.json()["counts"]["error"] == 1
    assert counted("rejected") == before + 1


@pytest.mark.parametrize("status", ["in_progress", "cancelled"])
async def test_the_status_is_what_the_sender_calls_the_record(
    client: httpx.AsyncClient, status: str
) -> None:
    answer = await client.post(PATH, json=submission(recordstatus=status))

    assert answer.json()["status"] == status


BODIES: dict[str, bytes] = {
    "valid": as_bytes(submission()),
    "rejected": as_bytes(submission(modificationdate="2015-10-27T00:00:00Z")),
    "future": as_bytes(submission(modificationdate="2999-10-27T00:00:00Z")),
    "no header": b'{"payload": {}}',
    "no JSON": b'{"payload": ',
    "not strict": b'{"a": 1, "a": "\\u0000"}',
    "a list": b"[]",
    "empty": b"",
    "no such contract": as_bytes(submission(contractversion="never")),
}


@pytest.mark.parametrize("name", BODIES)
async def test_findings_are_those_that_sending_would_give(
    client: httpx.AsyncClient, name: str
) -> None:
    body = BODIES[name]

    answer = await client.post(PATH, content=body, headers={"Content-Type": "application/json"})

    sent = sent_or_refused(body)
    if isinstance(sent, Problem):
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json() == json.loads(bytes(sent.response().body))
    else:
        assert answer.status_code == 200
        assert read_findings(answer.json()["findings"]) == sent.findings


def sent_or_refused(body: bytes) -> Submission | Problem:
    """What the real walk makes of a body, before it is appended."""
    try:
        return accept(load_registries()["cdsr"], body, {})
    except Problem as problem:
        return problem


async def test_form_and_size_are_bounded_as_for_submissions(client: httpx.AsyncClient) -> None:
    before = counted("body-too-large")

    large = await client.post(PATH, json=submission(payload={"a": "x" * BODY_BYTES_MAX}))
    text = await client.post(PATH, content=b"{}", headers={"Content-Type": "text/plain"})
    elsewhere = await client.post("/v1/registries/none/validations", json={})

    assert (large.status_code, text.status_code, elsewhere.status_code) == (413, 415, 404)
    assert counted("body-too-large") == before + 1


async def test_too_many_in_work_is_refused_together_with_submissions() -> None:
    admission = Admission(AdmissionBounds(1, queue_max=0))
    await admission.enter("someone else", None)
    async with client_of(admission) as client:
        answer = await client.post(PATH, json=submission())

    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/overloaded"
    assert answer.headers["retry-after"]
