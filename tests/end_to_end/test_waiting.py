"""How long a sender waits, what it is told meanwhile, and where it asks afterwards."""

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import uuid_utils

from acr_localstack.services import System
from acr_testkit.awaiting import wait_until
from acr_testkit.samples import submission

DAY_MS = 24 * 3600 * 1000
LCSR = "/v1/registries/lcsr/submissions"
ASYNC = {"Prefer": "respond-async"}


@pytest.fixture
def nobody_settles(system: System) -> Iterator[None]:
    """The consumer of LCSR stands still, as briefly as its group allows it."""
    process = system.consumers["lcsr"].process
    process.suspend()
    yield
    process.resume()
    system.consumers["lcsr"].wait_ready()


def settled(client: httpx.Client, url: str, seconds: int = 20) -> httpx.Response:
    answer = client.get(url, headers={"Prefer": f"wait={seconds}"})
    assert answer.json()["verdict"] != "pending"
    return answer


def test_respond_async_is_a_202_that_says_where_to_look(
    gateway: httpx.Client, reader: httpx.Client
) -> None:
    answer = gateway.post(LCSR, json=submission("lcsr"), headers=ASYNC)

    body = answer.json()
    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "respond-async"
    assert answer.headers["location"] == f"/v1/submissions/{body['submission_id']}"
    assert int(answer.headers["retry-after"]) >= 1
    assert (body["verdict"], body["status_url"]) == ("pending", answer.headers["location"])
    wait_until(
        lambda: reader.get(answer.headers["location"]).json()["verdict"] == "created", "settled"
    )


def test_the_status_is_found_through_the_gateway_too(gateway: httpx.Client) -> None:
    location = gateway.post(LCSR, json=submission("lcsr"), headers=ASYNC).headers["location"]

    redirect = gateway.get(location, params={"a": "b"})
    status = gateway.get(location, headers={"Prefer": "wait=20"}, follow_redirects=True)

    assert redirect.status_code == 307
    assert redirect.headers["location"].endswith(f"{location}?a=b")
    assert (status.status_code, status.json()["verdict"]) == (200, "created")
    record = gateway.get(status.json()["record_url"], follow_redirects=True)
    assert record.json()["current_version_no"] == 1


def test_wait_is_granted_and_said_so(gateway: httpx.Client) -> None:
    answer = gateway.post(LCSR, json=submission("lcsr"), headers={"Prefer": "wait=20"})
    too_long = gateway.post(LCSR, json=submission("lcsr"), headers={"Prefer": "wait=9999"})
    unasked = gateway.post(LCSR, json=submission("lcsr"))

    assert (answer.status_code, answer.headers["preference-applied"]) == (201, "wait=20")
    assert (too_long.status_code, too_long.headers["preference-applied"]) == (201, "wait=60")
    assert "preference-applied" not in unasked.headers


@pytest.mark.usefixtures("nobody_settles")
def test_wait_ends_when_it_is_over_and_not_before(
    gateway: httpx.Client, reader: httpx.Client
) -> None:
    began = time.monotonic()
    answer = gateway.post(LCSR, json=submission("lcsr"), headers={"Prefer": "wait=1"})
    waited = time.monotonic() - began
    none = gateway.post(LCSR, json=submission("lcsr"), headers={"Prefer": "wait=0"})

    assert (answer.status_code, answer.headers["preference-applied"]) == (202, "wait=1")
    assert 1.0 <= waited < 2.0
    assert (none.status_code, none.headers["preference-applied"]) == (202, "wait=0")


def test_while_nobody_settles_the_status_is_pending_and_records_stay_as_they_were(
    gateway: httpx.Client, reader: httpx.Client, system: System
) -> None:
    header_id, new_id = str(uuid.uuid4()), str(uuid.uuid4())
    first = gateway.post(LCSR, json=submission("lcsr", header_id=header_id))
    process = system.consumers["lcsr"].process
    process.suspend()
    try:
        bodies = [submission("lcsr", header_id=header_id, version_no=2)]
        bodies += [submission("lcsr", header_id=new_id)]
        sent = [gateway.post(LCSR, json=body, headers=ASYNC) for body in bodies]
        statuses = [reader.get(each.headers["location"]) for each in sent]
        record = reader.get(first.headers["location"])
        new_record = reader.get(f"/v1/registries/lcsr/records/ndsc/{new_id}")
    finally:
        process.resume()

    for status in statuses:
        assert (status.status_code, status.json()["verdict"]) == (200, "pending")
        assert int(status.headers["retry-after"]) >= 1
    assert record.json()["current_version_no"] == 1
    assert new_record.status_code == 404
    verdicts = [settled(reader, each.headers["location"]).json()["verdict"] for each in sent]
    assert verdicts == ["updated", "created"]
    assert reader.get(first.headers["location"]).json()["current_version_no"] == 2


def test_a_long_poll_answers_as_soon_as_it_is_settled(
    gateway: httpx.Client, reader: httpx.Client, system: System
) -> None:
    process = system.consumers["lcsr"].process
    process.suspend()
    try:
        sent = gateway.post(LCSR, json=submission("lcsr"), headers=ASYNC)
        location = sent.headers["location"]
        began = time.monotonic()
        short = reader.get(location, headers={"Prefer": "wait=1"})
        waited = time.monotonic() - began
        with ThreadPoolExecutor(1) as pool:
            long = pool.submit(settled, reader, location, 30)
            process.resume()
            answer = long.result()
    finally:
        process.resume()

    assert (short.json()["verdict"], short.headers["preference-applied"]) == ("pending", "wait=1")
    assert 1.0 <= waited < 2.0
    assert (answer.json()["verdict"], answer.headers["preference-applied"]) == (
        "created",
        "wait=30",
    )
    assert time.monotonic() - began < 20


def test_an_unchanged_status_or_record_is_a_304(
    gateway: httpx.Client, reader: httpx.Client
) -> None:
    answer = gateway.post(LCSR, json=submission("lcsr"))
    paths = [f"/v1/submissions/{answer.json()['submission_id']}", answer.headers["location"]]
    for path in paths:
        first = reader.get(path)
        etag = first.headers["etag"]

        same = reader.get(path, headers={"If-None-Match": etag})
        weak = reader.get(path, headers={"If-None-Match": f'"other", W/{etag}'})
        other = reader.get(path, headers={"If-None-Match": '"other"'})

        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", etag)
        assert weak.status_code == 304
        assert (other.status_code, other.json()) == (200, first.json())


def test_a_changed_record_has_another_tag(gateway: httpx.Client, reader: httpx.Client) -> None:
    header_id = str(uuid.uuid4())
    first = gateway.post(LCSR, json=submission("lcsr", header_id=header_id))
    etag = reader.get(first.headers["location"]).headers["etag"]
    gateway.post(LCSR, json=submission("lcsr", header_id=header_id, version_no=2))

    changed = reader.get(first.headers["location"], headers={"If-None-Match": etag})

    assert (changed.status_code, changed.json()["current_version_no"]) == (200, 2)


@pytest.mark.parametrize("unknown", [str(uuid.uuid4()), str(uuid.uuid1()), "no-uuid"])
def test_an_id_that_no_gateway_makes_is_a_404_at_once(reader: httpx.Client, unknown: str) -> None:
    answer = reader.get(f"/v1/submissions/{unknown}")

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_an_unknown_id_of_long_ago_is_a_404_and_one_of_this_moment_may_be_pending(
    reader: httpx.Client,
) -> None:
    this_moment = uuid_utils.uuid7().int
    long_ago = uuid.UUID(int=this_moment - (DAY_MS << 80))

    def answered() -> int:
        return reader.get(f"/v1/submissions/{long_ago}").status_code

    # Until each consumer has once found that nothing waits, the id may be that of a record in its log.
    wait_until(lambda: answered() == httpx.codes.NOT_FOUND, "a 404 for an id of yesterday")
    assert reader.get(f"/v1/submissions/{uuid_utils.uuid7()}").json()["verdict"] == "pending"
