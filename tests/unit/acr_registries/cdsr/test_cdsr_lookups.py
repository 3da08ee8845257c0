"""The tables that CDSR looks things up in: rating crosswalk, priority areas, identifying words."""

import time

import pytest

from acr_registries.cdsr.free_text import may_identify
from acr_registries.cdsr.lookups import priority_area_of, rating_crosswalk
from acr_registries.data_files import read_tables
from acr_registries.elements import read_code_lists

PACKAGE = "acr_registries.cdsr"
DIGITS_MOST = 6


def codes(name: str) -> set[str]:
    return {each.code for each in read_code_lists(PACKAGE)[name].codes}


def test_every_rating_has_its_meaning_and_nothing_else_has() -> None:
    assert rating_crosswalk().keys() == codes("ratings")


def test_the_bands_cover_every_score_once() -> None:
    scores = [
        score
        for meaning in rating_crosswalk().values()
        if meaning.score_least is not None and meaning.score_most is not None
        for score in range(meaning.score_least, meaning.score_most + 1)
    ]

    assert sorted(scores) == list(range(1, 10))


def test_the_crosswalk_speaks_of_known_modifiers_and_values() -> None:
    meanings = rating_crosswalk().values()

    assert {each for meaning in meanings for each in meaning.modifiers} <= codes("claim_modifiers")
    assert {meaning.rscan for meaning in meanings} - {""} == codes("rscan_values")
    assert [meaning.colour for meaning in meanings] == ["green", "yellow", "red", "gray", ""]


def test_every_priority_area_has_indications_and_no_prefix_belongs_to_two() -> None:
    tables = read_tables(PACKAGE, "priority_areas.toml")
    prefixes = [prefix for row in tables.values() for prefix in row["icd10_prefixes"]]

    assert tables.keys() == codes("priority_areas")
    assert len(prefixes) == len(set(prefixes))
    assert all(tables.values())


@pytest.mark.parametrize(
    ("code", "area"),
    [
        ("M54.50", "low_back_pain"),
        ("m5441", "low_back_pain"),
        ("M54.12", "neck_pain"),
        ("M54.2", "neck_pain"),
        ("M54.6", None),
        ("I26.99", "pe"),
        ("I25.10", "cad"),
        ("R51.9", "headache"),
        ("C34", "lung_cancer"),
        ("C3", None),
        ("", None),
    ],
)
def test_the_longest_prefix_decides_the_area(code: str, area: str | None) -> None:
    assert priority_area_of(code) == area


@pytest.mark.parametrize(
    "text",
    [
        "seen on 03/04/1951",
        "seen on 3-4-1951",
        "seen on 1951-03-04",
        "seen on 4.3.1951",
        "record 1234567",
        "Mr Example asked",
        "asked by Mrs. Example",
        "DOB unknown",
        "MRN in the chart",
        "patient named in the letter",
    ],
)
def test_a_text_that_may_tell_who_the_patient_is_is_found(text: str) -> None:
    assert may_identify(text, DIGITS_MOST)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "low back pain, under six weeks, no red flags",
        "nodule of 6 mm, 12/2020, compare 3/4 of the earlier",
        "record 123456",
        "MR Brain and MS Follow-up",
        "miss the mrs of old times",
        "fall from 2-3 m, GCS 15",
    ],
)
def test_a_text_about_the_reason_alone_is_not(text: str) -> None:
    assert not may_identify(text, DIGITS_MOST)


@pytest.mark.parametrize("part", ["1/", "Mr ", "1-1-", "12", "a", "0000-00-", "1 "])
def test_a_text_is_looked_at_in_linear_time(part: str) -> None:
    text = (part * 300_000)[:300_000]

    started = time.perf_counter()
    may_identify(text, len(text))

    assert time.perf_counter() - started < 2.0
