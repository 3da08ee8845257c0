"""Rules U, P5 and D5, as far as one payload shows them; across payloads they are views. Pure."""

from collections.abc import Hashable, Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from acr_domain.findings import Severity
from acr_registries.lcsr.follow_up_record import FollowUpRecord
from acr_registries.lcsr.model import Exam, LcsrPayload
from acr_registries.lcsr.patients import patient_key
from acr_registries.lcsr.rules_transmission import one_exam_alone
from acr_registries.lcsr.time_spans import whole_months
from acr_registries.registry import NOWHERE, Knowing, Place, Places, Receipt, Rule

BASELINE = "1"

Patients: TypeAlias = dict[tuple[str, str], list[tuple[int, Exam]]]


class Repeated(NamedTuple):
    """The patients of more than one exam, and the figures to compare them with."""

    patients: Patients
    figures: Mapping[str, float]


def _by_patient(payload: LcsrPayload, receipt: Receipt) -> Repeated | None:
    """Give the places and exams of each patient of more than one exam, the earliest first."""
    if len(payload.exams) < 2:
        return None
    patients: Patients = {}
    for index, exam in enumerate(payload.exams):
        if key := patient_key(exam):
            patients.setdefault((exam.facility_id, key), []).append((index, exam))
    repeated = {key: exams for key, exams in patients.items() if len(exams) > 1}
    for exams in repeated.values():
        exams.sort(key=lambda each: each[1].exam_date)
    return Repeated(repeated, receipt.thresholds)


def _repeated(keys: Iterable[tuple[Place, Hashable]]) -> Places:
    """Give the places whose key has been there before."""
    seen: set[Hashable] = set()
    places: list[Place] = []
    for place, key in keys:
        if key in seen:
            places.append(place)
        seen.add(key)
    return tuple(places)


def _same_day(_: LcsrPayload, repeated: Repeated) -> Places:
    return tuple(
        ("exams", index, "exam_date")
        for exams in repeated.patients.values()
        for (_first, earlier), (index, exam) in pairwise(exams)
        if earlier.exam_date == exam.exam_date and earlier.exam_unique_id != exam.exam_unique_id
    )


def _same_exam(payload: LcsrPayload, _: Receipt) -> Places:
    if len(payload.exams) < 2:
        return NOWHERE
    return _repeated(
        (("exams", index, "exam_unique_id"), (exam.facility_id, exam.exam_unique_id))
        for index, exam in enumerate(payload.exams)
    )


def _same_follow_up(payload: LcsrPayload, _: Receipt) -> Places:
    header = payload.transaction_header
    keys: list[tuple[Place, Hashable]] = []
    if len(payload.exams) == 1 and len(payload.exams[0].follow_ups) < 2 and not payload.follow_ups:
        return NOWHERE
    for index, exam in enumerate(payload.exams):
        for number, nested in enumerate(exam.follow_ups):
            place = ("exams", index, "follow_ups", number, "date_of_follow_up")
            keys.append((place, _follow_up_key(nested, exam.facility_id, exam.exam_unique_id)))
    for index, loose in enumerate(payload.follow_ups):
        facility = loose.facility_id or (header.facility_id if header else None)
        key = _follow_up_key(loose, facility, loose.exam_unique_id)
        keys.append((("follow_ups", index, "date_of_follow_up"), key))
    return _repeated(keys) if len(keys) > 1 else NOWHERE


def _follow_up_key(follow_up: FollowUpRecord, facility: str | None, exam_id: str) -> Hashable:
    own = follow_up.follow_up_unique_id
    if own is not None:
        return facility, own
    return facility, exam_id, follow_up.date_of_follow_up, follow_up.follow_up_diagnostic


def _screens_too_close(_: LcsrPayload, repeated: Repeated) -> Places:
    least = repeated.figures["screen_months_least"]
    return tuple(
        ("exams", index, "exam_date")
        for exams in repeated.patients.values()
        for (_first, earlier), (index, exam) in pairwise(exams)
        if earlier.exam_date < exam.exam_date
        and whole_months(earlier.exam_date, exam.exam_date) < least
    )


def _baseline_again(_: LcsrPayload, repeated: Repeated) -> Places:
    return _repeated(
        (("exams", index, "indication_of_exam"), key)
        for key, exams in repeated.patients.items()
        for index, exam in exams
        if exam.indication_of_exam == BASELINE
    )


def _clashing_patient(_: LcsrPayload, repeated: Repeated) -> Places:
    places: list[Place] = []
    for exams in repeated.patients.values():
        for (_first, earlier), (index, exam) in pairwise(exams):
            if earlier.patient_date_of_birth != exam.patient_date_of_birth:
                places.append(("exams", index, "patient_date_of_birth"))
            elif None not in (sexes := {earlier.patient_sex, exam.patient_sex}) and len(sexes) > 1:
                places.append(("exams", index, "patient_sex"))
    return tuple(places)


def _later_parent(_: LcsrPayload, repeated: Repeated) -> Places:
    return tuple(
        ("exams", index, "follow_ups", number, "date_of_follow_up")
        for exams in repeated.patients.values()
        for (index, exam), (_second, following) in pairwise(exams)
        if exam.exam_date < following.exam_date
        for number, follow_up in enumerate(exam.follow_ups)
        if following.exam_date <= follow_up.date_of_follow_up
    )


DUPLICATE_RULES = (
    Rule(
        "LCSR-201",
        Severity.ERROR,
        "LCSR reference, U1 (S); key assumed",
        LcsrPayload,
        "The payload has another exam of this patient on the same day. Keep one, or correct the day.",
        Knowing(_by_patient, _same_day),
        unless=one_exam_alone,
    ),
    Rule(
        "LCSR-202",
        Severity.ERROR,
        "LCSR reference, U2; assumed",
        LcsrPayload,
        "The payload has this exam twice. Keep one.",
        _same_exam,
        unless=one_exam_alone,
    ),
    Rule(
        "LCSR-203",
        Severity.ERROR,
        "LCSR reference, U4; assumed",
        LcsrPayload,
        "The payload has this follow-up twice. Keep one, or give each a Follow_Up_Unique_ID.",
        _same_follow_up,
        unless=one_exam_alone,
    ),
    Rule(
        "LCSR-204",
        Severity.WARNING,
        "LCSR reference, U6 (S); window assumed",
        LcsrPayload,
        "The exam lies less than {screen_months_least} months after another one of the patient. Send "
        "it as a follow-up of that exam, if it is one.",
        Knowing(_by_patient, _screens_too_close),
        unless=one_exam_alone,
    ),
    Rule(
        "LCSR-205",
        Severity.WARNING,
        "LCSR reference, U7 (S)",
        LcsrPayload,
        "The patient has an earlier baseline exam. Send 2 (annual) for later exams.",
        Knowing(_by_patient, _baseline_again),
        unless=one_exam_alone,
    ),
    Rule(
        "LCSR-206",
        Severity.WARNING,
        "LCSR reference, P5 (S)",
        LcsrPayload,
        "Another exam with the same patient identifier has another birth date or sex. Correct it, or "
        "the identifier.",
        Knowing(_by_patient, _clashing_patient),
        unless=one_exam_alone,
    ),
    Rule(
        "LCSR-308",
        Severity.WARNING,
        "LCSR reference, D5 (S)",
        LcsrPayload,
        "The patient had a later screening exam on or before the day of the follow-up. Send it with "
        "that exam.",
        Knowing(_by_patient, _later_parent),
        unless=one_exam_alone,
    ),
)
