"""Requests whose address, method or declared form is wrong, whatever their body says."""

import httpx
import pytest

from acr_http.problems import Kind
from acr_testkit.problem_answers import MARKER, check_problem
from acr_testkit.samples import as_bytes, submission

PATH = "/v1/registries/cdsr/submissions"
ORIGINAL = "/dartcs/cdsregistry"
PROGRAM = "/dartheader/programspecificdata"


@pytest.mark.parametrize("name", ["nope", "CDSR", "cdsr%00", "..%2fcdsr", MARKER])
def test_an_unknown_registry_is_not_found(gateway: httpx.Client, name: str) -> None:
    answer = gateway.post(f"/v1/registries/{name}/submissions", json=submission())

    check_problem(gateway, answer, Kind.NOT_FOUND)


def test_the_answer_to_an_unknown_registry_names_those_that_are(gateway: httpx.Client) -> None:
    problem = gateway.post("/v1/registries/nope/submissions", json=submission()).json()

    assert problem["detail"] == "The registries are: cdsr, grid, lcsr, pqrs."


@pytest.mark.parametrize("registry", ["grid", "lcsr", "pqrs"])
def test_a_programname_that_disagrees_with_the_address_is_refused(
    gateway: httpx.Client, registry: str
) -> None:
    body = submission(registry, payload=MARKER, programname="cdsr")

    answer = gateway.post(f"/v1/registries/{registry}/submissions", json=body)

    problem = check_problem(
        gateway, answer, Kind.INVALID, [("HEADER-105", "/dartheader/programname")]
    )
    assert problem["findings"][0]["message"] == f"The element must be one of: {registry}."


def test_a_submission_for_another_registry_is_told_all_that_disagrees(
    gateway: httpx.Client,
) -> None:
    answer = gateway.post("/v1/registries/pqrs/submissions", json=submission("cdsr"))

    missing = "submissiontype performanceyear programversion facilityid tin entitytype recordcount"
    places = [("HEADER-101", f"{PROGRAM}/{name}") for name in missing.split()]
    places += [("HEADER-105", f"/dartheader/{name}") for name in ("programname", "headertype")]
    check_problem(gateway, answer, Kind.INVALID, places)


@pytest.mark.parametrize("prefix", ["", "/any/prefix"])
def test_a_providertype_that_disagrees_with_the_original_address_is_refused(
    gateway: httpx.Client, prefix: str
) -> None:
    body = submission(payload=MARKER)

    answer = gateway.post(f"{prefix}{ORIGINAL}/op", json=body)

    check_problem(gateway, answer, Kind.INVALID, [("HEADER-111", f"{PROGRAM}/providertype")])


def test_the_original_address_does_not_make_up_a_missing_providertype(
    gateway: httpx.Client,
) -> None:
    body = submission()
    body["dartheader"]["programspecificdata"] = {"dsn": "1"}

    answer = gateway.post(f"{ORIGINAL}/op", json=body)

    missing = ("providertype", "npiop", "dateordered")
    places = [("HEADER-101", f"{PROGRAM}/{name}") for name in missing]
    check_problem(gateway, answer, Kind.INVALID, places)


@pytest.mark.parametrize("provider_type", ["xx", "fpx", MARKER])
def test_an_unknown_provider_type_in_the_address_is_not_found(
    gateway: httpx.Client, provider_type: str
) -> None:
    answer = gateway.post(f"{ORIGINAL}/{provider_type}", json=submission())

    check_problem(gateway, answer, Kind.NOT_FOUND)


@pytest.mark.parametrize(
    ("fields", "advice"),
    [
        ({"Content-Type": "text/plain"}, "application/json"),
        ({"Content-Type": "application/xml"}, "application/json"),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "application/json"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, "application/json"),
        ({"Content-Type": "application/json-patch+json"}, "application/json"),
        ({"Content-Type": MARKER}, "application/json"),
        ({"Content-Type": ""}, "application/json"),
        ({}, "application/json"),
        ({"Content-Type": "application/json; charset=iso-8859-1"}, "UTF-8"),
        ({"Content-Type": "application/json; charset=utf-16"}, "UTF-8"),
        ({"Content-Type": f'application/json; charset="{MARKER}"'}, "UTF-8"),
        ({"Content-Type": "application/json", "Content-Encoding": "deflate"}, "encoding"),
        ({"Content-Type": "application/json", "Content-Encoding": "br, gzip"}, "encoding"),
        ({"Content-Type": "application/json", "Content-Encoding": MARKER}, "encoding"),
    ],
    ids=[
        "text",
        "xml",
        "form",
        "multipart",
        "patch",
        "word",
        "empty",
        "none",
        "latin",
        "utf-16",
        "word-charset",
        "deflate",
        "two",
        "word-coding",
    ],
)
def test_another_form_is_refused_with_what_is_taken(
    gateway: httpx.Client, fields: dict[str, str], advice: str
) -> None:
    answer = gateway.post(PATH, content=as_bytes(submission(partner=MARKER)), headers=fields)

    problem = check_problem(gateway, answer, Kind.MEDIA_TYPE)
    assert advice in problem["detail"]
    assert answer.headers["accept-post"] == "application/json, application/x-ndjson"
    assert answer.headers["accept-encoding"] == "gzip, zstd, identity"


@pytest.mark.parametrize("coding", [["identity", "gzip"], ["gzip", "identity"]], ids=" ".join)
def test_a_second_content_encoding_field_counts_as_well(
    gateway: httpx.Client, coding: list[str]
) -> None:
    fields = [("Content-Type", "application/json"), *(("Content-Encoding", one) for one in coding)]

    answer = gateway.post(PATH, content=as_bytes(submission(partner=MARKER)), headers=fields)

    check_problem(gateway, answer, Kind.MEDIA_TYPE)


@pytest.mark.parametrize("path", [PATH, f"{ORIGINAL}/fp"])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_refused_with_the_one_that_is_taken(
    gateway: httpx.Client, method: str, path: str
) -> None:
    answer = gateway.request(method, path)

    check_problem(gateway, answer, Kind.METHOD)
    assert answer.headers["allow"] == "POST"


def test_head_is_refused_without_a_body(gateway: httpx.Client) -> None:
    answer = gateway.head(PATH)

    assert answer.status_code == httpx.codes.METHOD_NOT_ALLOWED
    assert answer.headers["allow"] == "POST"
    assert answer.content == b""


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1",
        "/v2/registries/cdsr/submissions",
        "/v1/registries/cdsr",
        "/v1/registries//submissions",
        f"/v1/{MARKER}",
        "/problems/nope",
        "/dartcs/cdsregistry",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/" + "x" * 8000,
    ],
    ids=lambda path: path[:40],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_address_is_not_found(gateway: httpx.Client, method: str, path: str) -> None:
    answer = gateway.request(method, path)

    wrong_method = path == "/problems/nope" and method == "POST"
    check_problem(gateway, answer, Kind.METHOD if wrong_method else Kind.NOT_FOUND)


@pytest.mark.parametrize("kind", list(Kind), ids=lambda kind: kind.slug)
def test_every_kind_of_problem_has_a_page_for_people(gateway: httpx.Client, kind: Kind) -> None:
    page = gateway.get(f"/problems/{kind.slug}")

    assert page.status_code == httpx.codes.OK
    assert page.headers["content-type"].startswith("text/plain")
    assert page.text.startswith(f"{kind.title} ({kind.status})\n")


@pytest.mark.parametrize("prefer", ["wait=-1", "wait=" + "9" * 400, "wait", "=;=", '"'])
def test_a_preference_that_is_not_understood_is_ignored(gateway: httpx.Client, prefer: str) -> None:
    body = submission(partner="")

    answer = gateway.post(PATH, json=body, headers={"Prefer": prefer})

    check_problem(gateway, answer, Kind.INVALID, [("HEADER-103", "/dartheader/partnerid")])
