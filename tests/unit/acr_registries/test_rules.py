"""Each rule of each registry: one example that breaks it, one beside it that does not.

A rule without both fails the last tests here.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from acr_domain.findings import Finding, Severity
from acr_registries.catalogue import load_registries
from acr_registries.reading import read_contents
from acr_registries.registry import examine
from acr_testkit.samples import as_bytes, submission

RECEIVED_AT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
REGISTRIES = load_registries()
NPI_VALID, NPI_INVALID = "1234567893", "1234567890"
ORDERING = {"providertype": "op", "npiop": NPI_VALID, "dateordered": "2020-01-01T00:00:00Z"}


@dataclass(frozen=True, slots=True)
class Example:
    """Changes to the sample: of the header, and of its `programspecificdata`."""

    rule: str
    breaks: bool
    header: dict[str, Any] = field(default_factory=dict)
    program: dict[str, Any] = field(default_factory=dict)
    place: str = ""


def header_examples() -> list[Example]:
    dates = {"creationdate": "2020-01-01T00:00:00Z", "modificationdate": "2020-01-01T00:00:00Z"}
    late, later = "2026-06-16T12:00:00Z", "2026-06-16T12:00:00.001Z"
    changed = "/dartheader/modificationdate"
    return [
        Example("HEADER-201", True, dates | {"creationdate": "2020-01-01T00:00:01Z"}, {}, changed),
        Example("HEADER-201", False, dates),
        Example("HEADER-202", True, dates | {"modificationdate": later}, {}, changed),
        Example("HEADER-202", False, dates | {"modificationdate": late}),
    ]


def program(rule: str, breaks: bool, place: str = "", **elements: Any) -> Example:
    return Example(rule, breaks, {}, elements, f"/dartheader/programspecificdata/{place}")


EXAMPLES = {
    "cdsr": [
        program(
            "CDSR-108", True, "dateordered", **ORDERING | {"dateordered": "2026-06-17T00:00:00Z"}
        ),
        program(
            "CDSR-108", True, "datefurnishedservice", datefurnishedservice="2026-06-17T00:00:00Z"
        ),
        program("CDSR-108", False, **ORDERING | {"dateordered": "2026-06-16T11:00:00Z"}),
        program(
            "CDSR-109", True, "datefurnishedservice", datefurnishedservice="2015-10-29T20:17:57Z"
        ),
        program("CDSR-109", False, datefurnishedservice="2015-10-29T20:17:56Z"),
        program(
            "CDSR-110", True, "datefurnishedservice", datefurnishedservice="2010-12-31T23:59:59Z"
        ),
        program("CDSR-110", False, datefurnishedservice="2011-01-01T00:00:00Z"),
        program("CDSR-111", True, "npifp", npifp=NPI_INVALID),
        program("CDSR-111", True, "npiop", npifp=NPI_VALID, npiop="1000203"),
        program("CDSR-111", False, npifp=NPI_VALID, npiop=NPI_VALID),
    ],
    "grid": [
        program("GRID-101", True, "reportingyear", reportingyear=2027),
        program("GRID-101", False, reportingyear=2026),
        program(
            "GRID-103",
            True,
            "reportingmonth",
            recordtype="facility_monthly",
            reportingyear=2026,
            reportingmonth=6,
        ),
        program(
            "GRID-103",
            False,
            recordtype="facility_monthly",
            reportingyear=2026,
            reportingmonth=5,
        ),
        program("GRID-103", False, recordtype="exam", reportingyear=2026, reportingmonth=12),
        program(
            "GRID-103",
            False,
            recordtype="physician_monthly",
            reportingyear=2025,
            reportingmonth=12,
        ),
    ],
    "lcsr": [],
    "pqrs": [
        program("PQRS-101", True, "performanceyear", performanceyear=2027),
        program("PQRS-101", False, performanceyear=2026),
        program("PQRS-102", True, "programversion", performanceyear=2017, programversion="pqrs"),
        program("PQRS-102", True, "programversion", performanceyear=2016, programversion="MIPS"),
        program("PQRS-102", False, performanceyear=2017, programversion="Mips"),
        program("PQRS-102", False, performanceyear=2016, programversion="pqrs"),
        program("PQRS-105", True, "npi", entitytype="group"),
        program("PQRS-105", False, entitytype="virtualgroup"),
    ],
}
ALL = [
    (registry, example)
    for registry, examples in EXAMPLES.items()
    for example in (*examples, *header_examples())
]


def examined(registry: str, example: Example) -> list[Finding]:
    body = submission(registry, **example.header)
    body["dartheader"]["programspecificdata"] |= example.program
    contents = read_contents(REGISTRIES[registry], as_bytes(body), {})
    return [
        each
        for each in examine(REGISTRIES[registry], contents, RECEIVED_AT)
        if each.rule == example.rule
    ]


@pytest.mark.parametrize(("registry", "example"), [each for each in ALL if each[1].breaks])
def test_an_example_that_breaks_its_rule_has_one_finding_at_its_place(
    registry: str, example: Example
) -> None:
    found = examined(registry, example)

    severity = next(
        rule.severity for rule in REGISTRIES[registry].rules if rule.rule_id == example.rule
    )
    assert [(each.pointer, each.severity) for each in found] == [(example.place, severity)]


@pytest.mark.parametrize(("registry", "example"), [each for each in ALL if not each[1].breaks])
def test_an_example_that_keeps_its_rule_has_no_finding(registry: str, example: Example) -> None:
    assert examined(registry, example) == []


@pytest.mark.parametrize("registry", sorted(REGISTRIES))
def test_every_rule_has_an_example_on_either_side(registry: str) -> None:
    sides = {(each.rule, each.breaks) for name, each in ALL if name == registry}

    for rule in REGISTRIES[registry].rules:
        assert {(rule.rule_id, True), (rule.rule_id, False)} <= sides, rule.rule_id


@pytest.mark.parametrize("registry", sorted(REGISTRIES))
def test_rule_ids_are_unique_and_every_rule_names_its_source(registry: str) -> None:
    rules = REGISTRIES[registry].rules

    assert Counter(rule.rule_id for rule in rules).most_common(1)[0][1] == 1
    assert all(rule.source for rule in rules)


def test_no_rule_of_cdsr_of_its_own_rejects() -> None:
    own = [rule for rule in REGISTRIES["cdsr"].rules if rule.rule_id.startswith("CDSR-")]

    assert {rule.severity for rule in own} == {Severity.WARNING}


def test_a_finding_points_at_the_name_as_it_was_sent() -> None:
    body = submission("pqrs")
    elements = body["dartheader"].pop("programspecificdata") | {"performanceyear": 2027}
    body["dartheader"]["ProgramSpecificData"] = {k.upper(): v for k, v in elements.items()}
    contents = read_contents(REGISTRIES["pqrs"], as_bytes(body), {})

    found = examine(REGISTRIES["pqrs"], contents, RECEIVED_AT)

    assert [each.pointer for each in found] == ["/dartheader/ProgramSpecificData/PERFORMANCEYEAR"]
