"""The check digit of a National Provider Identifier."""

import functools

NPI_PREFIX_SUM = 24  # Luhn sum of the issuer prefix 80840, fixed by the NPI standard.


@functools.lru_cache(maxsize=1 << 16)  # Few physicians send many exams.
def is_npi(text: str) -> bool:
    """Tell whether ten digits carry a valid check digit (45 CFR 162.406: Luhn over 80840 + NPI)."""
    if len(text) != 10 or not (text.isascii() and text.isdigit()):
        return False
    total = NPI_PREFIX_SUM
    for place, digit in enumerate(map(int, reversed(text))):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0
