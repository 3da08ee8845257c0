"""From the bundle alone to a stored record, with each registry, through the running system.

Goal: a vendor needs nothing but the gateway's address. Method: the steps of exchange.html, as written.
"""

import io
import json
import re
import uuid
import zipfile
from typing import Any

import httpx
import jsonschema_rs
import pytest

from acr_registries.catalogue import load_registries


def fetch_bundle(gateway: httpx.Client, name: str) -> zipfile.ZipFile:
    answer = gateway.get(f"/v1/registries/{name}/contract.zip", follow_redirects=True)
    assert answer.status_code == 200
    return zipfile.ZipFile(io.BytesIO(answer.content))


def first_submission(bundle: zipfile.ZipFile) -> dict[str, Any]:
    """Take the file that the page names, and make it one's own."""
    (file,) = set(re.findall(r"--data-binary @(\S+\.json)", bundle.read("exchange.html").decode()))
    body: dict[str, Any] = json.loads(bundle.read(file))
    body["dartheader"] |= {"partnerid": "newcomer", "id": str(uuid.uuid4())}
    return body


@pytest.mark.parametrize("name", sorted(load_registries()))
def test_a_newcomer_gets_from_the_bundle_to_a_stored_record(
    gateway: httpx.Client, name: str
) -> None:
    with fetch_bundle(gateway, name) as bundle:
        body = first_submission(bundle)
        schema = json.loads(bundle.read("schema.json"))
    address = f"/v1/registries/{name}"

    assert jsonschema_rs.Draft202012Validator(schema).is_valid(body)
    checked = gateway.post(f"{address}/validations", json=body)
    assert (checked.status_code, checked.json()["verdict_if_sent"]) == (200, "stored")
    sent = gateway.post(f"{address}/submissions", json=body, headers={"Prefer": "wait=20"})
    assert (sent.status_code, sent.json()["verdict"]) == (201, "created")
    again = gateway.post(f"{address}/submissions", json=body, headers={"Prefer": "wait=20"})
    assert (again.status_code, again.json()["verdict"]) == (200, "duplicate")
    body["dartheader"]["versionno"] = "2"
    later = gateway.post(f"{address}/submissions", json=body, headers={"Prefer": "wait=20"})
    assert (later.status_code, later.json()["verdict"]) == (200, "updated")


def test_a_browser_reaches_the_pages_through_the_gateway(gateway: httpx.Client) -> None:
    browser = {"Accept": "text/html,*/*;q=0.8"}

    page = gateway.get("/v1/registries/lcsr/contract", headers=browser, follow_redirects=True)

    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    linked = gateway.get(str(page.url.join("exchange.html")))
    assert linked.status_code == 200


def test_gateway_and_reader_describe_the_same_api(
    gateway: httpx.Client, reader: httpx.Client
) -> None:
    described = gateway.get("/openapi.json")

    assert described.json()["openapi"].startswith("3.1")
    assert reader.get("/openapi.json").content == described.content
