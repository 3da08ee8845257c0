"""Whether an exam meets the screening rules in force on its day. Derived only: it rejects nothing."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from acr_registries.data_files import read_tables
from acr_registries.lcsr.exam_record import ExamRecord

MET, NOT_MET, CANNOT_TELL = "met", "not met", "cannot tell"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One body's rules from a first day on; ages and spans in years. See `eligibility.toml`."""

    name: str
    body: str
    first_day: date
    source: str
    age_least: int
    age_most: int
    pack_years_least: float
    quit_years_most: float
    asymptomatic: bool
    order: bool
    shared_decision: str


@functools.cache
def read_rule_sets(body: str) -> tuple[RuleSet, ...]:
    """Read a body's rule sets, the newest first."""
    tables: list[dict[str, Any]] = read_tables("acr_registries.lcsr", "eligibility.toml")[
        "rule_sets"
    ]
    sets = [RuleSet(**table) for table in tables if table["body"] == body]
    return tuple(sorted(sets, key=lambda each: each.first_day, reverse=True))


def rule_set_of(body: str, day: date) -> RuleSet | None:
    """Give the rule set that was in force on a day."""
    for rules in read_rule_sets(body):
        if rules.first_day <= day:
            return rules
    return None


def eligibility(body: str, exam: ExamRecord) -> str:
    """Tell whether an exam meets a body's rules: met, not met or cannot tell.

    One condition that certainly fails decides; without such, one that is not known leaves it open.
    """
    rules = rule_set_of(body, exam.exam_date)
    if rules is None:
        return CANNOT_TELL
    known = True
    for holds in _conditions(rules, exam):
        if holds is False:
            return NOT_MET
        known = known and holds is not None
    return MET if known else CANNOT_TELL


def _conditions(rules: RuleSet, exam: ExamRecord) -> Iterator[bool | None]:
    """Say of each condition whether it holds; None where a value is missing."""
    yield rules.age_least <= exam.age_at_exam <= rules.age_most
    yield _smokes(rules, exam)
    packs = exam.number_of_packs_year_smoking
    yield None if packs is None else packs >= rules.pack_years_least
    if rules.asymptomatic:
        yield _is(exam.signs_or_symptoms_of_lung_cancer, "N")
    if rules.order:
        yield None if exam.ordering_practitioner_npi is None else True
    if rules.shared_decision == "always" or (
        rules.shared_decision == "baseline" and exam.indication_of_exam != "2"
    ):
        yield _is(exam.doc_of_shared_dec_making, "Y")


def _smokes(rules: RuleSet, exam: ExamRecord) -> bool | None:
    match exam.smoking_status:
        case "1":
            return True
        case "2":
            years = exam.number_of_years_since_quit
            return None if years is None else years <= rules.quit_years_most
        case "3":
            return False
        case _:
            return None


def _is(value: str | None, wanted: str) -> bool | None:
    return None if value is None or value == "U" else value == wanted
