"""Goal: made submissions follow the published figures. Method: make 5,000, derive, compare shares.

A share may differ by four standard errors of its count, and by half of a percent point.
"""

import functools
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest

from acr_domain.findings import Severity
from acr_registries.catalogue import load_registries
from acr_registries.examination import examine
from acr_registries.examples import RECEIVED_AT
from acr_registries.lcsr.distributions import made_up_npi, read_distributions
from acr_registries.lcsr.model import Exam, LcsrPayload
from acr_registries.lcsr.synthetic import make
from acr_registries.lcsr.time_spans import whole_months
from acr_registries.npi import is_npi
from acr_registries.reading import read_contents
from acr_registries.synthesis import synthesize

REGISTRY = load_registries()["lcsr"]
COUNT = 5000
# Reference 3.6, table of v2022, of 101 parts: 4B and 4X together are 3.
LUNG_RADS = {"0": 1, "1": 39, "2": 45, "3": 9, "4A": 4, "4B": 3}


@dataclass(frozen=True, slots=True)
class Made:
    exams: tuple[Exam, ...]
    told: tuple[dict[str, Any], ...]
    severities: frozenset[Severity]

    @property
    def first(self) -> Exam:
        return self.exams[0]


@functools.cache
def made() -> tuple[Made, ...]:
    return tuple(map(look_at, synthesize(REGISTRY, COUNT, 7)))


def look_at(body: dict[str, Any]) -> Made:
    contents = read_contents(REGISTRY, json.dumps(body).encode(), {})
    assert isinstance(contents.form, LcsrPayload), contents.notes
    told = tuple(
        {each.attribute: each.compute(exam, contents) for each in Exam.derived}
        for exam in contents.form.exams
    )
    findings = examine(REGISTRY, contents, RECEIVED_AT)
    return Made(contents.form.exams, told, frozenset(each.severity for each in findings))


def assert_share(of: Iterable[Any], has: Callable[[Any], object], published: float) -> None:
    each = [bool(has(one)) for one in of]
    measured = sum(each) / len(each)
    error = (published * (1 - published) / len(each)) ** 0.5
    assert abs(measured - published) < 4 * error + 0.005, f"{measured:.3f} of {len(each)}"


def all_exams() -> list[Exam]:
    return [exam for each in made() for exam in each.exams]


def test_no_submission_has_an_error_or_lacks_anything() -> None:
    severities = frozenset[Severity]().union(*(each.severities for each in made()))

    assert severities <= {Severity.WARNING}
    assert all(told["complete"] and told["cms_ready"] for each in made() for told in each.told)


def test_the_same_chance_makes_the_same_submissions() -> None:
    first, again = ([make(Random(3), serial) for serial in range(200)] for _ in range(2))

    assert first == again
    assert first != [make(Random(4), serial) for serial in range(200)]


def test_exams_meet_the_uspstf_rules_as_often_as_published() -> None:
    assert_share(made(), lambda each: each.told[0]["uspstf_eligibility"] == "met", 0.908)


@pytest.mark.parametrize("category", sorted(LUNG_RADS))
def test_categories_are_those_of_the_table_of_2022(category: str) -> None:
    same = {"4X": "4B"}
    published = LUNG_RADS[category] / sum(LUNG_RADS.values())

    def has(exam: Exam) -> bool:
        found = exam.ct_exam_result_lung_rads or ""
        return same.get(found, found) == category

    assert_share(all_exams(), has, published)


def test_a_tenth_of_the_exams_has_other_findings() -> None:
    assert_share(all_exams(), lambda exam: exam.ct_exam_result_modifier_s == "Y", 0.10)


@pytest.mark.parametrize(
    ("months", "published"), [((11, 15), 0.223), ((0, 24), 0.343), ((0, 99), 0.403)]
)
def test_patients_come_back_as_often_as_published(
    months: tuple[int, int], published: float
) -> None:
    def back(each: Made) -> bool:
        if len(each.exams) < 2:
            return False
        passed = whole_months(each.exams[0].exam_date, each.exams[1].exam_date)
        return months[0] <= passed <= months[1]

    assert_share(made(), back, published)


@pytest.mark.parametrize(
    ("categories", "least", "most"),
    [
        (("1", "2"), 0, 0.01),
        (("3",), 0.005, 0.03),
        (("4A",), 0.05, 0.15),
        (("4B", "4X"), 0.15, 0.4),
    ],
)
def test_cancers_are_found_within_the_expected_risks(
    categories: tuple[str, ...], least: float, most: float
) -> None:
    exams = [each.first for each in made() if each.first.ct_exam_result_lung_rads in categories]
    cancers = sum(
        any(follow_up.tissue_diagnosis == "2" for follow_up in exam.follow_ups) for exam in exams
    )

    assert least <= cancers / len(exams) <= most


def test_positive_screens_are_followed_up_and_dose_depends_on_the_body() -> None:
    positive = [each.first for each in made() if each.told[0]["positive_screen"]]
    slim, heavy = (
        [
            each.first.ctdivol or 0
            for each in made()
            if low <= each.told[0]["body_mass_index"] < high
        ]
        for low, high in ((17, 23), (34, 50))
    )

    assert 0.7 < sum(bool(exam.follow_ups) for exam in positive) / len(positive) < 0.85
    assert sum(slim) / len(slim) < 1.8
    assert sum(heavy) / len(heavy) > 2.2
    assert all(15 <= each.told[0]["scan_length"] <= 60 for each in made())


def test_nobody_is_real() -> None:
    for exam in all_exams():
        assert exam.patient_last_name.startswith("Zz")
        assert (exam.patient_ssn, exam.refused_to_answer_ssn) == (None, "Y")
        for npi in (
            exam.facility_npi,
            exam.radiologist_reading_npi,
            exam.ordering_practitioner_npi,
        ):
            assert npi is not None
            assert npi.startswith("2")
            assert is_npi(npi)


def test_made_up_identifiers_differ() -> None:
    people = read_distributions().professionals

    assert len(set(people)) == len(people)
    assert made_up_npi(1) == "2000000010"


def test_exams_and_follow_ups_lie_in_the_past_and_in_order() -> None:
    last = read_distributions().days["last_day"]

    for exam in all_exams():
        days = [follow_up.date_of_follow_up for follow_up in exam.follow_ups]
        assert all(exam.exam_date < day <= last for day in days)
