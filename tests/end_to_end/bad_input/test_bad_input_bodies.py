"""Bodies that no reader can be sure of: each is refused whole, with the place of every problem."""

import json
from typing import Any

import httpx
import pytest

from acr_http.problems import FINDINGS_MAX, Kind
from acr_testkit.problem_answers import MARKER, Place, check_problem
from acr_testkit.samples import as_bytes, submission

PATH = "/v1/registries/cdsr/submissions"
JSON_FIELDS = {"Content-Type": "application/json"}
HEADER_AND_PAYLOAD = [("HEADER-101", "/dartheader"), ("HEADER-101", "/payload")]


def post(gateway: httpx.Client, body: bytes) -> httpx.Response:
    return gateway.post(PATH, content=body, headers=JSON_FIELDS)


def refused(gateway: httpx.Client, body: bytes, *places: Place) -> dict[str, Any]:
    return check_problem(gateway, post(gateway, body), Kind.INVALID, places)


def with_payload(text: str) -> bytes:
    """A submission whose payload is this JSON text, valid or not."""
    return as_bytes(submission(payload=MARKER)).replace(json.dumps(MARKER).encode(), text.encode())


@pytest.mark.parametrize("body", [b"", b" ", b"\r\n\t "], ids=["none", "space", "lines"])
def test_no_body_is_refused(gateway: httpx.Client, body: bytes) -> None:
    refused(gateway, body, ("JSON-101", ""))


@pytest.mark.parametrize(
    "body",
    [
        MARKER.encode(),
        b'{"dartheader": ',
        as_bytes(submission(partner=MARKER))[:-1],
        as_bytes(submission(partner=MARKER)) + b"}",
        as_bytes(submission()) + as_bytes(submission(partner=MARKER)),
        b"\xef\xbb\xbf" + as_bytes(submission(partner=MARKER)),
        b"partnerid=" + MARKER.encode(),
        b"<dartheader>" + MARKER.encode(),
        b"{'dartheader': '" + MARKER.encode() + b"'}",
        b'{"a": "' + MARKER.encode() + b'\n"}',
        b'{"a": "\\x' + MARKER.encode() + b'"}',
        b'{"a": 01}',
        b'{"a": 1,}',
    ],
    ids=[
        "word",
        "cut",
        "short",
        "too-much",
        "two",
        "byte-order-mark",
        "form",
        "xml",
        "single-quotes",
        "raw-line-break",
        "bad-escape",
        "leading-zero",
        "trailing-comma",
    ],
)
def test_what_is_not_json_is_refused_with_line_and_column(
    gateway: httpx.Client, body: bytes
) -> None:
    problem = refused(gateway, body, ("JSON-103", ""))

    assert problem["findings"][0]["message"].startswith("Not JSON at line ")


@pytest.mark.parametrize("value", [[], [MARKER], MARKER, 5, 1.5, None, True, False], ids=repr)
def test_json_that_is_no_object_is_refused(gateway: httpx.Client, value: object) -> None:
    refused(gateway, as_bytes(value), ("HEADER-102", ""))


def test_an_empty_object_lacks_both_members(gateway: httpx.Client) -> None:
    refused(gateway, b"{}", *HEADER_AND_PAYLOAD)


@pytest.mark.parametrize("name", ["dartheader", "payload"])
def test_a_missing_member_is_named(gateway: httpx.Client, name: str) -> None:
    body = submission(projectname=MARKER)
    del body[name]

    refused(gateway, as_bytes(body), ("HEADER-101", f"/{name}"))


@pytest.mark.parametrize("value", [[MARKER], MARKER, 5, None, True], ids=repr)
def test_a_header_that_is_no_object_is_refused(gateway: httpx.Client, value: object) -> None:
    body = {**submission(), "dartheader": value}

    refused(gateway, as_bytes(body), ("HEADER-102", "/dartheader"))


@pytest.mark.parametrize("name", ["dartheader", "payload"])
def test_a_member_that_is_there_twice_is_refused(gateway: httpx.Client, name: str) -> None:
    body = submission(projectname=MARKER)
    text = as_bytes(body)[:-1] + b', "' + name.encode() + b'": {}}'

    refused(gateway, text, ("JSON-104", f"/{name}"))


@pytest.mark.parametrize(
    ("sent", "again"), [("dartheader", "DartHeader"), ("payload", "PAYLOAD")], ids=["header", "pay"]
)
def test_a_member_in_two_spellings_is_refused_at_the_second(
    gateway: httpx.Client, sent: str, again: str
) -> None:
    body = submission(projectname=MARKER)
    body[again] = body[sent]

    refused(gateway, as_bytes(body), ("HEADER-110", f"/{again}"))


def test_every_repeated_name_is_found_at_any_depth(gateway: httpx.Client) -> None:
    body = with_payload('{"a": {"b": 1, "b": 2}, "c": [0, {"d~/": 1, "d~/": 1}]}')

    refused(gateway, body, ("JSON-104", "/payload/a/b"), ("JSON-104", "/payload/c/1/d~0~1"))


@pytest.mark.parametrize(
    ("bytes_sent", "at"),
    [
        (b"\xff", 0),
        (b'{"a": "\xc3("}', 7),
        (b'{"a": "\xed\xa0\x80"}', 7),
        (b'{"a": "\xc0\x80"}', 7),
    ],
    ids=["no lead byte", "half a letter", "surrogate in UTF-8", "overlong NUL"],
)
def test_invalid_utf_8_is_refused_with_the_byte(
    gateway: httpx.Client, bytes_sent: bytes, at: int
) -> None:
    problem = refused(gateway, bytes_sent, ("JSON-102", ""))

    assert f"Byte {at} " in problem["findings"][0]["message"]


def test_utf_16_is_refused(gateway: httpx.Client) -> None:
    refused(gateway, as_bytes(submission()).decode().encode("utf-16"), ("JSON-102", ""))


@pytest.mark.parametrize(
    ("payload", "rule", "place"),
    [
        ('{"a": "\\u0000"}', "JSON-105", "/payload/a"),
        ('{"a\\u0000": 1}', "JSON-105", "/payload/a\ufffd"),
        ('["", "\\ud800"]', "JSON-106", "/payload/1"),
        ('"\\udc00\\ud800"', "JSON-106", "/payload"),
        ('{"\\uDBFF": 1}', "JSON-106", "/payload/\ufffd"),
        ("1e309", "JSON-107", "/payload"),
        ("-1e999999999", "JSON-107", "/payload"),
        ("9" * 10_000, "JSON-107", "/payload"),
        ("0." + "9" * 10_000, "JSON-107", "/payload"),
        ("1" + "0" * 309, "JSON-107", "/payload"),
        ("NaN", "JSON-108", "/payload"),
        ('{"a": -Infinity}', "JSON-108", "/payload/a"),
        ('{"a": [Infinity]}', "JSON-108", "/payload/a/0"),
        ("[" * 64 + "]" * 64, "JSON-109", "/payload" + "/0" * 63),
    ],
    ids=[
        "nul",
        "nul-in-name",
        "surrogate",
        "reversed-pair",
        "surrogate-in-name",
        "beyond-double",
        "far-beyond",
        "ten-thousand-digits",
        "long-fraction",
        "310-digits",
        "nan",
        "minus-infinity",
        "infinity",
        "65-levels",
    ],
)
def test_a_value_that_not_everything_can_hold_is_refused_where_it_stands(
    gateway: httpx.Client, payload: str, rule: str, place: str
) -> None:
    refused(gateway, with_payload(payload), (rule, place))


@pytest.mark.parametrize("opening", ["[", '{"a":'], ids=["arrays", "objects"])
def test_ten_thousand_levels_are_refused(gateway: httpx.Client, opening: str) -> None:
    refused(gateway, with_payload(opening * 10_000), ("JSON-109", ""))


def test_all_that_the_text_cannot_hold_is_told_at_once(gateway: httpx.Client) -> None:
    body = with_payload('[NaN, "\\u0000\\ud800", 1e999, {"a": 1, "a": 1}]')

    refused(
        gateway,
        body,
        ("JSON-108", "/payload/0"),
        ("JSON-105", "/payload/1"),
        ("JSON-106", "/payload/1"),
        ("JSON-107", "/payload/2"),
        ("JSON-104", "/payload/3/a"),
    )


def test_more_problems_than_an_answer_lists_are_counted(gateway: httpx.Client) -> None:
    body = with_payload("[" + ",".join(["NaN"] * 150) + "]")

    places = [("JSON-108", f"/payload/{number}") for number in range(FINDINGS_MAX)]
    problem = refused(gateway, body, *places)

    assert problem["findings_total"] == 150


def test_a_long_name_over_many_bad_values_costs_neither_time_nor_a_large_answer(
    gateway: httpx.Client,
) -> None:
    """Goal: findings stay small. Each of 60,000 pointers would repeat a name of 400,000 letters."""
    body = with_payload('{"' + "a" * 400_000 + '": [' + ",".join(["NaN"] * 60_000) + "]}")

    answer = post(gateway, body)

    assert answer.status_code == Kind.INVALID.status
    assert len(answer.content) < 50_000
    assert answer.elapsed.total_seconds() < 5
    assert {one["pointer"] for one in answer.json()["findings"]} == {"/payload"}
