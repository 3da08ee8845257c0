"""An element in thousands of spellings is told in few findings, however many there are."""

import copy
import itertools
from typing import Any

from acr_registries.catalogue import load_registries
from acr_registries.examples import read_submissions
from acr_registries.payloads import FINDINGS_MAX
from acr_testkit.forms import findings, read
from acr_testkit.samples import submission

SPELLINGS = 3 * FINDINGS_MAX


def spellings(name: str) -> list[str]:
    letters = [sorted({each.lower(), each.upper()}) for each in name]
    return ["".join(each) for each in itertools.islice(itertools.product(*letters), SPELLINGS)]


def test_spellings_of_a_header_element_are_few_findings() -> None:
    body = submission()
    body["dartheader"] |= dict.fromkeys(spellings("modificationdate"), "2026-01-31T12:00:00Z")

    found = findings(body)

    assert {each.rule for each in found} == {"HEADER-110"}
    assert len(found) == FINDINGS_MAX


def test_spellings_of_an_element_of_the_payload_are_few_notes() -> None:
    body: dict[str, Any] = copy.deepcopy(
        read_submissions(load_registries()["lcsr"].package, "valid")["minimal"]
    )
    body["payload"]["Exams"][0] |= dict.fromkeys(spellings("Patient_Middle_Name"), "A")

    notes = read(body, "lcsr").notes

    assert {each.rule for each in notes} == {"FORM-110"}
    assert len(notes) == 2 * FINDINGS_MAX
