"""Rules about turnaround, waits and repeated images of monthly forms: how their figures agree."""

from acr_domain.findings import Severity
from acr_registries.grid.monthly import (
    OrderToExam,
    PhysicianMonth,
    Repeat,
    Turnaround,
    Wait,
    mean_least_hours,
    mean_most_hours,
    share,
)
from acr_registries.npi import is_npi
from acr_registries.registry import NOWHERE, Places, Receipt, Rule

FIGURES = ("meanhours", "count_lt12h", "count_12to24h", "count_24to48h", "count_gt48h")


def _sum_differs(form: Turnaround, _: Receipt) -> Places:
    buckets = form.buckets()
    if buckets is None or form.examscompleted is None or sum(buckets) == form.examscompleted:
        return NOWHERE
    return ("examscompleted",)


def _mean_too_high(form: Turnaround, receipt: Receipt) -> Places:
    most = mean_most_hours(form, receipt.contents)
    if most is None or form.meanhours is None:
        return NOWHERE
    beyond = form.meanhours > most + receipt.thresholds["mean_rounding_hours"]
    return ("meanhours",) if beyond else NOWHERE


def _mean_too_low(form: Turnaround, receipt: Receipt) -> Places:
    least = mean_least_hours(form, receipt.contents)
    if least is None or form.meanhours is None:
        return NOWHERE
    below = form.meanhours < least - receipt.thresholds["mean_rounding_hours"]
    return ("meanhours",) if below else NOWHERE


def _mean_very_long(form: Turnaround, receipt: Receipt) -> Places:
    if form.meanhours is None or not form.count_gt48h:
        return NOWHERE
    return ("meanhours",) if form.meanhours > receipt.thresholds["long_mean_hours"] else NOWHERE


def _mean_of_nothing(form: Turnaround, _: Receipt) -> Places:
    if form.examscompleted != 0:
        return NOWHERE
    return tuple(name for name in ("meanhours", "medianhours") if getattr(form, name) is not None)


def _figures_untold(form: Turnaround, _: Receipt) -> Places:
    if form.examscompleted is None:
        told = any(getattr(form, name) is not None for name in (*FIGURES, "medianhours"))
        return ("examscompleted",) if told else NOWHERE
    if form.examscompleted == 0:
        return NOWHERE
    return tuple(name for name in FIGURES if getattr(form, name) is None)


def _more_repeated_than_acquired(form: Repeat, _: Receipt) -> Places:
    acquired, repeated = form.imagesacquired, form.imagesrepeated
    if acquired is None or repeated is None:
        return NOWHERE
    return ("imagesrepeated",) if repeated > acquired else NOWHERE


def _many_repeated(form: Repeat, receipt: Receipt) -> Places:
    rate = share(form.imagesrepeated, form.imagesacquired)
    if rate is None or rate > 100:
        return NOWHERE
    return ("imagesrepeated",) if rate > receipt.thresholds["repeat_rate_percent"] else NOWHERE


def _none_repeated(form: Repeat, receipt: Receipt) -> Places:
    many = (form.imagesacquired or 0) > receipt.thresholds["images_with_repeats"]
    return ("imagesrepeated",) if many and form.imagesrepeated == 0 else NOWHERE


def _images_untold(form: Repeat, _: Receipt) -> Places:
    names = ("imagesacquired", "imagesrepeated")
    missing = tuple(name for name in names if getattr(form, name) is None)
    return missing if len(missing) == 1 else NOWHERE


def _patients_untold(form: Wait, _: Receipt) -> Places:
    untold = form.meanminutes is not None and form.patientcount is None
    return ("patientcount",) if untold else NOWHERE


def _exams_untold(form: OrderToExam, _: Receipt) -> Places:
    untold = form.meanminutes is not None and form.examcount is None
    return ("examcount",) if untold else NOWHERE


def _physician_identifier(form: PhysicianMonth, _: Receipt) -> Places:
    return NOWHERE if form.npi is None or is_npi(form.npi) else ("npi",)


GRID_MONTHLY_RULES = (
    Rule(
        "GRID-301",
        Severity.ERROR,
        "GRID reference, G09",
        Turnaround,
        "The four counts by turnaround do not add up to the exams completed. Correct one of them.",
        _sum_differs,
    ),
    Rule(
        "GRID-302",
        Severity.ERROR,
        "GRID reference, G10",
        Turnaround,
        "The mean is higher than the counts allow: 12, 24 and 48 hours for each exam of the first "
        "three. Correct mean or counts.",
        _mean_too_high,
    ),
    Rule(
        "GRID-303",
        Severity.ERROR,
        "GRID reference, G11",
        Turnaround,
        "The mean is lower than the counts allow: 0, 12, 24 and 48 hours for each exam of the four. "
        "Correct mean or counts.",
        _mean_too_low,
    ),
    Rule(
        "GRID-304",
        Severity.WARNING,
        "GRID reference, G12",
        Turnaround,
        "The mean is longer than {long_mean_hours} hours. Check it and its unit.",
        _mean_very_long,
    ),
    Rule(
        "GRID-305",
        Severity.ERROR,
        "GRID reference, G13",
        Turnaround,
        "No exam was completed, so that there is no mean. Leave it out.",
        _mean_of_nothing,
    ),
    Rule(
        "GRID-306",
        Severity.INCOMPLETE,
        "GRID reference, 3.5",
        Turnaround,
        "The turnaround of a modality needs the number of exams, their mean and all four counts.",
        _figures_untold,
    ),
    Rule(
        "GRID-307",
        Severity.ERROR,
        "GRID reference, G15",
        Repeat,
        "More images were repeated than acquired. Correct one of them.",
        _more_repeated_than_acquired,
    ),
    Rule(
        "GRID-308",
        Severity.WARNING,
        "GRID reference, G15",
        Repeat,
        "More than {repeat_rate_percent} % of the images were repeated. Check both numbers.",
        _many_repeated,
    ),
    Rule(
        "GRID-309",
        Severity.WARNING,
        "GRID reference, G15",
        Repeat,
        "Of more than {images_with_repeats} images none was repeated. Check whether they are counted.",
        _none_repeated,
    ),
    Rule(
        "GRID-310",
        Severity.INCOMPLETE,
        "GRID reference, 3.5",
        Repeat,
        "The repeat rate needs both images acquired and images repeated.",
        _images_untold,
    ),
    Rule(
        "GRID-311",
        Severity.INCOMPLETE,
        "GRID reference, 3.5",
        Wait,
        "A mean wait needs the number of patients that it is of.",
        _patients_untold,
    ),
    Rule(
        "GRID-312",
        Severity.INCOMPLETE,
        "GRID reference, 3.5",
        OrderToExam,
        "A mean time from order to exam needs the number of exams that it is of.",
        _exams_untold,
    ),
    Rule(
        "GRID-313",
        Severity.WARNING,
        "GRID reference, 3.6",
        PhysicianMonth,
        "Not a National Provider Identifier: ten digits with a check digit. Check it.",
        _physician_identifier,
    ),
)
