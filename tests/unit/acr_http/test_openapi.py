"""The description of the API is valid, covers every route, and its examples are true."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import jsonschema_rs
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from starlette.applications import Starlette
from starlette.routing import Route

from acr_domain.findings import has_error
from acr_domain.judgement import Verdict
from acr_http.openapi import openapi_document
from acr_http.openapi_examples import outcome_example
from acr_http.openapi_schemas import submission_name
from acr_http.problems import Kind
from acr_registries.catalogue import load_registries
from acr_registries.examination import examine
from acr_registries.reading import read_contents
from acr_testkit.both_apps import gateway_app, reader_app

DOCUMENT = openapi_document(load_registries())
NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
APPS = {"gateway": gateway_app(), "reader": reader_app()}


def routes(app: Starlette) -> set[tuple[str, str]]:
    """List methods and addresses as OpenAPI writes them."""
    return {
        (method.lower(), re.sub(r"\{(\w+):path\}", r"{\1}", route.path))
        for route in app.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield method, path, operation


def contents(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for each in (operation.get("requestBody", {}), *operation["responses"].values()):
        yield from each.get("content", {}).values()


def schema_of(content: dict[str, Any]) -> dict[str, Any]:
    return {**content["schema"], "components": DOCUMENT["components"]}


def test_the_description_is_valid() -> None:
    assert [str(error)[:300] for error in OpenAPIV31SpecValidator(DOCUMENT).iter_errors()] == []


def test_every_route_of_both_services_is_described_and_no_other() -> None:
    described = {(method, path) for method, path, _ in operations()}

    assert described == routes(APPS["gateway"]) | routes(APPS["reader"])


@pytest.mark.parametrize("service", sorted(APPS))
def test_the_tags_say_which_service_has_an_address(service: str) -> None:
    tagged = {(method, path) for method, path, told in operations() if service in told["tags"]}

    assert tagged == routes(APPS[service])


def test_operations_have_unique_ids_and_all_parameters_of_their_address() -> None:
    ids = [operation["operationId"] for _, _, operation in operations()]
    assert len(ids) == len(set(ids))

    for path, item in DOCUMENT["paths"].items():
        named = {each["name"] for each in item.get("parameters", ()) if each["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path)), path


def test_examples_fit_their_schemas() -> None:
    told = 0
    for _, path, operation in operations():
        for content in contents(operation):
            if "examples" not in content:
                continue
            validator = jsonschema_rs.Draft202012Validator(schema_of(content))
            for name, example in content["examples"].items():
                told += 1
                assert validator.is_valid(example["value"]), (path, name)
    assert told > 20


def test_examples_of_submissions_are_taken_by_their_registries() -> None:
    told = set()
    for _, path, operation in operations():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            for name, example in content.get("examples", {}).items():
                registry = load_registries()[name]
                body = json.dumps(example["value"]).encode()
                assert not has_error(examine(registry, read_contents(registry, body, {}), NOW)), (
                    path
                )
                told.add(name)
    assert told == set(load_registries())


def test_answers_have_no_member_that_is_not_described() -> None:
    outcome = DOCUMENT["components"]["schemas"]["Outcome"]["properties"]
    problem = DOCUMENT["components"]["schemas"]["Problem"]["properties"]
    for _, _, operation in operations():
        for content in contents(operation):
            reference = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
            described = {"Outcome": outcome, "Problem": problem}.get(reference)
            if described is None:
                continue
            for example in content["examples"].values():
                assert example["value"].keys() <= described.keys()


def test_every_kind_of_problem_and_every_verdict_has_an_example() -> None:
    text = json.dumps(DOCUMENT["paths"])

    unsaid = {
        Kind.METHOD,
        Kind.MALFORMED,
        Kind.HEADERS_TOO_LARGE,
    }  # Of requests that meet no route.
    assert [kind for kind in Kind if f"/problems/{kind.slug}" not in text] == [
        kind for kind in Kind if kind in unsaid
    ]
    assert {each for each in Verdict if f'"verdict": "{each.value}"' in text} == set(Verdict)
    assert outcome_example("lcsr", Verdict.DUPLICATE).first is not None


@pytest.mark.parametrize("name", sorted(load_registries()))
def test_the_registries_schemas_are_components(name: str) -> None:
    schemas = DOCUMENT["components"]["schemas"]

    assert submission_name(name) in schemas
    references = set(re.findall(r'"\$ref": "#/components/schemas/([^"]+)"', json.dumps(DOCUMENT)))
    assert references <= schemas.keys()


@pytest.mark.parametrize("service", sorted(APPS))
async def test_both_services_serve_it(service: str) -> None:
    transport = httpx.ASGITransport(app=APPS[service])
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        first = await client.get("/openapi.json")
        again = await client.get("/openapi.json", headers={"If-None-Match": first.headers["etag"]})

    assert first.json() == DOCUMENT
    assert first.headers["content-type"] == "application/json"
    assert again.status_code == 304


async def test_a_description_that_could_not_be_made_is_tried_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    attempts = []

    def describe(_: object) -> dict[str, str]:
        attempts.append(1)
        if len(attempts) == 1:
            raise OSError("too many open files")
        return {"openapi": "3.1.0"}

    monkeypatch.setattr("acr_http.openapi.openapi_document", describe)
    transport = httpx.ASGITransport(app=reader_app(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://reader") as client:
        answers = [await client.get("/openapi.json") for _ in range(3)]

    assert [each.status_code for each in answers] == [500, 200, 200]
    assert len(attempts) == 2
