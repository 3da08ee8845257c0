"""Whatever a submission holds, and whatever is wrong with it: no log, metric or error tells it."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from acr_localstack.services import System
from acr_testkit.samples import as_bytes, submission

MARKER = "Zq9VkWtell"
DIGITS = "987234509817234"  # For elements that take digits only.
CDSR = "/v1/registries/cdsr/submissions"
# What identifies the submission is told to its sender, who has just sent it.
IDENTITY = {"partner_id", "header_id", "version_no", "current_version_no"}


def full_of_markers() -> dict[str, Any]:
    """A valid submission that holds the marker wherever the header takes text."""
    body = submission(
        partner=f"p-{MARKER}",
        appid=MARKER,
        projectname=MARKER,
        dartprojectid=DIGITS,
        programdartid=DIGITS,
        another=MARKER,
        payload={"name": MARKER, "deep": [{"of": [MARKER, DIGITS]}]},
    )
    program = body["dartheader"]["programspecificdata"]
    program |= {"dsn": MARKER, "npifp": DIGITS, "subscriberid": MARKER, "another": MARKER}
    return body


def with_element(name: str, value: Any) -> bytes:
    """A submission in which one header element is wrong and holds the marker."""
    body = full_of_markers()
    header = body["dartheader"]
    place = header if name in header else header["programspecificdata"]
    place[name] = value
    return as_bytes(body)


def invalid_bodies() -> Iterator[tuple[str, bytes]]:
    valid = full_of_markers()
    header = valid["dartheader"]
    for name in (*header, *header["programspecificdata"]):
        wrongs = (f"\x01{MARKER}", MARKER * 60, [MARKER], {"of": MARKER}, f"{MARKER}\0", "")
        for number, wrong in enumerate(wrongs):
            yield f"{name} {number}", with_element(name, wrong)
    text = json.dumps(valid)
    yield "broken off", text[:-40].encode()
    yield "no JSON", text.replace(f'"{MARKER}"', MARKER).encode()
    yield "not UTF-8", text.encode().replace(b'"csv"', b'"\xff' + MARKER.encode() + b'"')
    yield (
        "a name twice",
        text.replace('{"dartheader"', f'{{"payload": "{MARKER}", "dartheader"').encode(),
    )
    yield "NaN", text.replace(f'"{MARKER}"', "NaN", 1).encode()
    yield "huge number", text.replace(f'"{DIGITS}"', DIGITS * 30).encode()
    yield "lone surrogate", text.replace(MARKER, MARKER + "\\ud800").encode()
    yield "only text", json.dumps(MARKER).encode()
    yield "header is text", as_bytes({"dartheader": MARKER, "payload": MARKER})


def told_by_error(answer: httpx.Response) -> str:
    problem = {name: value for name, value in answer.json().items() if name not in IDENTITY}
    return json.dumps(problem) + str(answer.headers)


def everything_said(system: System) -> dict[str, str]:
    said = {}
    for service in system.all():
        said[f"log of {service.name}"] = service.process.log.read_text()
        said[f"metrics of {service.name}"] = httpx.get(f"{service.url}/metrics").text
    return said


@pytest.fixture
def nothing_told(system: System) -> Iterator[None]:
    """Looks through all logs and metrics when the test has sent what it sends."""
    yield
    for place, said in everything_said(system).items():
        assert MARKER.lower() not in said.lower(), place
        assert DIGITS not in said, place


@pytest.mark.usefixtures("nothing_told")
def test_values_of_kept_submissions_are_told_to_nobody_else(
    gateway: httpx.Client, reader: httpx.Client
) -> None:
    body = full_of_markers()
    other = copy.deepcopy(body) | {"payload": {"other": MARKER}}
    rejected = copy.deepcopy(body)
    rejected["dartheader"] |= {"versionno": 2, "modificationdate": "2015-10-27T00:00:00Z"}

    created, conflict, refused = (gateway.post(CDSR, json=each) for each in (body, other, rejected))

    assert [each.status_code for each in (created, conflict, refused)] == [201, 400, 400]
    for error in (conflict, refused):
        assert MARKER not in told_by_error(error)
        assert DIGITS not in told_by_error(error)
    assert MARKER not in json.dumps(created.json()["findings"])
    reader.get(created.headers["location"]).raise_for_status()
    reader.get(f"/v1/registries/cdsr/records/{MARKER}/{MARKER}")
    gateway.get(f"/{MARKER}", headers={"Prefer": MARKER, "traceparent": MARKER})


@pytest.mark.usefixtures("nothing_told")
def test_values_of_refused_submissions_are_told_to_nobody(gateway: httpx.Client) -> None:
    for what, body in invalid_bodies():
        answer = gateway.post(CDSR, content=body, headers={"Content-Type": "application/json"})
        if answer.status_code == 201:
            continue
        assert answer.status_code == 400, what
        findings = answer.json()["findings"]
        assert findings, what
        assert MARKER.lower() not in told_by_error(answer).lower(), what
        assert DIGITS not in told_by_error(answer), what
