"""Header elements, each missing, empty, of the wrong type, too long: all is told, where it stands."""

import copy
from typing import Any

import httpx
import pytest

from acr_http.problems import Kind
from acr_testkit.problem_answers import MARKER, Place, check_problem
from acr_testkit.samples import submission

PROGRAM = "programspecificdata"
# By element: the longest text allowed, and the rule that a longer one breaks.
TEXTS = {
    "partnerid": 80,
    "appid": 80,
    "dartprojectid": 18,
    "projectname": 200,
    "programdartid": 18,
    "programname": 80,
    "mediatype": 80,
    "objecttype": 80,
    "headertype": 80,
}
OTHERS = ("id", "creationdate", "modificationdate", "versionno", PROGRAM)
CODED = {"programname", "mediatype", "objecttype", "headertype"}
DIGITS = {"dartprojectid", "programdartid"}
RULE_OF_EMPTY = {"versionno": "HEADER-109", PROGRAM: "HEADER-102"}


def refused(gateway: httpx.Client, body: Any, *places: Place, registry: str = "cdsr") -> Any:
    answer = gateway.post(f"/v1/registries/{registry}/submissions", json=body)
    return check_problem(gateway, answer, Kind.INVALID, places)


@pytest.mark.parametrize("element", [*TEXTS, *OTHERS])
def test_a_missing_element_is_named(gateway: httpx.Client, element: str) -> None:
    body = submission(payload=MARKER)
    del body["dartheader"][element]

    refused(gateway, body, ("HEADER-101", f"/dartheader/{element}"))


@pytest.mark.parametrize("value", ["", "  "], ids=["empty", "spaces"])
@pytest.mark.parametrize("element", [*TEXTS, *OTHERS])
def test_an_empty_element_is_refused(gateway: httpx.Client, element: str, value: str) -> None:
    body = submission(payload=MARKER, **{element: value})

    rule = RULE_OF_EMPTY.get(element, "HEADER-103")
    refused(gateway, body, (rule, f"/dartheader/{element}"))


@pytest.mark.parametrize("value", [7.5, None, True, [MARKER], {MARKER: 1}], ids=repr)
@pytest.mark.parametrize("element", [*TEXTS, *OTHERS[:-1]])
def test_an_element_of_the_wrong_type_is_refused(
    gateway: httpx.Client, element: str, value: Any
) -> None:
    body = submission(payload=MARKER, **{element: value})

    refused(gateway, body, ("HEADER-102", f"/dartheader/{element}"))


@pytest.mark.parametrize("element", [*TEXTS, *OTHERS[:3]])
def test_a_number_where_text_is_due_is_refused(gateway: httpx.Client, element: str) -> None:
    body = submission()
    body["dartheader"][element] = 7

    refused(gateway, body, ("HEADER-102", f"/dartheader/{element}"))


@pytest.mark.parametrize("value", [7, None, True, MARKER, [MARKER]], ids=repr)
def test_programspecificdata_must_be_an_object(gateway: httpx.Client, value: Any) -> None:
    body = submission(**{PROGRAM: value})

    refused(gateway, body, ("HEADER-102", f"/dartheader/{PROGRAM}"))


@pytest.mark.parametrize("element", TEXTS)
def test_a_text_that_is_too_long_is_refused_with_the_limit(
    gateway: httpx.Client, element: str
) -> None:
    longest = TEXTS[element]
    body = submission(**{element: ("9" if element in DIGITS else "x") * (longest + 1)})
    place = f"/dartheader/{element}"
    outside_of_list = [("HEADER-105", place)] if element in CODED else []

    problem = refused(gateway, body, ("HEADER-104", place), *outside_of_list)

    assert any(f"at most {longest} characters" in one["message"] for one in problem["findings"])


@pytest.mark.parametrize(
    ("element", "value", "rule"),
    [
        ("programname", MARKER, "HEADER-105"),
        ("mediatype", MARKER, "HEADER-105"),
        ("objecttype", MARKER, "HEADER-105"),
        ("headertype", MARKER, "HEADER-105"),
        ("dartprojectid", MARKER, "HEADER-106"),
        ("programdartid", "\u0664\u0667\u0669", "HEADER-106"),
        ("id", MARKER, "HEADER-107"),
        ("id", "541eae10150d4135a85d9ac98e734055", "HEADER-107"),
        ("id", "{541eae10-150d-4135-a85d-9ac98e734055}", "HEADER-107"),
        ("id", "541eae10-150d-4135-a85d-9ac98e734055" + MARKER * 20, "HEADER-107"),
        ("creationdate", MARKER, "HEADER-108"),
        ("creationdate", "2015-10-28", "HEADER-108"),
        ("creationdate", "2015-10-28T20:17:56", "HEADER-108"),
        ("creationdate", "2015-02-30T00:00:00Z", "HEADER-108"),
        ("modificationdate", "10/28/2015 20:17", "HEADER-108"),
        ("modificationdate", "2015-10-28T20:17:56Z" + MARKER * 20, "HEADER-108"),
        ("versionno", 0, "HEADER-109"),
        ("versionno", -1, "HEADER-109"),
        ("versionno", "-1", "HEADER-109"),
        ("versionno", "1.5", "HEADER-109"),
        ("versionno", "1e3", "HEADER-109"),
        ("versionno", "+1", "HEADER-109"),
        ("versionno", " 1", "HEADER-109"),
        ("versionno", "0x10", "HEADER-109"),
        ("versionno", "\u0661", "HEADER-109"),
        ("versionno", 1.5, "HEADER-102"),
        ("versionno", 1.0, "HEADER-102"),
        ("versionno", 10**30, "HEADER-109"),
        ("versionno", str(10**30), "HEADER-109"),
        ("versionno", 2**63, "HEADER-109"),
        ("partnerid", f"{MARKER}\n", "HEADER-112"),
        ("projectname", f"{MARKER}\u2028", "HEADER-112"),
    ],
)
def test_an_element_of_the_wrong_form_is_refused(
    gateway: httpx.Client, element: str, value: Any, rule: str
) -> None:
    body = submission(payload=MARKER, **{element: value})

    refused(gateway, body, (rule, f"/dartheader/{element}"))


@pytest.mark.parametrize("element", [*TEXTS, *OTHERS])
def test_an_element_in_two_spellings_is_refused_at_the_second(
    gateway: httpx.Client, element: str
) -> None:
    body = submission()
    body["dartheader"][element.upper()] = body["dartheader"][element]

    refused(gateway, body, ("HEADER-110", f"/dartheader/{element.upper()}"))


def test_a_place_is_spelt_as_the_sender_spelt_it(gateway: httpx.Client) -> None:
    fields = submission()["dartheader"]
    program = {**fields.pop(PROGRAM), "dsn": ""}
    spelt = {name.title(): value for name, value in {**fields, "partnerid": ""}.items()}
    body = {"DartHeader": {**spelt, "programSpecificData": program}, "Payload": {}}

    refused(
        gateway,
        body,
        ("HEADER-103", "/DartHeader/Partnerid"),
        ("HEADER-103", "/DartHeader/programSpecificData/dsn"),
    )


def test_a_missing_place_has_the_senders_spelling_as_far_as_there_is_one(
    gateway: httpx.Client,
) -> None:
    body = {"dartHeader": submission()["dartheader"]}
    del body["dartHeader"]["appid"]

    refused(gateway, body, ("HEADER-101", "/dartHeader/appid"), ("HEADER-101", "/payload"))


def test_all_missing_elements_are_told_at_once(gateway: httpx.Client) -> None:
    places = [("HEADER-101", f"/dartheader/{name}") for name in (*TEXTS, *OTHERS)]

    refused(gateway, {"dartheader": {}, "payload": {}}, *places)


def test_problems_of_every_part_are_told_at_once(gateway: httpx.Client) -> None:
    body = copy.deepcopy(submission(programname=MARKER, appid=5, versionno=0, id=MARKER))
    body["dartheader"]["APPID"] = "again"
    body["dartheader"][PROGRAM] |= {"dsn": "", "npifp": 5}
    del body["dartheader"][PROGRAM]["subscriberid"], body["payload"]

    refused(
        gateway,
        body,
        ("HEADER-105", "/dartheader/programname"),
        ("HEADER-102", "/dartheader/appid"),
        ("HEADER-109", "/dartheader/versionno"),
        ("HEADER-107", "/dartheader/id"),
        ("HEADER-110", "/dartheader/APPID"),
        ("HEADER-103", f"/dartheader/{PROGRAM}/dsn"),
        ("HEADER-102", f"/dartheader/{PROGRAM}/npifp"),
        ("HEADER-101", f"/dartheader/{PROGRAM}/subscriberid"),
        ("HEADER-101", "/payload"),
    )
