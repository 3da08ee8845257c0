"""`programspecificdata` of each registry: what is needed, and in which form."""

from typing import Any

import pytest

from acr_domain.errors import InvalidSubmission
from acr_registries.catalogue import load_registries
from acr_registries.reading import read_contents
from acr_testkit.samples import as_bytes, submission

DATE = "2015-10-28T20:17:56Z"
ORDERING = {"providertype": "op", "dsn": "1", "npiop": "1000203", "dateordered": DATE}


def places(registry: str, **changes: Any) -> list[tuple[str, str]]:
    """Read the sample with elements changed; None takes one away."""
    body = submission(registry)
    program = body["dartheader"]["programspecificdata"] | changes
    body["dartheader"]["programspecificdata"] = {k: v for k, v in program.items() if v is not None}
    try:
        read_contents(load_registries()[registry], as_bytes(body), {})
    except InvalidSubmission as error:
        prefix = "/dartheader/programspecificdata/"
        return [(each.rule, each.pointer.removeprefix(prefix)) for each in error.findings]
    return []


@pytest.mark.parametrize(
    ("registry", "needed"),
    [
        ("cdsr", ("providertype", "dsn", "npifp", "datefurnishedservice", "subscriberid")),
        (
            "pqrs",
            (
                *("submissiontype", "performanceyear", "programversion", "facilityid", "tin"),
                *("npi", "entitytype", "recordcount"),
            ),
        ),
        ("grid", ("recordtype", "facilityid", "reportingyear", "mappingversion", "recordcount")),
    ],
)
def test_each_needed_element_is_missed(registry: str, needed: tuple[str, ...]) -> None:
    for name in needed:
        assert places(registry, **{name: None}) == [("HEADER-101", name)]


@pytest.mark.parametrize(
    ("registry", "name", "value", "rule"),
    [
        ("cdsr", "providertype", "xx", "HEADER-105"),
        ("cdsr", "providertype", 1, "HEADER-102"),
        ("cdsr", "dsn", "x" * 65, "HEADER-104"),
        ("cdsr", "dsn", " ", "HEADER-103"),
        ("cdsr", "npifp", "12a", "HEADER-106"),
        ("cdsr", "npifp", 1000203, "HEADER-102"),
        ("cdsr", "subscriberid", "x" * 51, "HEADER-104"),
        ("cdsr", "datefurnishedservice", "2015-10-28", "HEADER-108"),
        ("pqrs", "submissiontype", "cases", "HEADER-105"),
        ("pqrs", "performanceyear", 2013, "HEADER-113"),
        ("pqrs", "performanceyear", 10_000, "HEADER-113"),
        ("pqrs", "performanceyear", "2025", "HEADER-102"),
        ("pqrs", "programversion", "qpp", "HEADER-105"),
        ("pqrs", "facilityid", "12345", "HEADER-106"),
        ("pqrs", "tin", "12345678", "HEADER-106"),
        ("pqrs", "npi", "123456789", "HEADER-106"),
        ("pqrs", "entitytype", "team", "HEADER-105"),
        ("pqrs", "recordcount", 0, "HEADER-113"),
        ("pqrs", "recordcount", True, "HEADER-102"),
        ("grid", "recordtype", "weekly", "HEADER-105"),
        ("grid", "facilityid", "1234567", "HEADER-106"),
        ("grid", "participationlevel", "silver", "HEADER-105"),
        ("grid", "reportingyear", 2007, "HEADER-113"),
        ("grid", "reportingmonth", 0, "HEADER-113"),
        ("grid", "reportingmonth", 13, "HEADER-113"),
        ("grid", "mappingversion", "", "HEADER-103"),
        ("grid", "recordcount", 1.0, "HEADER-102"),
    ],
)
def test_an_element_in_another_form_is_told(
    registry: str, name: str, value: Any, rule: str
) -> None:
    assert places(registry, **{name: value}) == [(rule, name)]


def test_an_ordering_professional_sends_other_elements_than_a_furnishing_one() -> None:
    none = dict.fromkeys(("npifp", "datefurnishedservice", "subscriberid"))

    assert places("cdsr", **(none | ORDERING)) == []
    assert places("cdsr", **(none | ORDERING | {"npiop": None, "dateordered": None})) == [
        ("HEADER-101", "npiop"),
        ("HEADER-101", "dateordered"),
    ]


@pytest.mark.parametrize("kind", ["facility_monthly", "Physician_Monthly"])
def test_a_monthly_form_names_its_month(kind: str) -> None:
    assert places("grid", recordtype=kind) == [("HEADER-101", "reportingmonth")]
    assert places("grid", recordtype=kind, reportingmonth=12) == []


def test_a_group_needs_no_npi() -> None:
    assert places("pqrs", entitytype="group", npi=None) == []


def test_lcsr_takes_any_object() -> None:
    assert places("lcsr", anything=[1, {"a": None}]) == []
