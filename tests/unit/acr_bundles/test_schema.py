"""The schema of a submission: valid by the metaschema, complete in words, and the same patterns for all."""

import json
import re
from typing import Any

import jsonschema
import jsonschema_rs
import pytest

from acr_bundles.differences import explained_by
from acr_bundles.schema import definitions, submission_schema
from acr_registries.catalogue import load_registries
from acr_registries.contract import open_contract
from acr_testkit.made_bundles import ALL_VERSIONS, bundle_of

NAMES = sorted(load_registries())
# What pydantic's engine, ECMA 262 and Python's `re` understand differently.
AMBIGUOUS = re.compile(r"\\[dDwWsSbB]|\(\?|\\p")


def parts(value: Any) -> Any:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from parts(each)


@pytest.mark.parametrize(("name", "version"), ALL_VERSIONS)
def test_the_schema_is_valid_by_the_metaschema(name: str, version: str) -> None:
    schema = submission_schema(open_contract(load_registries()[name], version))

    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:acr-connect:contract:{name}:{version}"


@pytest.mark.parametrize("name", NAMES)
def test_every_element_is_described(name: str) -> None:
    bare = [
        f"{form}.{element}"
        for form, schema in definitions(open_contract(load_registries()[name])).items()
        for part in parts(schema)
        for element, told in part.get("properties", {}).items()
        if not told.get("description") or not told.get("x-need")
    ]

    assert bare == []


@pytest.mark.parametrize("name", NAMES)
def test_patterns_mean_the_same_to_every_engine(name: str) -> None:
    schema = submission_schema(open_contract(load_registries()[name]))
    patterns = {each["pattern"] for each in parts(schema) if isinstance(each.get("pattern"), str)}

    assert [each for each in patterns if AMBIGUOUS.search(each)] == []


@pytest.mark.parametrize("name", NAMES)
def test_titles_do_not_repeat_names(name: str) -> None:
    for schema in definitions(open_contract(load_registries()[name])).values():
        for part in parts(schema):
            for told in part.get("properties", {}).values():
                assert "title" not in told


@pytest.mark.parametrize(("name", "version"), ALL_VERSIONS)
def test_valid_examples_are_valid_by_the_schema(name: str, version: str) -> None:
    files = bundle_of(name, version).files
    contract = open_contract(load_registries()[name], version)
    validator = jsonschema_rs.Draft202012Validator(json.loads(files["schema.json"]))
    bodies = [json.loads(files[each]) for each in files if each.startswith("examples/valid/")]
    refused = [each for each in bodies if not validator.is_valid(each)]

    assert {explained_by(contract, each, None) for each in refused} <= {"letter-case"}
    assert len(refused) <= 1


@pytest.mark.parametrize("name", NAMES)
def test_two_validators_agree_about_the_examples(name: str) -> None:
    files = bundle_of(name).files
    schema = json.loads(files["schema.json"])
    one, other = jsonschema_rs.Draft202012Validator(schema), jsonschema.Draft202012Validator(schema)
    bodies = [
        json.loads(files[each])
        for each in files
        if each.startswith("examples/") and not each.endswith(".findings.json")
    ][::3]

    assert [one.is_valid(each) for each in bodies] == [other.is_valid(each) for each in bodies]
