"""Rules about annual forms: setting, volumes, personnel, protocols and the facility's profile."""

import functools
from collections.abc import Mapping
from typing import Any

from acr_domain.findings import Severity
from acr_registries.data_files import read_tables
from acr_registries.grid.annual import AnnualFacilityForm, FacilityProfile
from acr_registries.grid.participation import is_gold
from acr_registries.grid.peers import has_states
from acr_registries.npi import is_npi
from acr_registries.registry import NOWHERE, Places, Receipt, Rule

PROTOCOLS_FILE = "protocols.toml"
FREESTANDING = "freestanding_center"
BIOPSIES = ("vol_liverbiopsy", "vol_lungbiopsy")
TECHNOLOGISTS = tuple(
    f"fte_technologists_{each}" for each in ("ct", "mri", "mammo", "us", "nm", "rad")
)


def _admissions_told_twice(form: AnnualFacilityForm, _: Receipt) -> Places:
    twice = form.numberofadmissions is not None and form.admissionsnotapplicable is True
    return ("admissionsnotapplicable",) if twice else NOWHERE


def _admissions_untold(form: AnnualFacilityForm, _: Receipt) -> Places:
    untold = form.numberofadmissions is None and form.admissionsnotapplicable is not True
    return ("numberofadmissions",) if untold else NOWHERE


def _admissions_of_a_center(form: AnnualFacilityForm, _: Receipt) -> Places:
    if form.numberofadmissions is None or form.profile is None:
        return NOWHERE
    return ("numberofadmissions",) if form.profile.facilitycategory == FREESTANDING else NOWHERE


def _biopsies_untold(form: AnnualFacilityForm, receipt: Receipt) -> Places:
    if not is_gold(receipt):
        return NOWHERE
    return tuple(name for name in BIOPSIES if getattr(form, name) is None)


def _biopsies_beyond_volume(form: AnnualFacilityForm, _: Receipt) -> Places:
    biopsies = (form.vol_liverbiopsy or 0) + (form.vol_lungbiopsy or 0)
    beyond = form.vol_interventional is not None and biopsies > form.vol_interventional
    return ("vol_interventional",) if beyond else NOWHERE


def _technologists_beyond_total(form: AnnualFacilityForm, receipt: Receipt) -> Places:
    total = form.fte_technologists_total
    if total is None:
        return NOWHERE
    excess = 1 + receipt.thresholds["technologists_excess_percent"] / 100
    parts: float = sum(getattr(form, name) or 0 for name in TECHNOLOGISTS)
    return ("fte_technologists_total",) if parts > total * excess else NOWHERE


def _certification_untold(form: AnnualFacilityForm, _: Receipt) -> Places:
    places = []
    if form.vol_ct and form.ct_certification_required is None:
        places.append("ct_certification_required")
    if form.vol_mri and form.mri_certification_required is None:
        places.append("mri_certification_required")
    return tuple(places)


@functools.cache
def _protocol_volumes() -> Mapping[str, Any]:
    return read_tables("acr_registries.grid", PROTOCOLS_FILE)


def _protocol_of_what_is_done(form: AnnualFacilityForm, _: Receipt) -> Places:
    return tuple(
        name
        for name, volumes in _protocol_volumes().items()
        if getattr(form, name) == "na" and any(getattr(form, volume) for volume in volumes)
    )


def _slices_untold(form: AnnualFacilityForm, _: Receipt) -> Places:
    untold = form.eq_ct_units and form.eq_ct_max_slices is None
    return ("eq_ct_max_slices",) if untold else NOWHERE


def _category_untold(form: FacilityProfile, _: Receipt) -> Places:
    untold = form.facilitycategory == "other" and form.facilitycategoryother is None
    return ("facilitycategoryother",) if untold else NOWHERE


def _state_untold(form: FacilityProfile, _: Receipt) -> Places:
    untold = form.state is None and form.country is not None and has_states(form.country)
    return ("state",) if untold else NOWHERE


def _facility_identifier(form: FacilityProfile, _: Receipt) -> Places:
    return NOWHERE if form.facilitynpi is None or is_npi(form.facilitynpi) else ("facilitynpi",)


GRID_ANNUAL_RULES = (
    Rule(
        "GRID-201",
        Severity.ERROR,
        "GRID reference, G06",
        AnnualFacilityForm,
        "A number of admissions is told, and that there is none to tell. Keep one of them.",
        _admissions_told_twice,
    ),
    Rule(
        "GRID-202",
        Severity.INCOMPLETE,
        "GRID reference, G06",
        AnnualFacilityForm,
        "Tell the number of admissions, or set admissionsnotapplicable where there is no hospital.",
        _admissions_untold,
    ),
    Rule(
        "GRID-203",
        Severity.WARNING,
        "GRID reference, G06",
        AnnualFacilityForm,
        "A freestanding center has no admissions. Set admissionsnotapplicable instead.",
        _admissions_of_a_center,
    ),
    Rule(
        "GRID-204",
        Severity.INCOMPLETE,
        "GRID reference, 3.3",
        AnnualFacilityForm,
        "A Gold facility tells how many of these biopsies it did; 0 if none.",
        _biopsies_untold,
    ),
    Rule(
        "GRID-205",
        Severity.WARNING,
        "GRID reference, 3.3",
        AnnualFacilityForm,
        "The biopsies are more than the interventional procedures that include them. Check these.",
        _biopsies_beyond_volume,
    ),
    Rule(
        "GRID-206",
        Severity.WARNING,
        "GRID reference, 3.3",
        AnnualFacilityForm,
        "The technologists by modality add up to over {technologists_excess_percent} % more than "
        "their total. Check these.",
        _technologists_beyond_total,
    ),
    Rule(
        "GRID-207",
        Severity.INCOMPLETE,
        "GRID reference, 3.3",
        AnnualFacilityForm,
        "The facility does such exams: tell of which technologists a certification is required.",
        _certification_untold,
    ),
    Rule(
        "GRID-208",
        Severity.WARNING,
        "GRID reference, 3.3",
        AnnualFacilityForm,
        "The facility does exams that the protocol is about. Answer yes or no.",
        _protocol_of_what_is_done,
    ),
    Rule(
        "GRID-209",
        Severity.INCOMPLETE,
        "GRID reference, 3.3",
        AnnualFacilityForm,
        "The facility has CT scanners: tell how many slices they take at most.",
        _slices_untold,
    ),
    Rule(
        "GRID-210",
        Severity.INCOMPLETE,
        "GRID reference, 3.2",
        FacilityProfile,
        "Tell in words of what kind the facility is.",
        _category_untold,
    ),
    Rule(
        "GRID-211",
        Severity.INCOMPLETE,
        "GRID reference, 3.2",
        FacilityProfile,
        "An address in the USA or Canada needs its state or province.",
        _state_untold,
    ),
    Rule(
        "GRID-212",
        Severity.WARNING,
        "GRID reference, 3.2",
        FacilityProfile,
        "Not a National Provider Identifier: ten digits with a check digit. Check it.",
        _facility_identifier,
    ),
)
