"""A look that clears an exam of all rules which name it (`unless`): all is as it mostly is. Pure."""

from itertools import pairwise

from acr_registries.grid.exams import (
    SECONDS_PER_HOUR,
    SECONDS_PER_MINUTE,
    ExamRecord,
    seconds_between,
)
from acr_registries.grid.participation import grid_program
from acr_registries.grid.procedures import hinted_modalities
from acr_registries.npi import is_npi
from acr_registries.registry import Receipt


def ordinary_exam(form: ExamRecord, receipt: Receipt) -> bool:
    """Tell whether an exam's times, code, modality and signer fit; ultrasound is looked at closer."""
    hinted, modality = hinted_modalities(form.cptcode), form.modality
    return (
        form.examcompletiondatetime.year == grid_program(receipt.contents).reportingyear
        and form.finalreportdatetime.date() <= receipt.received_at.date()
        and (not hinted or modality in hinted)
        and modality != "ultrasound"
        and not form.breastultrasound
        and is_npi(form.physiciannpi)
        and len(form.measures) < 2
        and _ordinary_turnaround(form, receipt)
        and _in_order(form)
    )


def _ordinary_turnaround(form: ExamRecord, receipt: Receipt) -> bool:
    seconds = seconds_between(form.examcompletiondatetime, form.finalreportdatetime)
    figures = receipt.thresholds
    return (
        seconds is not None
        and seconds >= 0
        and figures["short_turnaround_minutes"] * SECONDS_PER_MINUTE
        <= seconds
        <= figures["impossible_turnaround_hours"] * SECONDS_PER_HOUR
        and seconds / SECONDS_PER_HOUR <= figures["long_turnaround_hours"]
    )


def _in_order(form: ExamRecord) -> bool:
    order, start = form.orderdatetime, form.examstartdatetime
    preliminary = form.preliminaryreportdatetime
    if order is start is preliminary is None:
        return True
    times = (order, start, form.examcompletiondatetime, preliminary, form.finalreportdatetime)
    told = [each for each in times if each is not None]
    return all(
        (first.tzinfo is None) is (second.tzinfo is None) and first <= second
        for first, second in pairwise(told)
    )
