"""What height, weight and dose of an exam give together. Pure, and it judges nothing."""

from collections.abc import Mapping
from typing import NamedTuple

from acr_registries.lcsr.exam_record import ExamRecord
from acr_registries.lcsr.time_spans import whole_years
from acr_registries.registry import Receipt

METRES_IN_INCH = 0.0254
KILOGRAMS_IN_POUND = 0.45359237


class AtExam(NamedTuple):
    """The patient's age on the day of the exam, in whole years, and the figures to compare it with."""

    age: int
    figures: Mapping[str, float]


def at_exam(exam: ExamRecord, receipt: Receipt) -> AtExam:
    """Give the age to the rules that compare it."""
    return AtExam(whole_years(exam.patient_date_of_birth, exam.exam_date), receipt.thresholds)


def body_mass_index(exam: ExamRecord) -> float | None:
    """Give the body mass index in kg/m²; None where height or weight is missing."""
    if exam.patient_height is None or exam.patient_weight is None:
        return None
    metres = exam.patient_height * METRES_IN_INCH
    return exam.patient_weight * KILOGRAMS_IN_POUND / (metres * metres)


def scan_length(exam: ExamRecord) -> float | None:
    """Give the scan length in cm, DLP divided by CTDIvol; None where one is missing."""
    if exam.dlp is None or exam.ctdivol is None:
        return None
    return exam.dlp / exam.ctdivol
