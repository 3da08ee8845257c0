"""What a sender that waits is told, verdict by verdict: the published contract, on real parts."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest

from acr_registries.catalogue import load_registries
from acr_settings.settings import PostgresSettings
from acr_testkit.samples import submission

CDSR = "/v1/registries/cdsr/submissions"
ODD_PARTNER = "other/partner é?a=%2F#b;c&d+e"
BEFORE_CREATION = {"modificationdate": "2015-10-27T00:00:00Z"}


@pytest.fixture
def header_id() -> str:
    return str(uuid.uuid4())


def told(answer: httpx.Response) -> tuple[int, str, int | None, int | None]:
    body = answer.json()
    return (
        answer.status_code,
        body["verdict"],
        body.get("version_no"),
        body.get("current_version_no"),
    )


def test_created_updated_superseded_and_duplicate_are_answered_with_201_and_200(
    gateway: httpx.Client, header_id: str
) -> None:
    def send(version_no: int) -> httpx.Response:
        return gateway.post(CDSR, json=submission(header_id=header_id, version_no=version_no))

    assert told(send(2)) == (201, "created", 2, 2)
    assert told(send(4)) == (200, "updated", 4, 4)
    assert told(send(3)) == (200, "superseded", 3, 4)
    assert told(send(3)) == (200, "duplicate", 3, 4)
    assert told(send(5)) == (200, "updated", 5, 5)


def test_created_tells_the_whole_outcome_and_where_the_record_is(
    gateway: httpx.Client, header_id: str
) -> None:
    answer = gateway.post(CDSR, json=submission(header_id=header_id.upper()))

    record = f"/v1/registries/cdsr/records/ndsc/{header_id}"
    assert answer.status_code == 201
    assert answer.headers["location"] == record
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert uuid.UUID(body.pop("submission_id")).version == 7
    assert body.pop("position").startswith("acr.cdsr.submissions.v1/")
    assert body.pop("summary").endswith(".")
    assert [each["rule"] for each in body.pop("findings")] == ["CDSR-111"]
    assert body == {
        "verdict": "created",
        "registry": "cdsr",
        "partner_id": "ndsc",
        "header_id": header_id,
        "version_no": 1,
        "current_version_no": 1,
    }


def test_a_duplicate_has_the_first_outcome_whatever_the_order_and_spelling(
    gateway: httpx.Client, header_id: str
) -> None:
    body = submission(header_id=header_id, payload={"a": 1, "b": [1.5, None]})
    spelt = {name.title(): value for name, value in body["dartheader"].items()}
    same = {"payload": {"b": [1.50, None], "a": 1}, "DartHeader": spelt | {"Versionno": 1}}

    first, again = gateway.post(CDSR, json=body), gateway.post(CDSR, json=same)

    assert told(again) == (200, "duplicate", 1, 1)
    assert again.json()["submission_id"] != first.json()["submission_id"]
    assert again.json()["first_outcome"] == {
        name: first.json()[name] for name in ("submission_id", "verdict", "position")
    }


def test_a_conflict_is_a_400_that_names_what_it_met_and_changes_nothing(
    gateway: httpx.Client, reader: httpx.Client, header_id: str
) -> None:
    first = gateway.post(CDSR, json=submission(header_id=header_id))
    before = reader.get(first.headers["location"]).json()

    conflict = gateway.post(CDSR, json=submission(header_id=header_id, payload={"other": 1}))

    assert told(conflict) == (400, "conflict", 1, 1)
    assert _problem(conflict)["type"] == "/problems/conflict"
    first_outcome = conflict.json()["first_outcome"]
    assert first_outcome["submission_id"] == first.json()["submission_id"]
    assert reader.get(first.headers["location"]).json() == before


def test_rejected_is_a_400_with_every_finding_and_stores_no_version(
    gateway: httpx.Client, reader: httpx.Client, header_id: str
) -> None:
    rejected = gateway.post(CDSR, json=submission(header_id=header_id, **BEFORE_CREATION))

    assert told(rejected) == (400, "rejected", 1, None)
    problem = _problem(rejected)
    assert [(each["severity"], each["rule"]) for each in problem["findings"]] == [
        ("error", "HEADER-201"),
        ("warning", "CDSR-111"),
    ]
    assert problem["findings"][0]["pointer"] == "/dartheader/modificationdate"
    assert reader.get(f"/v1/registries/cdsr/records/ndsc/{header_id}").status_code == 404
    status = reader.get(problem["instance"])
    assert (status.status_code, status.json()["verdict"]) == (200, "rejected")
    corrected = gateway.post(CDSR, json=submission(header_id=header_id))
    assert told(corrected) == (201, "created", 1, 1)


def test_a_missing_header_element_is_a_400_and_nothing_is_kept(gateway: httpx.Client) -> None:
    body = submission()
    del body["dartheader"]["appid"]

    answer = gateway.post(CDSR, json=body)

    assert answer.status_code == 400
    assert _problem(answer)["findings"][0]["pointer"] == "/dartheader/appid"
    assert "submission_id" not in answer.json()


@pytest.fixture
async def refusing_database(
    prepared: None, postgres_settings: PostgresSettings
) -> AsyncIterator[None]:
    """A database that takes no version of one partner."""
    owner = await asyncpg.connect(postgres_settings.dsn.get_secret_value())
    await owner.execute(
        "ALTER TABLE acr.versions_lcsr ADD CONSTRAINT refused CHECK (partner_id <> 'refused')"
    )
    yield
    await owner.execute("ALTER TABLE acr.versions_lcsr DROP CONSTRAINT refused")
    await owner.close()


def test_failed_is_a_400_and_the_next_submission_settles(
    gateway: httpx.Client, reader: httpx.Client, refusing_database: None
) -> None:
    address = "/v1/registries/lcsr/submissions"

    failed = gateway.post(address, json=submission("lcsr", partner="refused"))
    other = gateway.post(address, json=submission("lcsr"))

    assert (failed.status_code, failed.json()["verdict"]) == (400, "failed")
    problem = _problem(failed)
    assert problem["type"] == "/problems/failed"
    assert problem["reason"] == "PostgreSQL refuses a value (23514)."
    assert reader.get(problem["instance"]).json()["verdict"] == "failed"
    assert other.status_code == 201


def test_the_same_id_of_two_partners_are_two_records(
    gateway: httpx.Client, reader: httpx.Client, header_id: str
) -> None:
    one, other = (
        gateway.post(CDSR, json=submission(partner=partner, header_id=header_id))
        for partner in ("ndsc", ODD_PARTNER)
    )

    assert told(one) == told(other) == (201, "created", 1, 1)
    assert one.headers["location"] != other.headers["location"]
    for client in (reader, gateway):
        record = client.get(other.headers["location"], follow_redirects=True).json()
        assert (record["partner_id"], len(record["versions"])) == (ODD_PARTNER, 1)


@pytest.mark.parametrize("name", list(load_registries()))
def test_each_registry_takes_its_sample(gateway: httpx.Client, name: str) -> None:
    answer = gateway.post(f"/v1/registries/{name}/submissions", json=submission(name))

    assert (answer.status_code, answer.json()["registry"]) == (201, name)


@pytest.mark.parametrize("prefix", ["", "/api", "/test/v2/anything", "/v1/registries"])
def test_the_address_that_cdsr_published_first_works_behind_any_prefix(
    gateway: httpx.Client, prefix: str
) -> None:
    answer = gateway.post(f"{prefix}/dartcs/cdsregistry/fp", json=submission())

    assert (answer.status_code, answer.json()["registry"]) == (201, "cdsr")


def test_the_original_address_must_agree_with_the_provider_type(gateway: httpx.Client) -> None:
    disagrees = gateway.post("/dartcs/cdsregistry/op", json=submission())
    unknown = gateway.post("/dartcs/cdsregistry/xx", json=submission())

    assert (disagrees.status_code, unknown.status_code) == (400, 404)
    assert "HEADER-111" in [each["rule"] for each in disagrees.json()["findings"]]


def test_a_record_lists_its_versions_and_which_one_is_current(
    gateway: httpx.Client, reader: httpx.Client, header_id: str
) -> None:
    sent = {
        no: gateway.post(CDSR, json=submission(header_id=header_id, version_no=no)).json()
        for no in (2, 7, 4)
    }

    record = reader.get(f"/v1/registries/cdsr/records/ndsc/{header_id}").json()

    assert record["current_version_no"] == 7
    assert [
        (each["version_no"], each["verdict"], each["current"]) for each in record["versions"]
    ] == [(2, "created", False), (4, "superseded", False), (7, "updated", True)]
    for version in record["versions"]:
        said = sent[version["version_no"]]
        assert version["submission_id"] == said["submission_id"]
        assert version["position"] == said["position"]
        assert reader.get(version["submission_url"]).json()["verdict"] == version["verdict"]


def _problem(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    return problem
