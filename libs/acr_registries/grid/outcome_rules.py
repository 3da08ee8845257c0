"""Rules about the outcomes of monthly forms: who reports them, and how their counts agree."""

from acr_domain.findings import Severity
from acr_registries.grid.monthly import (
    CriticalResults,
    CtContrast,
    FacilityMonth,
    LiverBiopsy,
    LungBiopsy,
    MonthlyForm,
    share,
)
from acr_registries.grid.participation import is_gold, is_green
from acr_registries.registry import NOWHERE, Places, Receipt, Rule

# The counts that a block of outcomes needs, by block.
NEEDED = {
    "liverbiopsy": ("liver_performed", "liver_nondiagnostic"),
    "lungbiopsy": ("lung_performed", "lung_nondiagnostic"),
    "ctivcontrast": ("contrast_exams", "contrast_extravasations"),
}


def _more(part: int | None, whole: int | None) -> bool:
    return part is not None and whole is not None and part > whole


def _not_used(form: MonthlyForm, receipt: Receipt) -> Places:
    return ("out",) if form.out is not None and is_green(receipt) else NOWHERE


def _untold(form: FacilityMonth, receipt: Receipt) -> Places:
    if not is_gold(receipt):
        return NOWHERE
    if form.out is None:
        return ("out",)
    return tuple(("out", block) for block in NEEDED if getattr(form.out, block) is None)


def _counts_untold(form: MonthlyForm, receipt: Receipt) -> Places:
    if form.out is None or is_green(receipt):
        return NOWHERE
    return tuple(
        ("out", name, count)
        for name, counts in NEEDED.items()
        if (block := getattr(form.out, name)) is not None
        for count in counts
        if getattr(block, count) is None
    )


def _liver_undiagnosed(form: LiverBiopsy, _: Receipt) -> Places:
    more = _more(form.liver_nondiagnostic, form.liver_performed)
    return ("liver_nondiagnostic",) if more else NOWHERE


def _lung_beyond_performed(form: LungBiopsy, _: Receipt) -> Places:
    return tuple(
        name
        for name in ("lung_nondiagnostic", "lung_pneumothorax")
        if _more(getattr(form, name), form.lung_performed)
    )


def _tubes_beyond_pneumothorax(form: LungBiopsy, _: Receipt) -> Places:
    return ("lung_chesttube",) if _more(form.lung_chesttube, form.lung_pneumothorax) else NOWHERE


def _more_extravasations(form: CtContrast, _: Receipt) -> Places:
    more = _more(form.contrast_extravasations, form.contrast_exams)
    return ("contrast_extravasations",) if more else NOWHERE


def _many_extravasations(form: CtContrast, receipt: Receipt) -> Places:
    rate = share(form.contrast_extravasations, form.contrast_exams)
    if rate is None or rate > 100:
        return NOWHERE
    many = rate > receipt.thresholds["extravasation_rate_percent"]
    return ("contrast_extravasations",) if many else NOWHERE


def _communicated_beyond_total(form: CriticalResults, _: Receipt) -> Places:
    more = _more(form.critical_communicatedontime, form.critical_total)
    return ("critical_communicatedontime",) if more else NOWHERE


GRID_OUTCOME_RULES = (
    Rule(
        "GRID-321",
        Severity.WARNING,
        "GRID reference, G08",
        MonthlyForm,
        "Outcomes of a Green facility are kept, but not used. Leave them out, or correct the level.",
        _not_used,
    ),
    Rule(
        "GRID-322",
        Severity.INCOMPLETE,
        "GRID reference, 3.5",
        FacilityMonth,
        "A Gold facility tells its liver biopsies, lung biopsies and CT contrast exams. Send them.",
        _untold,
    ),
    Rule(
        "GRID-323",
        Severity.INCOMPLETE,
        "GRID reference, 3.5",
        MonthlyForm,
        "An outcome needs both its counts; 0 if there was none.",
        _counts_untold,
    ),
    Rule(
        "GRID-324",
        Severity.ERROR,
        "GRID reference, G16",
        LiverBiopsy,
        "There are more than the biopsies performed. Correct one of the counts.",
        _liver_undiagnosed,
    ),
    Rule(
        "GRID-325",
        Severity.ERROR,
        "GRID reference, G16",
        LungBiopsy,
        "There are more than the biopsies performed. Correct one of the counts.",
        _lung_beyond_performed,
    ),
    Rule(
        "GRID-326",
        Severity.ERROR,
        "GRID reference, G16",
        LungBiopsy,
        "There are more chest tubes than pneumothoraces. Correct one of the counts.",
        _tubes_beyond_pneumothorax,
    ),
    Rule(
        "GRID-327",
        Severity.ERROR,
        "GRID reference, G17",
        CtContrast,
        "There are more extravasations than exams. Correct one of the counts.",
        _more_extravasations,
    ),
    Rule(
        "GRID-328",
        Severity.WARNING,
        "GRID reference, G17",
        CtContrast,
        "More than {extravasation_rate_percent} % of the exams had an extravasation. Check both "
        "counts.",
        _many_extravasations,
    ),
    Rule(
        "GRID-329",
        Severity.WARNING,
        "GRID reference, 3.5",
        CriticalResults,
        "More critical results were communicated in time than there were. Check both counts.",
        _communicated_beyond_total,
    ),
)
