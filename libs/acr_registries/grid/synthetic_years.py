"""Makes plausible annual facility forms, with incidents of Gold facilities. No real figures."""

from collections.abc import Mapping
from random import Random
from typing import Any

from acr_registries.grid.synthetic_people import exams_per_year
from acr_registries.grid.turnaround_figures import figures

SYSTEMS = (
    "sys_pacs",
    "sys_ris",
    "sys_voice_recognition",
    "sys_cpoe",
    "sys_report_access_24x7",
    "sys_cds_ordering",
    "sys_critical_results_tracking",
    "sys_dose_monitoring",
)
PROTOCOLS = (
    "prot_mri_safety_screening",
    "prot_contrast_reaction",
    "prot_contrast_premedication",
    "prot_renal_function_screening",
    "prot_extravasation",
    "prot_pregnancy_screening",
    "prot_critical_results",
    "prot_patient_identification",
    "prot_sedation",
    "prot_pediatric_dose",
    "prot_infection_control",
)
# Exams a year for one unit of equipment.
UNITS = {
    "eq_ct_units": ("ct", 10000),
    "eq_mri_units": ("mri", 5000),
    "eq_us_units": ("ultrasound", 3000),
    "eq_dr_units": ("radiography", 9000),
    "eq_mammo_dbt": ("mammography", 5000),
    "eq_nm_units": ("nuclearmedicine", 1500),
    "eq_pet_units": ("pet", 1500),
    "eq_fluoro_units": ("fluoroscopy", 1500),
    "eq_angio_units": ("interventional", 2000),
}
PLACES = (("CT", "US"), ("OH", "US"), ("TX", "US"), ("CA", "US"), ("ON", "Canada"))
NAME, IN_PLACE, DOCUMENTED = "Synthetic Imaging", 0.85, 0.93


def annual_form(random: Random, program: Mapping[str, Any], *, gold: bool) -> list[dict[str, Any]]:
    """Make the form of a facility's year."""
    volumes = _volumes(random, exams_per_year(program["facilityid"]))
    total = sum(volumes.values())
    category = random.choice(("academic", "community_hospital", "freestanding_center"))
    record: dict[str, Any] = {
        "facilityid": program["facilityid"],
        "year": program["reportingyear"],
        "profile": _profile(random, category, total),
        **_setting(random, category),
        **{f"vol_{modality}": exams for modality, exams in volumes.items()},
        **_personnel(random, total),
        "ct_certification_required": random.choice(("all", "some", "none")),
        "mri_certification_required": random.choice(("all", "some", "none")),
        **{name: random.random() < IN_PLACE for name in SYSTEMS},
        "sys_peer_review": random.choice(("radpeer", "other", "none")),
        **{name: "yes" if random.random() < DOCUMENTED else "no" for name in PROTOCOLS},
        **_equipment(random, volumes),
    }
    if gold:
        biopsies = volumes["interventional"]
        record |= {
            "vol_liverbiopsy": biopsies // 25,
            "vol_lungbiopsy": biopsies // 32,
            "incidents": _incidents(random, volumes["mri"], total),
        }
    return [record]


def _volumes(random: Random, total: float) -> dict[str, int]:
    shares: Mapping[str, float] = figures()["years"]["modality_shares"]
    return {
        modality: max(1, round(total * share * random.uniform(0.85, 1.1)))
        for modality, share in shares.items()
    }


def _profile(random: Random, category: str, total: int) -> dict[str, Any]:
    state, country = random.choice(PLACES)
    hospital = category != "freestanding_center"
    return {
        "facilityname": f"{NAME} {random.randrange(1000)}",
        "facilitycategory": category,
        "location": random.choice(("metropolitan", "suburban", "rural")),
        "traumacenterlevel": random.choice(("I", "II", "III", "none")) if hospital else "none",
        "childrenshospital": hospital and random.random() < 0.05,
        "addressline1": f"{random.randint(1, 999)} Synthetic Street",
        "city": "Sampletown",
        "postalcode": "00000",
        "country": country,
        "state": state,
        "radiologistheadcount": 1 + total // figures()["years"]["exams_per_radiologist"],
    }


def _setting(random: Random, category: str) -> dict[str, Any]:
    if category == "freestanding_center":
        return {"admissionsnotapplicable": True}
    return {"numberofadmissions": random.randint(2000, 45000)}


def _personnel(random: Random, total: int) -> dict[str, float]:
    radiologists = round(total / figures()["years"]["exams_per_radiologist"] + 0.5, 1)
    return {
        "fte_radiologists": radiologists,
        "fte_residents_fellows": round(random.uniform(0, 6), 1),
        "fte_physicists": round(random.uniform(0.1, 2), 1),
        "fte_technologists_total": round(radiologists * random.uniform(4, 6), 1),
        "fte_assistants": round(radiologists * random.uniform(0.5, 1), 1),
        "fte_nurses": round(random.uniform(0, 9), 1),
    }


def _equipment(random: Random, volumes: Mapping[str, int]) -> dict[str, int]:
    units = {name: 1 + volumes[modality] // exams for name, (modality, exams) in UNITS.items()}
    return {
        **units,
        "eq_ct_max_slices": random.choice((16, 64, 128, 256, 320)),
        "eq_mri_open": random.randint(0, units["eq_mri_units"]),
        "eq_mri_3t": random.randint(0, units["eq_mri_units"]),
        "eq_cr_units": random.randint(0, 1),
        "eq_mammo_2d": random.randint(0, 1),
    }


def _incidents(random: Random, mri: int, total: int) -> dict[str, Any]:
    years = figures()["years"]
    at_mri = round(mri * random.uniform(*years["mri_incidents"]))
    burns, projectiles = at_mri // 4, at_mri // 10
    counts = {
        "inc_mri_projectile": projectiles,
        "inc_mri_burn": burns,
        "inc_mri_implant_device": at_mri // 4,
        "inc_mri_other": at_mri - burns - projectiles - at_mri // 4,
        "inc_mri_total": at_mri,
        "inc_falls": round(total * years["falls_per_exam"] * random.uniform(0, 2)),
        "inc_wrong_exam": round(total * years["wrong_exams_per_exam"] * random.uniform(0, 2)),
        "inc_wrong_patient": random.randint(0, 1),
        "inc_wrong_side_site": random.randint(0, 2),
    }
    return counts if any(counts.values()) else {**counts, "inc_none_attested": True}
