"""The check digit of a National Provider Identifier."""

import pytest

from acr_registries.npi import is_npi


@pytest.mark.parametrize("text", ["1234567893", "1245319599"])
def test_ten_digits_with_the_right_check_digit_are_an_npi(text: str) -> None:
    assert is_npi(text)


@pytest.mark.parametrize("text", [f"123456789{digit}" for digit in "012456789"])
def test_any_other_check_digit_is_wrong(text: str) -> None:
    assert not is_npi(text)


@pytest.mark.parametrize("text", ["", "123456789", "12345678933", "123456789a", "\u0661234567893"])
def test_what_is_not_ten_digits_is_no_npi(text: str) -> None:
    assert not is_npi(text)
