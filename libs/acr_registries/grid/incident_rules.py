"""Rules about the incidents of an annual form: who reports them, and how their counts agree."""

from acr_domain.findings import Severity
from acr_registries.grid.annual import MRI_COUNTS, AnnualFacilityForm, Incidents
from acr_registries.grid.participation import is_gold, is_green
from acr_registries.registry import NOWHERE, Places, Receipt, Rule

NEEDED = ("inc_falls", "inc_wrong_exam", "inc_wrong_patient", "inc_wrong_side_site")
NEEDED_OF_MRI = (
    "inc_mri_projectile",
    "inc_mri_burn",
    "inc_mri_implant_device",
    "inc_mri_other",
    "inc_mri_total",
)
TOTAL = (("incidents", "inc_mri_total"),)


def _not_used(form: AnnualFacilityForm, receipt: Receipt) -> Places:
    return ("incidents",) if form.incidents is not None and is_green(receipt) else NOWHERE


def _untold(form: AnnualFacilityForm, receipt: Receipt) -> Places:
    return ("incidents",) if form.incidents is None and is_gold(receipt) else NOWHERE


def _counts_untold(form: AnnualFacilityForm, receipt: Receipt) -> Places:
    incidents = form.incidents
    if incidents is None or not is_gold(receipt):
        return NOWHERE
    names = NEEDED + NEEDED_OF_MRI if form.vol_mri else NEEDED
    return tuple(("incidents", name) for name in names if getattr(incidents, name) is None)


def _parts_beyond_total(form: Incidents, _: Receipt) -> Places:
    if form.inc_mri_total is None:
        return NOWHERE
    parts: int = sum(getattr(form, name) or 0 for name in MRI_COUNTS)
    return ("inc_mri_total",) if parts > form.inc_mri_total else NOWHERE


def _more_than_exams(form: AnnualFacilityForm, _: Receipt) -> Places:
    total = form.incidents.inc_mri_total if form.incidents else None
    if total is None or form.vol_mri is None:
        return NOWHERE
    return TOTAL if total > form.vol_mri else NOWHERE


def _many_of_exams(form: AnnualFacilityForm, receipt: Receipt) -> Places:
    total = form.incidents.inc_mri_total if form.incidents else None
    if total is None or form.vol_mri is None or total > form.vol_mri:
        return NOWHERE
    many = form.vol_mri * receipt.thresholds["mri_incident_percent"] / 100
    return TOTAL if total > many else NOWHERE


def _none_not_attested(form: Incidents, _: Receipt) -> Places:
    counts = form.counts()
    missing = counts and not any(counts) and form.inc_none_attested is None
    return ("inc_none_attested",) if missing else NOWHERE


def _attested_in_error(form: Incidents, _: Receipt) -> Places:
    wrong = form.inc_none_attested and any(form.counts())
    return ("inc_none_attested",) if wrong else NOWHERE


GRID_INCIDENT_RULES = (
    Rule(
        "GRID-221",
        Severity.WARNING,
        "GRID reference, G07",
        AnnualFacilityForm,
        "Incidents of a Green facility are kept, but not used. Leave them out, or correct the level.",
        _not_used,
    ),
    Rule(
        "GRID-222",
        Severity.INCOMPLETE,
        "GRID reference, G07",
        AnnualFacilityForm,
        "A Gold facility tells its incidents. Send them in a later version.",
        _untold,
    ),
    Rule(
        "GRID-223",
        Severity.INCOMPLETE,
        "GRID reference, 3.4",
        AnnualFacilityForm,
        "A Gold facility tells this count; 0 if there was none.",
        _counts_untold,
    ),
    Rule(
        "GRID-224",
        Severity.ERROR,
        "GRID reference, G32",
        Incidents,
        "The kinds of MRI incidents add up to more than their total. Correct one of them.",
        _parts_beyond_total,
    ),
    Rule(
        "GRID-225",
        Severity.ERROR,
        "GRID reference, G32",
        AnnualFacilityForm,
        "There are more MRI incidents than MRI exams. Correct one of them.",
        _more_than_exams,
    ),
    Rule(
        "GRID-226",
        Severity.WARNING,
        "GRID reference, 3.4",
        AnnualFacilityForm,
        "More than {mri_incident_percent} % of MRI exams had an incident. Check both numbers.",
        _many_of_exams,
    ),
    Rule(
        "GRID-227",
        Severity.INCOMPLETE,
        "GRID reference, 3.4",
        Incidents,
        "All counts are 0: attest that incidents are tracked and that there were none.",
        _none_not_attested,
    ),
    Rule(
        "GRID-228",
        Severity.WARNING,
        "GRID reference, 3.4",
        Incidents,
        "It is attested that there was no incident, yet a count is above 0. Correct one of them.",
        _attested_in_error,
    ),
)
