"""Each registry's own header elements, missing, empty, of the wrong type, too long or too large."""

from typing import Any, NamedTuple

import httpx
import pytest

from acr_http.problems import Kind
from acr_testkit.problem_answers import MARKER, check_problem
from acr_testkit.samples import submission

PROGRAM = "programspecificdata"


class Element(NamedTuple):
    """A required element: what an empty one breaks, and a too long or too large one with its rule."""

    name: str
    empty: str
    too_much: object
    rule: str


def code(name: str) -> Element:
    return Element(name, "HEADER-105", MARKER * 20, "HEADER-105")


def text(name: str, longest: int) -> Element:
    return Element(name, "HEADER-103", "x" * (longest + 1), "HEADER-104")


def digits(name: str, exactly: int) -> Element:
    return Element(name, "HEADER-103", "9" * (exactly + 1), "HEADER-106")


def number(name: str, too_much: int) -> Element:
    return Element(name, "HEADER-102", too_much, "HEADER-113")


def date(name: str) -> Element:
    return Element(name, "HEADER-103", "2015-10-28T20:17:56Z" + MARKER * 20, "HEADER-108")


def npi(name: str) -> Element:
    """CDSR's own: as long as the published sample's, and up to 18 digits."""
    return Element(name, "HEADER-103", "9" * 19, "HEADER-104")


FURNISHING = (
    code("providertype"),
    text("dsn", 64),
    npi("npifp"),
    date("datefurnishedservice"),
    text("subscriberid", 50),
)
ORDERING = (code("providertype"), text("dsn", 64), npi("npiop"), date("dateordered"))
PQRS = (
    code("submissiontype"),
    number("performanceyear", 10_000),
    code("programversion"),
    digits("facilityid", 6),
    digits("tin", 9),
    digits("npi", 10),
    code("entitytype"),
    number("recordcount", 0),
)
GRID = (
    code("recordtype"),
    digits("facilityid", 6),
    number("reportingyear", 10_000),
    number("reportingmonth", 13),
    text("mappingversion", 80),
    number("recordcount", 0),
)


def sample(kind: str) -> dict[str, Any]:
    """A valid submission of a kind, whose payload must not come back."""
    registry = kind.split()[0]
    body = submission(registry, payload=MARKER)
    program = body["dartheader"][PROGRAM]
    if kind == "cdsr op":
        program.clear()
        program |= {"providertype": "op", "dsn": "12236", "npiop": "1000203"}
        program["dateordered"] = "2015-10-28t20:17:56.487z"
    if kind == "grid":
        program |= {"recordtype": "facility_monthly", "reportingmonth": 1, "reportingyear": 2024}
    return body


def every(aspect: str) -> list[Any]:
    kinds = {"cdsr fp": FURNISHING, "cdsr op": ORDERING, "pqrs": PQRS, "grid": GRID}
    return [
        pytest.param(kind, element, id=f"{kind} {element.name} {aspect}")
        for kind, elements in kinds.items()
        for element in elements
    ]


def refused(gateway: httpx.Client, kind: str, body: Any, *rules: tuple[str, str]) -> None:
    answer = gateway.post(f"/v1/registries/{kind.split()[0]}/submissions", json=body)
    places = [(rule, f"/dartheader/{PROGRAM}/{name}") for rule, name in rules]
    check_problem(gateway, answer, Kind.INVALID, places)


@pytest.mark.parametrize(("kind", "element"), every("missing"))
def test_a_missing_element_is_named(gateway: httpx.Client, kind: str, element: Element) -> None:
    body = sample(kind)
    del body["dartheader"][PROGRAM][element.name]

    refused(gateway, kind, body, ("HEADER-101", element.name))


@pytest.mark.parametrize(("kind", "element"), every("empty"))
def test_an_empty_element_is_refused(gateway: httpx.Client, kind: str, element: Element) -> None:
    body = sample(kind)
    body["dartheader"][PROGRAM][element.name] = ""

    refused(gateway, kind, body, (element.empty, element.name))


@pytest.mark.parametrize("value", [7.5, None, True, [MARKER], {MARKER: 1}], ids=repr)
@pytest.mark.parametrize(("kind", "element"), every("of the wrong type"))
def test_an_element_of_the_wrong_type_is_refused(
    gateway: httpx.Client, kind: str, element: Element, value: object
) -> None:
    body = sample(kind)
    body["dartheader"][PROGRAM][element.name] = value

    refused(gateway, kind, body, ("HEADER-102", element.name))


@pytest.mark.parametrize(("kind", "element"), every("too much"))
def test_an_element_that_is_too_long_or_too_large_is_refused(
    gateway: httpx.Client, kind: str, element: Element
) -> None:
    body = sample(kind)
    body["dartheader"][PROGRAM][element.name] = element.too_much

    refused(gateway, kind, body, (element.rule, element.name))


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("cdsr fp", {"providertype", "dsn"}),
        ("pqrs", {element.name for element in PQRS} - {"npi"}),
        ("grid", {element.name for element in GRID} - {"reportingmonth"}),
    ],
)
def test_empty_programspecificdata_lacks_what_is_always_required(
    gateway: httpx.Client, kind: str, missing: set[str]
) -> None:
    body = sample(kind)
    body["dartheader"][PROGRAM] = {}

    refused(gateway, kind, body, *(("HEADER-101", name) for name in missing))
