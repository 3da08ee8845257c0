"""Whether an exam is complete, and whether it has what Medicare asks for. Pure; it rejects nothing."""

import functools
import operator
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from acr_domain.findings import Severity
from acr_registries.elements import Need
from acr_registries.examination import broken_rules
from acr_registries.forms import Form
from acr_registries.lcsr.exam_record import ExamRecord
from acr_registries.lcsr.follow_up_record import FollowUpRecord
from acr_registries.lcsr.patients import patient_key
from acr_registries.lcsr.rules_conditional import CONDITIONAL_RULES
from acr_registries.lcsr.rules_follow_up import FOLLOW_UP_RULES
from acr_registries.lcsr.rules_identity import IDENTITY_RULES
from acr_registries.lcsr.rules_smoking import CURRENT, FORMER, SMOKED, SMOKING_RULES
from acr_registries.registry import Receipt
from acr_registries.shapes import Outlines

CMS_TAG = "cms"

# Without the looks that clear a form of them: those compare with thresholds and times.
_RULES = tuple(
    replace(rule, unless=None)
    for rule in (*IDENTITY_RULES, *SMOKING_RULES, *CONDITIONAL_RULES, *FOLLOW_UP_RULES)
    if rule.severity is Severity.INCOMPLETE
)


def is_complete(exam: ExamRecord, receipt: Receipt) -> bool:
    """Tell whether the exam and its follow-ups have all that a complete record needs."""
    return _has_all(exam, receipt) and all(_has_all(each, receipt) for each in exam.follow_ups)


def _has_all(form: ExamRecord | FollowUpRecord, receipt: Receipt) -> bool:
    # By its shape, as examinations do: of two dozen rules hardly one has anything to look at.
    outline, values = _outlines(type(form)).of(form), form.__dict__
    if any(values[each.attribute] in (None, ()) for each in outline.needed):
        return False
    return not broken_rules(outline, form, receipt)


@functools.cache
def _outlines(model: type[Form]) -> Outlines:
    """Give the outlines of a form by the rules that say what is missing of it, and no others."""
    declared = model.binding.declared
    return Outlines(model, [rule for rule in _RULES if issubclass(declared, rule.form)], ())


def is_cms_ready(exam: ExamRecord) -> bool:
    """Tell whether the exam has every element of the CMS list of 2015, complete or not."""
    if patient_key(exam) is None or None in _cms_elements(type(exam))(exam):
        return False
    smoking = exam.smoking_status
    if smoking in SMOKED and exam.number_of_packs_year_smoking is None:
        return False
    if smoking == FORMER and exam.number_of_years_since_quit is None:
        return False
    return smoking != CURRENT or exam.did_physician_provide_guidance is not None


@functools.cache
def _cms_elements(model: type[ExamRecord]) -> Callable[[Any], tuple[Any, ...]]:
    """Get the elements that Medicare asks for of every exam."""
    return operator.attrgetter(
        *(
            element.attribute
            for element in model.binding.by_name.values()
            if CMS_TAG in element.tags and element.need is not Need.CONDITIONAL
        )
    )
