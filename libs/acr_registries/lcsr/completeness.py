"""Whether an exam is complete, and whether it has what Medicare asks for. Pure; it rejects nothing."""

import functools
import operator
from collections.abc import Callable
from typing import Any

from acr_domain.findings import Severity
from acr_registries.elements import Need
from acr_registries.lcsr.exam_record import ExamRecord
from acr_registries.lcsr.follow_up_record import FollowUpRecord
from acr_registries.lcsr.patients import patient_key
from acr_registries.lcsr.rules_conditional import CONDITIONAL_RULES
from acr_registries.lcsr.rules_follow_up import FOLLOW_UP_RULES
from acr_registries.lcsr.rules_identity import IDENTITY_RULES
from acr_registries.lcsr.rules_smoking import CURRENT, FORMER, SMOKED, SMOKING_RULES
from acr_registries.registry import Receipt

CMS_TAG = "cms"

_INCOMPLETE = tuple(
    rule.check
    for rule in (*IDENTITY_RULES, *SMOKING_RULES, *CONDITIONAL_RULES)
    if rule.severity is Severity.INCOMPLETE
)
_FOLLOW_UP_INCOMPLETE = tuple(
    rule.check for rule in FOLLOW_UP_RULES if rule.severity is Severity.INCOMPLETE
)


def is_complete(exam: ExamRecord, receipt: Receipt) -> bool:
    """Tell whether the exam and its follow-ups have all that a complete record needs."""
    if _lacks(exam) or any(check(exam, receipt) for check in _INCOMPLETE):
        return False
    return all(_is_complete_follow_up(each, receipt) for each in exam.follow_ups)


def _is_complete_follow_up(follow_up: FollowUpRecord, receipt: Receipt) -> bool:
    if _lacks(follow_up):
        return False
    return not any(check(follow_up, receipt) for check in _FOLLOW_UP_INCOMPLETE)


def _lacks(form: ExamRecord | FollowUpRecord) -> bool:
    binding, values = form.binding, form.__dict__
    return None in binding.needed(values) or () in binding.needed_lists(values)


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
