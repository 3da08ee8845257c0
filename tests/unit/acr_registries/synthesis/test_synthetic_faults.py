"""Each kind of fault is made, is the one that its name says, and leaves the original as it was."""

import itertools
from collections import Counter
from random import Random

import orjson
import pytest

from acr_domain.errors import InvalidSubmission
from acr_registries.catalogue import load_registries
from acr_registries.checking import check_submission
from acr_registries.synthesis import Shares, synthesized
from acr_registries.synthetic_changes import Body
from acr_registries.synthetic_faults import FAULTS, break_submission
from acr_registries.synthetic_headers import NEWEST_AT

REGISTRIES = load_registries()
RULES_OF_FAULTS = {
    "missing-element": {"FORM-101"},
    "misspelt-element": {"FORM-101"},
    "wrong-type": {"FORM-102", "FORM-105", "FORM-108"},
    "unlisted-code": {"FORM-105"},
    "beyond-limits": {"FORM-113"},
    "impossible-day": {"FORM-108"},
    "missing-header-element": {"HEADER-101"},
}


def rules(registry: str, body: Body) -> set[str]:
    try:
        check = check_submission(REGISTRIES[registry], orjson.dumps(body), NEWEST_AT)
    except InvalidSubmission as error:
        return {each.rule for each in error.findings}
    return {each.rule for each in check.findings}


@pytest.mark.parametrize("name", REGISTRIES)
def test_faults_break_the_rule_that_their_name_says(name: str) -> None:
    made = itertools.islice(synthesized(REGISTRIES[name], 3, Shares(faults=1)), 300)

    for each in made:
        wanted = RULES_OF_FAULTS.get(each.fault)
        assert wanted is None or wanted & rules(name, each.body), each.fault


@pytest.mark.parametrize("name", REGISTRIES)
def test_every_kind_of_fault_is_made(name: str) -> None:
    made = itertools.islice(synthesized(REGISTRIES[name], 5, Shares(faults=1)), 600)

    counts = Counter(each.fault for each in made)

    needs_program = any(
        field.is_required()
        for model in REGISTRIES[name].program_models
        for field in model.model_fields.values()
    )
    wanted = set(FAULTS) if needs_program else set(FAULTS) - {"missing-program-element"}
    assert counts.keys() == wanted


@pytest.mark.parametrize("name", REGISTRIES)
def test_the_original_stays_as_it_was(name: str) -> None:
    registry = REGISTRIES[name]
    for made in itertools.islice(synthesized(registry, 1, Shares()), 50):
        before = orjson.dumps(made.body)

        _, broken = break_submission(registry, Random(1), made.body)

        assert orjson.dumps(made.body) == before != orjson.dumps(broken)
