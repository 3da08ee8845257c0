"""The exam record of GRID: one interpreted exam with its times. What it means is in the dictionary.

Source: GRID reference, 3.7 and the rules G21, G24 to G26.
"""

from datetime import date, datetime
from typing import ClassVar

from acr_registries.forms import Derived, Form
from acr_registries.grid.procedures import listed_as
from acr_registries.registry import Contents
from acr_registries.values import ClockTime

SECONDS_PER_HOUR = 3600
SECONDS_PER_MINUTE = 60

# The exam-level turnaround measures of 5.2.
TURNAROUND_MEASURES = {
    "radiography": "ACRAD15",
    "ultrasound": "ACRAD16",
    "mri": "ACRAD17",
    "ct": "ACRAD18",
    "pet": "ACRAD19",
    "mammography": "ACRAD25",
}
# By hours from completion: the buckets of the monthly form (3.5).
BUCKETS = ((12, "lt12h"), (24, "12to24h"), (48, "24to48h"))


def seconds_between(earlier: datetime, later: datetime) -> float | None:
    """Give the seconds from one time to another; None where only one of them has a zone.

    Two local times are compared as the facility's clock showed them.
    """
    if (earlier.tzinfo is None) is not (later.tzinfo is None):
        return None
    return (later - earlier).total_seconds()


def turnaround_hours(form: "ExamRecord", _: Contents) -> float | None:
    """Give the hours from completion to the final signature."""
    seconds = seconds_between(form.examcompletiondatetime, form.finalreportdatetime)
    return None if seconds is None else seconds / SECONDS_PER_HOUR


def turnaround_bucket(form: "ExamRecord", contents: Contents) -> str | None:
    """Name the bucket of the monthly form that the exam would be counted in."""
    hours = turnaround_hours(form, contents)
    if hours is None:
        return None
    return next((name for most, name in BUCKETS if hours < most), "gt48h")


def order_to_exam_minutes(form: "ExamRecord", _: Contents) -> float | None:
    """Give the minutes from the order to the start of the exam."""
    if form.orderdatetime is None or form.examstartdatetime is None:
        return None
    seconds = seconds_between(form.orderdatetime, form.examstartdatetime)
    return None if seconds is None else seconds / SECONDS_PER_MINUTE


def turnaround_measure(form: "ExamRecord", _: Contents) -> str | None:
    """Name the turnaround measure that counts the exam (G25, G26)."""
    if form.modality == "ultrasound" and (
        form.breastultrasound or "breast_ultrasound" in listed_as(form.cptcode)
    ):
        return None
    if form.modality == "radiography" and "mammography" in listed_as(form.cptcode):
        return None
    return TURNAROUND_MEASURES.get(form.modality)


def exam_facility(form: "ExamRecord", contents: Contents) -> str:
    """Give the exam's facility: the header's where the record names none."""
    return form.facilityid or str(getattr(contents.program, "facilityid", ""))


class ExamMeasure(Form):
    """What became of one measure at one exam."""

    table: ClassVar[str] = "exam_measures"
    row_key: ClassVar[str] = "entry"

    measureid: str
    response: str
    reasoncode: str | None = None


class ExamRecord(Form):
    """One interpreted exam."""

    table: ClassVar[str] = "exams"
    row_key: ClassVar[str] = "record"
    derived: ClassVar[tuple[Derived, ...]] = (
        Derived(
            "tat_hours",
            float,
            "Report turnaround: from completion to the first final signature.",
            "GRID reference, G21",
            turnaround_hours,
            unit="hours",
        ),
        Derived(
            "tat_bucket",
            str,
            "Bucket of the monthly form for this turnaround: lt12h, 12to24h, 24to48h or gt48h.",
            "GRID reference, 3.5",
            turnaround_bucket,
        ),
        Derived(
            "order_to_exam_minutes",
            float,
            "From the order to the start of the exam.",
            "GRID reference, 5.1",
            order_to_exam_minutes,
            unit="minutes",
        ),
        Derived(
            "tat_measure",
            str,
            "Turnaround measure that counts the exam; none for breast ultrasound and for "
            "modalities without one.",
            "GRID reference, 5.2, G25, G26",
            turnaround_measure,
        ),
        Derived(
            "exam_facilityid",
            str,
            "Facility of the exam: that of the header where the record names none.",
            "GRID reference, 3.7",
            exam_facility,
        ),
    )

    facilityid: str | None = None
    examuniqueid: str
    physiciannpi: str
    physiciangrouptin: str | None = None
    cptcode: str
    modality: str
    breastultrasound: bool | None = None
    placeofservice: str
    multiplereaders: bool
    orderdatetime: ClockTime | None = None
    examstartdatetime: ClockTime | None = None
    examcompletiondatetime: ClockTime
    preliminaryreportdatetime: ClockTime | None = None
    finalreportdatetime: ClockTime
    patientagegroup: int | None = None
    patientage: int | None = None
    patientsex: str | None = None
    payertype: str | None = None
    icd10codes: tuple[str, ...] = ()
    measures: tuple[ExamMeasure, ...] = ()

    def dated(self) -> date:
        """Tell the day of completion."""
        return self.examcompletiondatetime.date()
