"""Rules about single exams: their times, their code, and what the header says of them."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from acr_domain.findings import Severity
from acr_registries.grid.exams import (
    SECONDS_PER_HOUR,
    SECONDS_PER_MINUTE,
    ExamRecord,
    seconds_between,
)
from acr_registries.grid.model import ExamPayload
from acr_registries.grid.ordinary_exams import ordinary_exam
from acr_registries.grid.participation import grid_program
from acr_registries.grid.procedures import hinted_modalities, listed_as, listed_modalities
from acr_registries.header_rules import FUTURE_MAX
from acr_registries.npi import is_npi
from acr_registries.registry import NOWHERE, Knowing, Places, Receipt, Rule

FINAL = ("finalreportdatetime",)
TIMES = (
    "orderdatetime",
    "examstartdatetime",
    "preliminaryreportdatetime",
    "finalreportdatetime",
)
# A local time and the time in UTC that is held may lie in two years, this far around new year.
ZONES_MOST = timedelta(hours=14)


class Turnaround(NamedTuple):
    """How long a report took, and the figures that it is compared with."""

    seconds: float
    figures: Mapping[str, float]


def _turnaround(form: ExamRecord, receipt: Receipt) -> Turnaround | None:
    """Give the turnaround; None where only one of its times has a zone."""
    seconds = seconds_between(form.examcompletiondatetime, form.finalreportdatetime)
    return None if seconds is None else Turnaround(seconds, receipt.thresholds)


def _signed_too_early(_: ExamRecord, turnaround: Turnaround) -> Places:
    return FINAL if turnaround.seconds < 0 else NOWHERE


def _long_turnaround(_: ExamRecord, turnaround: Turnaround) -> Places:
    hours, figures = turnaround.seconds / SECONDS_PER_HOUR, turnaround.figures
    if figures["long_turnaround_hours"] < hours <= figures["impossible_turnaround_hours"]:
        return FINAL
    return NOWHERE


def _impossible_turnaround(_: ExamRecord, turnaround: Turnaround) -> Places:
    most = turnaround.figures["impossible_turnaround_hours"] * SECONDS_PER_HOUR
    return FINAL if turnaround.seconds > most else NOWHERE


def _short_turnaround(_: ExamRecord, turnaround: Turnaround) -> Places:
    least = turnaround.figures["short_turnaround_minutes"] * SECONDS_PER_MINUTE
    return FINAL if 0 <= turnaround.seconds < least else NOWHERE


def _mixed_zones(form: ExamRecord, _: Receipt) -> Places:
    local = form.examcompletiondatetime.tzinfo is None
    if (form.finalreportdatetime.tzinfo is None) is local and (
        form.orderdatetime is form.examstartdatetime is form.preliminaryreportdatetime is None
    ):
        return NOWHERE
    return tuple(
        name
        for name in TIMES
        if (time := getattr(form, name)) is not None and (time.tzinfo is None) is not local
    )


def _before(earlier: datetime | None, later: datetime | None) -> bool:
    """Tell whether the later time lies before the earlier one."""
    if earlier is None or later is None:
        return False
    seconds = seconds_between(earlier, later)
    return seconds is not None and seconds < 0


def _times_out_of_order(form: ExamRecord, _: Receipt) -> Places:
    order, start = form.orderdatetime, form.examstartdatetime
    preliminary = form.preliminaryreportdatetime
    if order is start is preliminary is None:
        return NOWHERE
    completion = form.examcompletiondatetime
    places: list[str] = []
    if _before(order, start) or _before(order, completion):
        places.append("orderdatetime")
    if _before(start, completion):
        places.append("examstartdatetime")
    if _before(completion, preliminary) or _before(preliminary, form.finalreportdatetime):
        places.append("preliminaryreportdatetime")
    return tuple(places)


def _signed_in_future(form: ExamRecord, receipt: Receipt) -> Places:
    latest, signed = receipt.received_at + FUTURE_MAX, form.finalreportdatetime
    late = (signed if signed.tzinfo else signed.replace(tzinfo=UTC)) > latest
    return FINAL if late else NOWHERE


def _code_of_other_modality(form: ExamRecord, _: Receipt) -> Places:
    hinted = hinted_modalities(form.cptcode)
    if not hinted or form.modality in hinted or form.modality not in listed_modalities():
        return NOWHERE
    return ("cptcode",)


def _breast_code(form: ExamRecord, _: Receipt) -> Places:
    if form.modality != "ultrasound" or form.breastultrasound is None:
        return NOWHERE
    groups = listed_as(form.cptcode)
    if not groups or ("breast_ultrasound" in groups) is form.breastultrasound:
        return NOWHERE
    return ("breastultrasound",)


def _breast_untold(form: ExamRecord, _: Receipt) -> Places:
    untold = form.modality == "ultrasound" and form.breastultrasound is None
    return ("breastultrasound",) if untold else NOWHERE


def _breast_without_ultrasound(form: ExamRecord, _: Receipt) -> Places:
    wrong = form.breastultrasound is True and form.modality != "ultrasound"
    return ("breastultrasound",) if wrong else NOWHERE


def _signer(form: ExamRecord, _: Receipt) -> Places:
    return NOWHERE if is_npi(form.physiciannpi) else ("physiciannpi",)


def _other_facility(form: ExamRecord, receipt: Receipt) -> Places:
    if not form.facilityid or form.facilityid == grid_program(receipt.contents).facilityid:
        return NOWHERE
    return ("facilityid",)


def _other_year(form: ExamRecord, receipt: Receipt) -> Places:
    year, time = grid_program(receipt.contents).reportingyear, form.examcompletiondatetime
    if time.year == year:
        return NOWHERE
    try:
        near = time.tzinfo and year in ((time - ZONES_MOST).year, (time + ZONES_MOST).year)
    except OverflowError:  # The first or the last day of the calendar.
        near = False
    return NOWHERE if near else ("examcompletiondatetime",)


def _exam_twice(form: ExamPayload, receipt: Receipt) -> Places:
    header = grid_program(receipt.contents).facilityid
    keys = [(each.facilityid or header, each.examuniqueid) for each in form.records]
    if len(set(keys)) == len(keys):
        return NOWHERE
    last = {key: place for place, key in enumerate(keys)}
    return tuple(
        ("records", place, "examuniqueid") for place, key in enumerate(keys) if last[key] != place
    )


def _rule(
    number: int,
    severity: Severity,
    source: str,
    message: str,
    check: Callable[[ExamRecord, Receipt], Places],
    unless: Callable[[ExamRecord, Receipt], bool] | None = ordinary_exam,
) -> Rule[ExamRecord]:
    told = f"GRID reference, {source}"
    return Rule(f"GRID-{number}", severity, told, ExamRecord, message, check, unless=unless)


GRID_EXAM_RULES = (
    _rule(
        401,
        Severity.ERROR,
        "G21",
        "The report was signed before the exam was completed. Correct one of the times.",
        Knowing(_turnaround, _signed_too_early),
    ),
    _rule(
        402,
        Severity.WARNING,
        "G22",
        "The turnaround is longer than {long_turnaround_hours} hours. Check both times.",
        Knowing(_turnaround, _long_turnaround),
    ),
    _rule(
        403,
        Severity.ERROR,
        "G22",
        "The turnaround is longer than {impossible_turnaround_hours} hours: a date is mistyped. "
        "Correct it.",
        Knowing(_turnaround, _impossible_turnaround),
    ),
    _rule(
        404,
        Severity.WARNING,
        "G23",
        "The turnaround is shorter than {short_turnaround_minutes} minute. Check whether the times "
        "are in order and whether reports are signed by themselves.",
        Knowing(_turnaround, _short_turnaround),
    ),
    _rule(
        405,
        Severity.ERROR,
        "G24",
        "One time of the exam carries a zone and another does not. Send all with a zone, or all "
        "local to the facility.",
        _mixed_zones,
    ),
    _rule(
        406,
        Severity.WARNING,
        "G27",
        "The code is one of another modality. Check code and modality.",
        _code_of_other_modality,
    ),
    _rule(
        407,
        Severity.WARNING,
        "3.7",
        "The time is out of order: order, start, completion, preliminary and final report follow "
        "each other. Check it.",
        _times_out_of_order,
    ),
    _rule(
        408,
        Severity.WARNING,
        "3.7",
        "Not a National Provider Identifier: ten digits with a check digit. Check it.",
        _signer,
    ),
    _rule(
        409,
        Severity.INCOMPLETE,
        "3.7",
        "Ultrasound needs to tell whether it is of the breast: send true or false.",
        _breast_untold,
    ),
    _rule(
        410,
        Severity.WARNING,
        "G26",
        "Breast ultrasound is told of an exam that is no ultrasound. Check the modality.",
        _breast_without_ultrasound,
    ),
    _rule(
        411,
        Severity.WARNING,
        "G25, G27",
        "What is told of breast ultrasound disagrees with the code. Check code and element.",
        _breast_code,
    ),
    _rule(
        412,
        Severity.WARNING,
        "3.7",
        "The report was signed more than a day after receipt. Check the date.",
        _signed_in_future,
    ),
    _rule(
        413,
        Severity.WARNING,
        "2.3 and 3.7",
        "The exam is of another facility than the header says. It is counted for the exam's own; "
        "check that this is meant.",
        _other_facility,
        unless=None,
    ),
    _rule(
        414,
        Severity.WARNING,
        "3.1",
        "The exam was completed in another year than the header's. Check both.",
        _other_year,
    ),
    Rule(
        "GRID-415",
        Severity.WARNING,
        "GRID reference, G28",
        ExamPayload,
        "A later record of the batch is the same exam, and is the one that counts. Send it once.",
        _exam_twice,
    ),
)
