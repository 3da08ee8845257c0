"""The annual facility form of GRID with its profile and incidents. What they mean is in the dictionary.

Source: GRID reference, 3.2 to 3.4 and 5.5.
"""

from collections.abc import Callable
from datetime import date
from typing import ClassVar

from acr_registries.forms import Derived, Form
from acr_registries.grid.monthly import share
from acr_registries.grid.peers import census_region, volume_group
from acr_registries.registry import Contents

PER_10_000 = 10_000.0

MODALITY_VOLUMES = (
    "vol_radiography",
    "vol_fluoroscopy",
    "vol_mammography",
    "vol_ultrasound",
    "vol_ct",
    "vol_mri",
    "vol_nuclearmedicine",
    "vol_pet",
    "vol_interventional",
    "vol_dxa",
)
OPTIONAL_VOLUME = "vol_dxa"
MRI_COUNTS = (
    "inc_mri_projectile",
    "inc_mri_burn",
    "inc_mri_implant_device",
    "inc_mri_hearing",
    "inc_mri_screening_failure",
    "inc_mri_other",
)
GENERAL_COUNTS = (
    "inc_falls",
    "inc_wrong_exam",
    "inc_wrong_patient",
    "inc_wrong_side_site",
    "inc_unintended_fetal_exposure",
    "inc_code_called",
)


def vol_total(form: "AnnualFacilityForm", _: Contents) -> int | None:
    """Add the volumes of all modalities; None while a needed one is missing.

    Biopsies are counted within interventional procedures already.
    """
    total = 0
    for name in MODALITY_VOLUMES:
        volume: int | None = getattr(form, name)
        if volume is None and name != OPTIONAL_VOLUME:
            return None
        total += volume or 0
    return total


def _volume_group(form: "AnnualFacilityForm", contents: Contents) -> str | None:
    total = vol_total(form, contents)
    return None if total is None else volume_group(total)


def _census_region(form: "AnnualFacilityForm", _: Contents) -> str | None:
    return census_region(form.profile.state) if form.profile and form.profile.state else None


def _contrast_exams(form: "AnnualFacilityForm", _: Contents) -> int | None:
    if form.vol_ct is None or form.vol_mri is None:
        return None
    return form.vol_ct + form.vol_mri


def _mri_exams(form: "AnnualFacilityForm", _: Contents) -> int | None:
    return form.vol_mri


def _incident_rate(
    count: str, exams: Callable[["AnnualFacilityForm", Contents], int | None]
) -> Derived:
    def compute(form: "AnnualFacilityForm", contents: Contents) -> float | None:
        if form.incidents is None:
            return None
        return share(getattr(form.incidents, count), exams(form, contents), PER_10_000)

    return Derived(
        f"{count.removeprefix('inc_')}_rate",
        float,
        f"Incidents of {count} per 10,000 exams of its kind.",
        "GRID reference, 3.4 (unit assumed)",
        compute,
        unit="per 10,000 exams",
    )


class FacilityProfile(Form):
    """What the facility is: taken from its registration, decides its peer groups."""

    facilityname: str | None = None
    facilitycategory: str | None = None
    facilitycategoryother: str | None = None
    location: str | None = None
    traumacenterlevel: str | None = None
    childrenshospital: bool | None = None
    addressline1: str | None = None
    city: str | None = None
    postalcode: str | None = None
    country: str | None = None
    state: str | None = None
    facilitynpi: str | None = None
    radiologistheadcount: int | None = None


class Incidents(Form):
    """Incidents of the previous calendar year."""

    inc_mri_projectile: int | None = None
    inc_mri_burn: int | None = None
    inc_mri_implant_device: int | None = None
    inc_mri_hearing: int | None = None
    inc_mri_screening_failure: int | None = None
    inc_mri_other: int | None = None
    inc_mri_total: int | None = None
    inc_falls: int | None = None
    inc_wrong_exam: int | None = None
    inc_wrong_patient: int | None = None
    inc_wrong_side_site: int | None = None
    inc_contrast_reaction_severe: int | None = None
    inc_unintended_fetal_exposure: int | None = None
    inc_code_called: int | None = None
    inc_none_attested: bool | None = None

    def counts(self) -> tuple[int, ...]:
        """Give every count that was sent."""
        sent = (getattr(self, name) for name in Incidents.model_fields if name != _ATTESTED)
        return tuple(count for count in sent if count is not None)


_ATTESTED = "inc_none_attested"


class AnnualFacilityForm(Form):
    """The annual facility form."""

    table: ClassVar[str] = "facility_years"
    row_key: ClassVar[str] = "record"
    derived: ClassVar[tuple[Derived, ...]] = (
        Derived(
            "vol_total",
            int,
            "Exams of the previous year: all volumes without the biopsies.",
            "GRID reference, 3.3",
            vol_total,
            unit="exams",
        ),
        Derived(
            "volume_group",
            str,
            "Peer group by volume (code list volume_group).",
            "GRID reference, 5.5",
            _volume_group,
        ),
        Derived(
            "censusregion",
            str,
            "Census region of the state (code list census_region); none elsewhere.",
            "GRID reference, 3.2 and 5.5",
            _census_region,
        ),
        *(_incident_rate(name, _mri_exams) for name in (*MRI_COUNTS, "inc_mri_total")),
        *(_incident_rate(name, vol_total) for name in GENERAL_COUNTS),
        _incident_rate("inc_contrast_reaction_severe", _contrast_exams),
    )

    facilityid: str
    year: int
    profile: FacilityProfile | None = None
    numberofadmissions: int | None = None
    admissionsnotapplicable: bool | None = None
    vol_radiography: int | None = None
    vol_fluoroscopy: int | None = None
    vol_mammography: int | None = None
    vol_ultrasound: int | None = None
    vol_ct: int | None = None
    vol_mri: int | None = None
    vol_nuclearmedicine: int | None = None
    vol_pet: int | None = None
    vol_interventional: int | None = None
    vol_dxa: int | None = None
    vol_liverbiopsy: int | None = None
    vol_lungbiopsy: int | None = None
    fte_radiologists: float | None = None
    fte_residents_fellows: float | None = None
    fte_physicists: float | None = None
    fte_technologists_total: float | None = None
    fte_technologists_ct: float | None = None
    fte_technologists_mri: float | None = None
    fte_technologists_mammo: float | None = None
    fte_technologists_us: float | None = None
    fte_technologists_nm: float | None = None
    fte_technologists_rad: float | None = None
    fte_assistants: float | None = None
    fte_nurses: float | None = None
    ct_certification_required: str | None = None
    mri_certification_required: str | None = None
    sys_pacs: bool | None = None
    sys_ris: bool | None = None
    sys_voice_recognition: bool | None = None
    sys_cpoe: bool | None = None
    sys_report_access_24x7: bool | None = None
    sys_cds_ordering: bool | None = None
    sys_critical_results_tracking: bool | None = None
    sys_peer_review: str | None = None
    sys_dose_monitoring: bool | None = None
    sys_structured_reporting: bool | None = None
    prot_mri_safety_screening: str | None = None
    prot_contrast_reaction: str | None = None
    prot_contrast_premedication: str | None = None
    prot_renal_function_screening: str | None = None
    prot_extravasation: str | None = None
    prot_pregnancy_screening: str | None = None
    prot_critical_results: str | None = None
    prot_patient_identification: str | None = None
    prot_sedation: str | None = None
    prot_pediatric_dose: str | None = None
    prot_infection_control: str | None = None
    eq_ct_units: int | None = None
    eq_ct_max_slices: int | None = None
    eq_mri_units: int | None = None
    eq_mri_open: int | None = None
    eq_mri_3t: int | None = None
    eq_us_units: int | None = None
    eq_dr_units: int | None = None
    eq_cr_units: int | None = None
    eq_mammo_2d: int | None = None
    eq_mammo_dbt: int | None = None
    eq_nm_units: int | None = None
    eq_pet_units: int | None = None
    eq_fluoro_units: int | None = None
    eq_angio_units: int | None = None
    acr_accredited_modalities: tuple[str, ...] = ()
    incidents: Incidents | None = None

    def dated(self) -> date:
        """Tell the first day of the form's year."""
        return date(self.year, 1, 1)
