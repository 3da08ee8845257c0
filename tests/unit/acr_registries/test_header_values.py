"""The forms of single header elements: version numbers, dates, GUIDs, digits."""

from typing import Any

import pytest

from acr_testkit.forms import places, read
from acr_testkit.samples import submission

GUID = "541EAE10-150D-4135-A85D-9AC98E734055"


@pytest.mark.parametrize("value", ["a\nb", "a\x7fb", "a\u0085b", "a\u2028b"])
def test_a_control_character_is_told(value: str) -> None:
    assert places(submission(partnerid=value)) == [("HEADER-112", "/dartheader/partnerid")]


@pytest.mark.parametrize("value", ["12a", "-1", "1.0", "\u0661", " 1"])
@pytest.mark.parametrize("name", ["dartprojectid", "programdartid"])
def test_a_number_of_the_project_is_digits_only(name: str, value: str) -> None:
    assert places(submission(**{name: value})) == [("HEADER-106", f"/dartheader/{name}")]


@pytest.mark.parametrize("value", ["1", 1, "01", "000001", 7, 2**63 - 1, str(2**63 - 1)])
def test_this_is_a_version_number(value: Any) -> None:
    assert read(submission(version_no=value)).version_no == int(value)


@pytest.mark.parametrize(
    "value",
    [
        *(0, "0", "000", -1, "-1", "1.5", "+1", " 1", "1 ", "", "one", "1e3", "\u0661", "1_0"),
        *(10**30, str(10**30), 2**63, str(2**63), "0" * 5000),
    ],
)
def test_this_is_no_version_number(value: Any) -> None:
    assert places(submission(version_no=value)) == [("HEADER-109", "/dartheader/versionno")]


@pytest.mark.parametrize("value", [1.5, 1.0, True, False, None, {}, [1]])
def test_a_version_number_is_a_string_or_a_whole_number(value: Any) -> None:
    assert places(submission(version_no=value)) == [("HEADER-102", "/dartheader/versionno")]


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2015-10-28t20:17:56.487z", "2015-10-28T20:17:56.487000+00:00"),
        ("2015-10-28T20:17:56Z", "2015-10-28T20:17:56+00:00"),
        ("2015-10-28T20:17:56+05:30", "2015-10-28T14:47:56+00:00"),
        ("2015-10-28T20:17:56-00:00", "2015-10-28T20:17:56+00:00"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59+00:00"),
        ("2015-10-28T20:17:56.123456789Z", "2015-10-28T20:17:56.123456+00:00"),
        ("2016-02-29T00:00:00Z", "2016-02-29T00:00:00+00:00"),
    ],
)
def test_this_is_a_date_and_time(text: str, instant: str) -> None:
    body = submission(creationdate=text, modificationdate=text)

    assert read(body).header.creationdate.isoformat() == instant


@pytest.mark.parametrize(
    "text",
    [
        "2015-10-28",
        "2015-10-28T20:17:56",
        "2015-10-28 20:17:56Z",
        "2015-02-31T00:00:00Z",
        "2015-02-29T00:00:00Z",
        "2015-13-01T00:00:00Z",
        "2015-10-28T24:00:00Z",
        "2015-10-28T20:60:00Z",
        "2015-10-28T20:17:61Z",
        "2015-10-28T20:17Z",
        "2015-10-28T20:17:56+0530",
        "2015-10-28T20:17:56+24:00",
        "2015-10-28T20:17:56+05:60",
        "2015-10-28T20:17:56+05:99",
        "0001-01-01T00:00:00+10:00",
        "9999-12-31T23:59:59-10:00",
        "0000-01-01T00:00:00Z",
        "1446063476",
        "28.10.2015",
        "yesterday",
        "2015-10-28T20:17:56.Z",
        "\u0662015-10-28T20:17:56Z",
        " 2015-10-28T20:17:56Z",
    ],
)
def test_this_is_no_date_and_time(text: str) -> None:
    assert places(submission(modificationdate=text)) == [
        ("HEADER-108", "/dartheader/modificationdate")
    ]


@pytest.mark.parametrize(
    "value",
    [GUID[:-1], GUID + "0", GUID.replace("-", ""), "{" + GUID + "}", "g" + GUID[1:], f" {GUID}"],
)
def test_this_is_no_guid(value: str) -> None:
    assert places(submission(header_id=value)) == [("HEADER-107", "/dartheader/id")]


def test_a_guid_in_capitals_is_the_same_key_and_the_same_content() -> None:
    small, capital = read(submission(header_id=GUID.lower())), read(submission(header_id=GUID))

    assert small.key == capital.key
    assert small.digest == capital.digest
