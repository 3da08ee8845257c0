"""An upload that nobody waits for, through the whole system: sent by curl, looked at later."""

import json
import subprocess
from typing import Any

import httpx

from acr_localstack.services import System
from acr_testkit.awaiting import wait_until
from acr_testkit.samples import submission
from acr_testkit.stream_sender import as_lines

PATH = "/v1/registries/lcsr/submissions"
STORED, REPEATS = 250, 3


def all_lines(gateway: httpx.Client, first: str) -> list[dict[str, Any]]:
    """Read page after page, as the answers say."""
    lines: list[dict[str, Any]] = []
    following: str | None = first
    while following is not None:
        page = gateway.get(following, follow_redirects=True).raise_for_status().json()
        lines += page["results"]
        following = page.get("next")
    return lines


def lines_as_sent(gateway: httpx.Client, first: str) -> list[dict[str, Any]]:
    """Read page after page as lines of JSON, as `Link` says."""
    lines: list[dict[str, Any]] = []
    following: str | None = first
    while following is not None:
        wanted = {"Accept": "application/x-ndjson"}
        page = gateway.get(following, headers=wanted, follow_redirects=True).raise_for_status()
        lines += [json.loads(line) for line in page.text.splitlines()]
        following = page.links.get("next", {}).get("url")
    return lines


def test_curl_sends_an_upload_and_looks_at_it_later(system: System, gateway: httpx.Client) -> None:
    bodies = [submission("lcsr") for _ in range(STORED)]
    content = as_lines(*bodies, *bodies[:REPEATS], {})
    command = ["curl", "-sS", "-T", "-", "-X", "POST", "--max-time", "60"]
    command += ["-H", "Content-Type: application/x-ndjson", "-H", "Prefer: respond-async"]
    command.append(system.gateway.url + PATH)

    done = subprocess.run(command, input=content, capture_output=True, check=True)

    told = json.loads(done.stdout)
    assert told["complete"]
    assert told["noted"]
    assert told["refused"] == 1

    def progress() -> dict[str, Any]:
        answer = gateway.get(told["location"], follow_redirects=True)
        assert answer.status_code == httpx.codes.OK
        found: dict[str, Any] = answer.json()
        return found

    wait_until(lambda: progress()["done"], "the upload is settled")
    found = progress()
    assert found["registry"] == "lcsr"
    assert found["kept"] == found["settled"] == STORED + REPEATS
    assert found["verdicts"] == {"created": STORED, "duplicate": REPEATS}
    assert found["summary"]["lines"] == STORED + REPEATS + 1
    lines = all_lines(gateway, found["results"])
    assert [each["line"] for each in lines] == [*range(1, STORED + REPEATS + 2)]
    assert lines[-1]["status"] == 400
    assert lines[-1]["findings"]
    assert {each["verdict"] for each in lines[:STORED]} == {"created"}
    assert {each["verdict"] for each in lines[STORED:-1]} == {"duplicate"}
    assert lines_as_sent(gateway, found["results"]) == lines
    first = gateway.get(lines[0]["submission_url"], follow_redirects=True).json()
    assert first["header_id"] == bodies[0]["dartheader"]["id"]
