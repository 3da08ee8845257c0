"""Looks for what may tell who the patient is in a free text (reference, D32). Linear in its length."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acr_registries.cdsr.lookups import IdentifyingWords, identifying_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acr_registries.cdsr.payload import CdsrPayload

# Each alternative has a fixed greatest length, so the search is linear.
_FULL_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}|\d{4}-\d\d-\d\d", re.ASCII)
_DIGIT, _DIGITS = re.compile(r"[0-9]"), re.compile(r"[0-9]+")
_WORD = re.compile(r"[^\W\d_]+")


def may_identify(text: str, digits_most: float) -> bool:
    """Tell whether a text holds a full date, more digits in a row than allowed, or a name's mark."""
    if _DIGIT.search(text) and _numbers_identify(text, digits_most):
        return True
    words = identifying_words()
    # Most texts have none of the words: one look tells so.
    return words.any_end.search(text.lower()) is not None and _words_identify(text, words)


def _numbers_identify(text: str, digits_most: float) -> bool:
    longest = max(map(len, _DIGITS.findall(text)))
    return longest > digits_most or _FULL_DATE.search(text) is not None


def _words_identify(text: str, words: IdentifyingWords) -> bool:
    after_title = False
    for word in _WORD.findall(text):
        lower = word.lower()
        if lower in words.labels or (after_title and word[0].isupper()):
            return True
        # In capitals, MR and MS are an exam and an illness, no titles.
        after_title = lower in words.titles and not word.isupper()
    return False


def free_texts(payload: CdsrPayload) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Give every free text that a clinician may have written, with its path of attributes."""
    for index, request in enumerate(payload.requests):
        if request.indicationtext:
            yield ("requests", index, "indicationtext"), request.indicationtext
    if payload.decision and payload.decision.overridetext:
        yield ("decision", "overridetext"), payload.decision.overridetext
