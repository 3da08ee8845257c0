"""A registry that is a folder and nothing else has a whole contract bundle too."""

import json

import jsonschema_rs
import pytest

from acr_bundles.bundle import Bundle, make_bundle
from acr_bundles.example_files import valid_examples
from acr_http.openapi import openapi_document
from acr_http.service_facts import service_facts
from acr_registries.contract import open_contract
from acr_testkit.phantoms.registry import REGISTRY


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return make_bundle(open_contract(REGISTRY), service_facts())


def test_its_bundle_has_schema_pages_and_examples(bundle: Bundle) -> None:
    contract = open_contract(REGISTRY)
    schema = json.loads(bundle.files["schema.json"])

    assert {form.__name__ for form in contract.bound_models()} <= schema["$defs"].keys()
    assert b"A first submission" in bundle.files["exchange.html"]
    for body in valid_examples(contract).values():
        assert jsonschema_rs.Draft202012Validator(schema).is_valid(body)


def test_it_is_described_with_the_others() -> None:
    document = openapi_document({REGISTRY.name: REGISTRY})

    assert f"{REGISTRY.name}.Submission" in document["components"]["schemas"]
    assert "/dartcs/cdsregistry/{providertype}" not in document["paths"]
