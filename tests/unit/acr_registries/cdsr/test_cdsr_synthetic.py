"""Goal: made submissions follow the published figures. Method: make 5,000, derive, compare shares.

A share may differ by four standard errors of its count, and by half of a percent point.
"""

import functools
import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from acr_domain.findings import Severity
from acr_registries.catalogue import load_registries
from acr_registries.cdsr.distributions import read_distributions
from acr_registries.cdsr.payload import CdsrPayload
from acr_registries.cdsr.synthetic import make
from acr_registries.examination import examine
from acr_registries.reading import read_contents
from acr_registries.synthesis import synthesize

REGISTRY = load_registries()["cdsr"]
COUNT = 5000
RECEIVED_AT = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Made:
    payload: CdsrPayload
    told: dict[str, Any]
    rules: tuple[tuple[Severity, str], ...]


@functools.cache
def made() -> tuple[Made, ...]:
    return tuple(map(look_at, synthesize(REGISTRY, COUNT, 7)))


def look_at(body: dict[str, Any]) -> Made:
    contents = read_contents(REGISTRY, json.dumps(body).encode(), {})
    assert isinstance(contents.form, CdsrPayload), contents.notes
    told = {each.attribute: each.compute(contents.form, contents) for each in CdsrPayload.derived}
    findings = examine(REGISTRY, contents, RECEIVED_AT)
    return Made(contents.form, told, tuple((each.severity, each.rule) for each in findings))


def consultations(mode: str) -> list[Made]:
    """Give those that are no case of a project."""
    return [
        each
        for each in made()
        if each.payload.rscan is None and each.payload.consultation.mode == mode
    ]


def rated(mode: str) -> list[Made]:
    return [each for each in consultations(mode) if each.told["final_score"] is not None]


def share(of: Iterable[Made], has: Callable[[Made], object]) -> tuple[float, int]:
    each = [bool(has(one)) for one in of]
    return sum(each) / len(each), len(each)


def assert_near(found: tuple[float, int], published: float) -> None:
    measured, count = found
    error = (published * (1 - published) / count) ** 0.5
    assert abs(measured - published) < 4 * error + 0.005, f"{measured:.3f} of {count}"


def shares() -> Any:
    return read_distributions().shares


def final(rating: str) -> Callable[[Made], object]:
    return lambda each: each.told["final_rating"] == rating


def test_no_submission_has_a_finding() -> None:
    assert Counter(rule for each in made() for rule in each.rules) == {}


def test_the_same_chance_makes_the_same_submissions() -> None:
    first, again = ([make(Random(3), serial) for serial in range(200)] for _ in range(2))

    assert first == again
    assert first != [make(Random(4), serial) for serial in range(200)]


def test_more_than_half_of_the_requests_meet_no_criterion() -> None:
    tool = [each for each in consultations("display") if not each.told["exception_claimed"]]

    assert_near(share(tool, lambda each: each.told["first_rating"] == "no_criteria"), 0.55)


@pytest.mark.parametrize(
    ("mode", "low", "high"), [("silent", 0.11, 0.645), ("display", 0.054, 0.82)]
)
def test_bands_of_scores_are_those_before_and_after_scores_were_shown(
    mode: str, low: float, high: float
) -> None:
    assert_near(share(rated(mode), final("not_appropriate")), low)
    assert_near(share(rated(mode), final("appropriate")), high)


def test_trainees_order_less_of_low_utility_once_scores_are_shown() -> None:
    trainees = {
        mode: [
            each for each in rated(mode) if each.payload.ordering.oprole in ("resident", "fellow")
        ]
        for mode in ("silent", "display")
    }

    assert_near(share(trainees["silent"], final("not_appropriate")), 0.108)
    assert_near(share(trainees["display"], final("not_appropriate")), 0.048)


@pytest.mark.parametrize(("offered", "published"), [(True, 0.104), (False, 0.004)])
def test_orders_change_where_an_alternative_is_shown(offered: bool, published: float) -> None:
    advised = [
        each
        for each in consultations("display")
        if (each.told["first_score"] or 9) < 7 and each.told["alternatives_shown"] is offered
    ]

    assert_near(share(advised, lambda each: each.told["changed"]), published)


def test_no_order_changes_where_nothing_is_shown() -> None:
    assert not any(each.told["changed"] or each.told["not_ordered"] for each in rated("silent"))


def test_a_third_of_the_recommendations_conflicts_with_local_practice() -> None:
    advised = [each for each in made() if (each.told["first_score"] or 9) < 7]

    assert_near(share(advised, lambda each: each.payload.requests[0].conflictlocalpolicy), 0.31)


@pytest.mark.parametrize(
    ("reason", "published"),
    [
        ("specialist_judgment", 0.358),
        ("special_circumstance", 0.228),
        ("staff_request_no_reason", 0.109),
        ("prior_study_negative", 0.087),
        ("patient_preference", 0.058),
        ("radiologist_recommended", 0.056),
    ],
)
def test_reasons_for_overriding_are_mixed_as_published(reason: str, published: float) -> None:
    overrides = [each for each in rated("display") if each.told["overridden"]]

    def has(each: Made) -> bool:
        return each.payload.decision is not None and each.payload.decision.overridereason == reason

    assert_near(share(overrides, has), published)
    assert shares()["override_reasons"][reason] == published


def test_exams_of_low_scores_are_done_less_often() -> None:
    ordered = [each for each in made() if each.payload.furnished and each.told["ordered"]]

    def performed(each: Made) -> bool:
        return each.payload.furnished is not None and each.payload.furnished.performed

    low = [each for each in ordered if each.told["final_rating"] == "not_appropriate"]
    assert_near(share(low, performed), 0.63)


@pytest.mark.parametrize(
    ("rating", "published"), [("appropriate", 0.48), ("not_appropriate", 0.24)]
)
def test_appropriate_exams_find_more(rating: str, published: float) -> None:
    done = [
        each
        for each in made()
        if each.told["final_rating"] == rating
        and each.payload.furnished
        and each.payload.furnished.performed
    ]

    def positive(each: Made) -> bool:
        furnished = each.payload.furnished
        return furnished is not None and furnished.findingpositive == "yes"

    assert_near(share(done, positive), published)


@pytest.mark.parametrize(
    ("phase", "value", "published"),
    [
        ("baseline", "high", 0.57),
        ("posteducation", "high", 0.79),
        ("posteducation", "low", 0.45 * 0.3),
    ],
)
def test_projects_move_from_low_to_high_value(phase: str, value: str, published: float) -> None:
    cases = [each.payload.rscan for each in made() if each.payload.rscan]
    values = [each.rscan_value for each in cases if each.rscan_phase == phase]

    assert_near((values.count(value) / len(values), len(values)), published)
