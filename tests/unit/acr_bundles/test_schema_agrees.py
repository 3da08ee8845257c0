"""The published schema takes and refuses what the service does, but for the listed differences.

Goal: a vendor may check with the schema alone and be surprised by nothing that is not listed.
Method: 10,000 documents of each registry, valid ones changed by chance, are read by both.
"""

import json
import random
from collections import Counter
from typing import Any

import jsonschema_rs
import pytest

from acr_bundles.differences import explained_by
from acr_bundles.schema import submission_schema
from acr_domain.errors import InvalidSubmission
from acr_domain.findings import Finding, Severity
from acr_registries.catalogue import load_registries
from acr_registries.contract import Contract, contract_versions, open_contract
from acr_registries.reading import read_contents
from acr_testkit.generated_documents import Generator

DOCUMENTS = 10_000
SEED = 7
DOCUMENTS_OF_FORMER = 500
SHARE_LEAST = 0.2
FORMER_VERSIONS = [
    (name, version.name)
    for name, registry in sorted(load_registries().items())
    for version in contract_versions(registry)[:-1]
]


def refusals(contract: Contract, body: bytes) -> list[Finding]:
    """Give what the service refuses about a document's form; rules across elements are left out."""
    try:
        contents = read_contents(contract.registry, body, {})
    except InvalidSubmission as error:
        return list(error.findings)
    return [each for each in contents.notes if each.severity is Severity.ERROR]


def unexplained(contract: Contract, document: Any, taken_by_schema: bool) -> tuple[str, list[str]]:
    """Tell how the two judge, and which findings no listed difference explains."""
    found = refusals(contract, json.dumps(document).encode())
    if taken_by_schema is not bool(found):
        return ("taken" if taken_by_schema else "refused"), []
    reasons: list[Finding | None] = list(found) or [None]
    names = {each: explained_by(contract, document, each) for each in reasons}
    told = [
        f"{each.rule} {each.pointer}" if each else "schema" for each in names if not names[each]
    ]
    return "differs", told


def judged(contract: Contract, documents: int) -> Counter[str]:
    """Let both judge so many documents, and count how; a difference that is not listed fails."""
    validator = jsonschema_rs.Draft202012Validator(submission_schema(contract))
    counts: Counter[str] = Counter()
    for document in Generator(contract, random.Random(SEED)).documents(documents):
        sent = json.loads(json.dumps(document))
        outcome, why = unexplained(contract, sent, validator.is_valid(sent))
        counts[outcome] += 1
        assert not why, f"{why}: {json.dumps(sent)[:3000]}\n{errors(validator, sent)}"
    return counts


@pytest.mark.parametrize("name", sorted(load_registries()))
def test_schema_and_service_agree_on_generated_documents(name: str) -> None:
    counts = judged(open_contract(load_registries()[name]), DOCUMENTS)

    assert counts["taken"] >= SHARE_LEAST * DOCUMENTS, counts
    assert counts["refused"] >= SHARE_LEAST * DOCUMENTS, counts


@pytest.mark.parametrize(("name", "version"), FORMER_VERSIONS)
def test_schemas_of_former_versions_agree_too(name: str, version: str) -> None:
    counts = judged(open_contract(load_registries()[name], version), DOCUMENTS_OF_FORMER)

    assert counts["taken"] >= 1, counts
    assert counts["refused"] >= SHARE_LEAST * DOCUMENTS_OF_FORMER, counts


def errors(validator: jsonschema_rs.Draft202012Validator, document: Any) -> list[str]:
    return [
        f"{each.instance_path}: {each.message[:200]}" for each in validator.iter_errors(document)
    ]
