"""What a sender is told of a wrong value names the way to write it."""

from typing import Any

import pytest
from pydantic_core import ErrorDetails

from acr_registries.form_words import told

CODES = ("1", "2")


def detail(kind: str, value: Any, **context: Any) -> ErrorDetails:
    return {"type": kind, "loc": (), "msg": "", "input": value, "ctx": context}


@pytest.mark.parametrize("value", [1, 1.0, True, None, ["1"]])
def test_a_code_without_quotes_is_told_that_it_needs_them(value: Any) -> None:
    rule, message = told(detail("literal_error", value), None, CODES)

    assert rule == "FORM-105"
    assert message == "The element must be one of: 1, 2; as a string, in quotes."


def test_a_text_that_is_no_code_is_told_the_nearest() -> None:
    _, message = told(detail("literal_error", "femal"), None, ("female", "male"))

    assert message == "The element must be one of: female, male. The nearest is female."


def test_a_fraction_is_told_that_a_whole_number_has_none() -> None:
    _, message = told(detail("int_type", 3.0), None, ())

    assert "without a fraction" in message


@pytest.mark.parametrize(("least", "words"), [(1, "1 entry."), (2, "2 entries.")])
def test_a_short_list_is_told_how_many_it_needs(least: int, words: str) -> None:
    _, message = told(detail("too_short", [], min_length=least), None, ())

    assert message == f"The list must have at least {words}"


@pytest.mark.parametrize(
    ("kind", "limit", "words"),
    [
        ("less_than_equal", {"le": 2**31 - 1}, "at most 2147483647"),
        ("less_than_equal", {"le": 50_000_000}, "at most 50000000"),
        ("greater_than_equal", {"ge": 0.1}, "at least 0.1"),
        ("greater_than", {"gt": 1_234_567.5}, "greater than 1234567.5"),
    ],
)
def test_a_limit_is_told_in_all_its_digits(kind: str, limit: dict[str, float], words: str) -> None:
    _, message = told(detail(kind, -1, **limit), None, ())

    assert words in message
