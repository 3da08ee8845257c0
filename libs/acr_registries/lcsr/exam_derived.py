"""What the registry computes of an exam: the columns that are never sent."""

from acr_registries.forms import Derived
from acr_registries.lcsr.completeness import is_cms_ready, is_complete
from acr_registries.lcsr.eligibility import eligibility, rule_set_of
from acr_registries.lcsr.exam_figures import body_mass_index, scan_length
from acr_registries.lcsr.exam_record import ExamRecord
from acr_registries.lcsr.lung_rads import Category, read_categories
from acr_registries.lcsr.patients import patient_key
from acr_registries.registry import Contents, Receipt


def _category(exam: ExamRecord) -> Category | None:
    return read_categories().get(exam.ct_exam_result_lung_rads or "")


def _positive_screen(exam: ExamRecord, _: Contents) -> bool | None:
    category = _category(exam)
    return category.positive if category else None


def _next_step(exam: ExamRecord, _: Contents) -> str | None:
    category = _category(exam)
    return category.next_step if category else None


def _next_step_months(exam: ExamRecord, _: Contents) -> int | None:
    category = _category(exam)
    return category.months if category else None


def _malignancy_risk(exam: ExamRecord, _: Contents) -> str | None:
    category = _category(exam)
    return category.risk or None if category else None


def _rule_set(body: str, exam: ExamRecord) -> str | None:
    rules = rule_set_of(body, exam.exam_date)
    return rules.name if rules else None


def _complete(exam: ExamRecord, contents: Contents) -> bool:
    # No rule about what is missing looks at the time of receipt or at thresholds.
    return is_complete(exam, Receipt(contents.header.modificationdate, contents, {}))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


EXAM_DERIVED = (
    Derived(
        "patient_key",
        str,
        "Key of the patient within the facility: Social Security number, else Medicare number, "
        "else Other_ID, each behind its kind.",
        "LCSR reference, P4; order assumed",
        lambda exam, _: patient_key(exam),
    ),
    Derived(
        "age_at_exam",
        int,
        "Age of the patient on the day of the exam, in whole years.",
        "LCSR reference, 4.6",
        lambda exam, _: exam.age_at_exam,
        "years",
    ),
    Derived(
        "body_mass_index",
        float,
        "Body mass index, of height and weight.",
        "LCSR reference, K9; assumed",
        lambda exam, _: _rounded(body_mass_index(exam)),
        "kg/m²",
    ),
    Derived(
        "scan_length",
        float,
        "Scan length: DLP divided by CTDIvol.",
        "LCSR reference, K7; assumed",
        lambda exam, _: _rounded(scan_length(exam)),
        "cm",
    ),
    Derived(
        "uspstf_eligibility",
        str,
        "Whether the exam meets the USPSTF rules of its day: met, not met or cannot tell.",
        "LCSR reference, 4.6",
        lambda exam, _: eligibility("uspstf", exam),
    ),
    Derived(
        "uspstf_rule_set",
        str,
        "USPSTF rules that were in force on the day of the exam.",
        "LCSR reference, 4.6",
        lambda exam, _: _rule_set("uspstf", exam),
    ),
    Derived(
        "cms_eligibility",
        str,
        "Whether the exam meets the Medicare rules of its day: met, not met or cannot tell.",
        "LCSR reference, 4.6 (C)",
        lambda exam, _: eligibility("cms", exam),
    ),
    Derived(
        "cms_rule_set",
        str,
        "Medicare rules that were in force on the day of the exam.",
        "LCSR reference, 4.6 (C)",
        lambda exam, _: _rule_set("cms", exam),
    ),
    Derived(
        "positive_screen",
        bool,
        "Whether the screen is positive: Lung-RADS 3, 4A, 4B or 4X.",
        "LCSR reference, 3.6",
        _positive_screen,
    ),
    Derived(
        "next_step",
        str,
        "Usual next step for the Lung-RADS category.",
        "LCSR reference, 3.6",
        _next_step,
    ),
    Derived(
        "next_step_months",
        int,
        "Months within which the usual next step is due.",
        "LCSR reference, 3.6 and 5.2; 4B and 4X assumed",
        _next_step_months,
        "months",
    ),
    Derived(
        "malignancy_risk",
        str,
        "Expected risk of malignancy for the Lung-RADS category, in percent.",
        "LCSR reference, 3.6",
        _malignancy_risk,
    ),
    Derived(
        "complete",
        bool,
        "Whether the exam and its follow-ups have all that a complete record needs.",
        "LCSR reference, 2.2 (M)",
        _complete,
    ),
    Derived(
        "cms_ready",
        bool,
        "Whether the exam has every element of the Medicare list of 2015; such exams go to CMS.",
        "LCSR reference, 1 and 3 (C, S)",
        lambda exam, _: is_cms_ready(exam),
    ),
)
