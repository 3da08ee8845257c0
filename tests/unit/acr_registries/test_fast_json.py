"""The fast way to read JSON gives, on every document, what the strict way gives."""

import random

import pytest

from acr_domain import strict_json
from acr_domain.errors import InvalidSubmission
from acr_registries.fast_json import canonical_form, numbers_are_plain, read_json
from acr_testkit.random_json import random_documents

DOCUMENTS = 20_000


def outcome(body: bytes) -> tuple[str, object]:
    try:
        value = strict_json.parse(body)
    except InvalidSubmission as error:
        return "refused", error.findings
    return repr(value), strict_json.canonical(value)


def fast_outcome(body: bytes) -> tuple[str, object]:
    try:
        text = read_json(body)
    except InvalidSubmission as error:
        return "refused", error.findings
    return repr(text.value), canonical_form(text.value, text)


def read_fast(body: bytes) -> bool:
    return read_json(body).bones != b""


def test_both_ways_agree_on_random_documents_of_which_many_are_wrong() -> None:
    plain = refused = 0
    for body in random_documents(random.Random(7), DOCUMENTS):
        expected = outcome(body)

        assert fast_outcome(body) == expected, body

        refused += expected[0] == "refused"
        plain += expected[0] != "refused" and read_fast(body)
    assert refused > DOCUMENTS / 10
    assert plain > DOCUMENTS / 10


@pytest.mark.parametrize(
    "body",
    [
        b'{"a": 1, "a": 1}',
        b'{"a": 1, "\\u0061": 2}',
        b'{"a": "\\ud800"}',
        b'{"a": 12345678901234567890123}',
        b'{"a": 1e400}',
        b'{"a": NaN}',
        b'{"a": "\xff"}',
        b'{"a": "b\\"\\":c"}',
        b'{"a":' + b"[" * 70 + b"]" * 70 + b"}",
        b'{"a":' + b"[" * 300 + b"]" * 300 + b"}",
        b'{"a":' + b"[" * 2000 + b"]" * 2000 + b"}",
        b'{"a": 1} x',
        b"",
        b"{",
        b'"text"',
    ],
)
def test_both_ways_agree_where_libraries_are_known_to_differ(body: bytes) -> None:
    assert fast_outcome(body) == outcome(body)


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": "541eae10-150d-4135-a85d-9ac98e734055", "a": 1.5, "b": [1, -2, 0.25]}',
        b'{"id": "7c5a0000-0000-4000-8000-000000000001", "at": "2026-05-18T15:00:00.000Z"}',
        b'{"a": -12.5, "n": "2000000010", "ids": ["2000000010", "2000000028"], "e": "e1"}',
    ],
)
def test_what_submissions_hold_as_a_rule_is_read_fast(body: bytes) -> None:
    assert read_fast(body)
    assert numbers_are_plain(read_json(body))


@pytest.mark.parametrize("number", ["1e5", "-1e5", "1.5E300", "-0.5e-7", "0.00001"])
def test_numbers_that_libraries_write_in_several_ways_are_written_strictly(number: str) -> None:
    for body in (f'{{"a": {number}}}', f'{{"a":[{number}]}}', f'{{"a":[1,{number}]}}'):
        assert not numbers_are_plain(read_json(body.encode()))


def test_integers_that_libraries_read_in_several_ways_are_read_strictly() -> None:
    assert not read_fast(b'{"a": 12345678901234567890}')
