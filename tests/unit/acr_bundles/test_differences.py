"""Each listed difference is one: its example is taken by one side and refused by the other."""

import json

import jsonschema_rs
import pytest

from acr_bundles.differences import DIFFERENCES, Difference, explained_by, value_at
from acr_bundles.example_files import findings_of, valid_examples
from acr_bundles.schema import submission_schema
from acr_domain.findings import Severity
from acr_registries.catalogue import load_registries
from acr_registries.contract import open_contract
from acr_registries.examples import RECEIVED_AT

CASES = [(name, each) for name in sorted(load_registries()) for each in DIFFERENCES]


@pytest.mark.parametrize(
    ("name", "difference"), CASES, ids=lambda each: getattr(each, "difference_id", each)
)
def test_an_example_is_judged_differently(name: str, difference: Difference) -> None:
    contract = open_contract(load_registries()[name])
    example = difference.example(contract, next(iter(valid_examples(contract).values())))
    if example is None:
        assert difference.difference_id == "other-version"
        return
    document = json.loads(json.dumps(example))

    found = findings_of(contract, document, RECEIVED_AT)
    errors = [each for each in found or () if each.severity is Severity.ERROR]
    taken = jsonschema_rs.Draft202012Validator(submission_schema(contract)).is_valid(document)

    assert taken is (difference.refused_by == "service")
    if difference.refused_by == "service":
        assert errors
        assert {explained_by(contract, document, each) for each in errors} == {
            difference.difference_id
        }
    else:
        assert explained_by(contract, document, None) == difference.difference_id


def test_ids_are_unique() -> None:
    assert len({each.difference_id for each in DIFFERENCES}) == len(DIFFERENCES)


def test_a_fault_that_the_schema_sees_is_no_difference() -> None:
    contract = open_contract(load_registries()["lcsr"])
    document = json.loads(json.dumps(next(iter(valid_examples(contract).values()))))
    document["dartheader"]["id"] = "no guid"

    (found,) = findings_of(contract, document, RECEIVED_AT) or ()

    assert explained_by(contract, document, found) is None
    assert explained_by(contract, document, None) is None


def test_a_pointer_leads_to_a_value_or_to_none() -> None:
    document = {"a/b": [{"~": 1}]}

    assert value_at(document, "/a~1b/0/~0") == 1
    assert value_at(document, "/a~1b/1") is None
    assert value_at(document, "/a~1b/x") is None
    assert value_at(document, "") == document
