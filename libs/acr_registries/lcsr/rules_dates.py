"""Rules D: days in their order, and how far apart they may lie. Pure."""

from datetime import date

from acr_domain.findings import Severity
from acr_registries.lcsr.exam_figures import AtExam, at_exam
from acr_registries.lcsr.exam_record import ExamRecord
from acr_registries.lcsr.follow_up_record import FollowUpRecord
from acr_registries.lcsr.ordinary import followed_in_order, in_ordinary_time, ordinary_follow_up
from acr_registries.lcsr.time_spans import ZONE_AHEAD_MOST, whole_months
from acr_registries.registry import NOWHERE, Knowing, Place, Places, Receipt, Rule
from acr_registries.triggers import given

MONTHS_IN_YEAR = 12
_DAYS = ("exam_date", "patient_date_of_birth", "date_of_death", "exam_registration_date")


def _latest_day(receipt: Receipt) -> date:
    return (receipt.received_at + ZONE_AHEAD_MOST).date()


def _exam_in_future(exam: ExamRecord, receipt: Receipt) -> Places:
    today = receipt.received_at.date()
    if (
        exam.exam_date <= today
        and exam.patient_date_of_birth <= today
        and exam.date_of_death is None
        and exam.exam_registration_date is None
    ):
        return NOWHERE
    latest = _latest_day(receipt)
    return tuple(name for name in _DAYS if (day := getattr(exam, name)) and day > latest)


def _follow_up_in_future(follow_up: FollowUpRecord, receipt: Receipt) -> Places:
    day = follow_up.date_of_follow_up
    if day <= receipt.received_at.date() or day <= _latest_day(receipt):
        return NOWHERE
    return ("date_of_follow_up",)


def _exam_before_birth(exam: ExamRecord, _: Receipt) -> Places:
    if exam.patient_date_of_birth < exam.exam_date:
        return NOWHERE
    return ("patient_date_of_birth",)


def _follow_up_before_exam(exam: ExamRecord, _: Receipt) -> Places:
    if not exam.follow_ups:
        return NOWHERE
    places: list[Place] = []
    for index, follow_up in enumerate(exam.follow_ups):
        if follow_up.date_of_follow_up < exam.exam_date:
            places.append(("follow_ups", index, "date_of_follow_up"))
    return tuple(places)


def _died_too_early(exam: ExamRecord, _: Receipt) -> Places:
    died = exam.date_of_death
    if died is None:
        return NOWHERE
    last = max([exam.exam_date, *(each.date_of_follow_up for each in exam.follow_ups)])
    return ("date_of_death",) if died < last else NOWHERE


def _late_follow_up(exam: ExamRecord, receipt: Receipt) -> Places:
    if not exam.follow_ups:
        return NOWHERE
    most = receipt.thresholds["follow_up_months_most"]
    places: list[Place] = []
    for index, follow_up in enumerate(exam.follow_ups):
        day = follow_up.date_of_follow_up
        if _beyond(exam.exam_date, day, most):
            places.append(("follow_ups", index, "date_of_follow_up"))
    return tuple(places)


def _beyond(first: date, last: date, months_most: float) -> bool:
    if last.year == first.year and months_most >= MONTHS_IN_YEAR:
        return False
    months = whole_months(first, last)
    return months > months_most or (months == months_most and last.day != first.day)


def _closed_year(exam: ExamRecord, receipt: Receipt) -> Places:
    closed = exam.exam_date.year <= receipt.thresholds["closed_year_last"]
    return ("exam_date",) if closed else NOWHERE


def _before_registry(exam: ExamRecord, receipt: Receipt) -> Places:
    early = exam.exam_date.year < receipt.thresholds["exam_year_first"]
    return ("exam_date",) if early else NOWHERE


def _age_refused(_: ExamRecord, at_exam: AtExam) -> Places:
    figures = at_exam.figures
    if figures["age_least"] <= at_exam.age <= figures["age_most"]:
        return NOWHERE
    return ("patient_date_of_birth",)


def _age_untypical(_: ExamRecord, at_exam: AtExam) -> Places:
    figures = at_exam.figures
    if figures["age_typical_least"] <= at_exam.age <= figures["age_typical_most"]:
        return NOWHERE
    return ("patient_date_of_birth",)


DATE_RULES = (
    Rule(
        "LCSR-301",
        Severity.ERROR,
        "LCSR reference, D1 and D4 (N); birth and death assumed",
        ExamRecord,
        "The day lies after the receipt of the submission. Correct it.",
        _exam_in_future,
        unless=in_ordinary_time,
    ),
    Rule(
        "LCSR-302",
        Severity.ERROR,
        "LCSR reference, D1 (U)",
        FollowUpRecord,
        "The follow-up lies after the receipt of the submission. Send it once it has taken place.",
        _follow_up_in_future,
        unless=ordinary_follow_up,
    ),
    Rule(
        "LCSR-303",
        Severity.ERROR,
        "LCSR reference, D2; assumed",
        ExamRecord,
        "The patient was not yet born on the day of the exam. Correct one of the days.",
        _exam_before_birth,
        unless=in_ordinary_time,
    ),
    Rule(
        "LCSR-304",
        Severity.ERROR,
        "LCSR reference, D2; assumed",
        ExamRecord,
        "The follow-up lies before its exam. Correct the day, or move it to the exam before.",
        _follow_up_before_exam,
        when=given("follow_ups"),
        unless=followed_in_order,
    ),
    Rule(
        "LCSR-305",
        Severity.ERROR,
        "LCSR reference, D2; assumed",
        ExamRecord,
        "The death lies before the exam or a follow-up of it. Correct one of the days.",
        _died_too_early,
        when=given("date_of_death"),
    ),
    Rule(
        "LCSR-306",
        Severity.WARNING,
        "LCSR reference, D3 (S)",
        ExamRecord,
        "The follow-up lies more than {follow_up_months_most} months after its exam. Send it with the "
        "next annual exam.",
        _late_follow_up,
        when=given("follow_ups"),
        unless=followed_in_order,
    ),
    Rule(
        "LCSR-307",
        Severity.ERROR,
        "LCSR reference, D4 (N); the year assumed",
        ExamRecord,
        "The year of the exam is closed to submission: {closed_year_last} and before. Ask the "
        "registry.",
        _closed_year,
        unless=in_ordinary_time,
    ),
    Rule(
        "LCSR-309",
        Severity.WARNING,
        "LCSR reference, 3.3; range assumed",
        ExamRecord,
        "The exam lies before {exam_year_first}, when the registry began. Check the year.",
        _before_registry,
        unless=in_ordinary_time,
    ),
    Rule(
        "LCSR-310",
        Severity.ERROR,
        "LCSR reference, 3.1; ages assumed",
        ExamRecord,
        "The age at the exam must be from {age_least} to {age_most} years. Correct the day of birth "
        "or of the exam.",
        Knowing(at_exam, _age_refused),
        unless=in_ordinary_time,
    ),
    Rule(
        "LCSR-311",
        Severity.WARNING,
        "LCSR reference, 3.1; ages assumed",
        ExamRecord,
        "Typical ages at the exam are from {age_typical_least} to {age_typical_most} years. Check the "
        "day of birth.",
        Knowing(at_exam, _age_untypical),
        unless=in_ordinary_time,
    ),
)
