"""Makes plausible monthly forms: counts and means that agree with each other. No real figures."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from acr_registries.grid.synthetic_people import exams_per_year, physician, place_of
from acr_registries.grid.turnaround_figures import figures, share_within

PHYSICIAN_MODALITIES = ("radiography", "ultrasound", "ct", "mri", "pet")
FACILITY_MODALITIES = (*PHYSICIAN_MODALITIES, "mammography")
PHYSICIAN_PART = 0.12  # Of a facility's month, what one physician reads.
WAITS = ("radiography", "ultrasound", "ct", "mri", "mammography")
ORDERS = ("radiography", "ultrasound", "ct", "mri")


def facility_month(
    random: Random, program: Mapping[str, Any], *, gold: bool
) -> list[dict[str, Any]]:
    """Make the form of a facility's month."""
    months = figures()["months"]
    record = _period(program)
    record["tat"] = _turnaround(random, program, FACILITY_MODALITIES, 1.0)
    record["wait"] = {
        modality: {
            "meanminutes": round(random.uniform(*months["wait_minutes"]), 1),
            "patientcount": random.randint(50, 900),
        }
        for modality in WAITS
        if random.random() < months["reported"]
    }
    record["ordertoexam"] = {
        modality: {
            "meanminutes": round(random.uniform(*months["order_minutes"])),
            "examcount": random.randint(20, 600),
        }
        for modality in ORDERS
        if random.random() < months["reported"]
    }
    record["repeat"] = _repeat(random, random.randint(2000, 15000))
    if gold:
        record["out"] = _outcomes(random, random.randint(400, 1600))
    return [record]


def physician_month(
    random: Random, program: Mapping[str, Any], *, gold: bool
) -> list[dict[str, Any]]:
    """Make the form of a physician's month."""
    npi = physician(random)
    record = _period(program)
    record["physicianid"] = f"p-{place_of(npi)}"
    record["npi"] = npi
    record["tat"] = _turnaround(random, program, PHYSICIAN_MODALITIES, PHYSICIAN_PART)
    record["repeat"] = _repeat(random, random.randint(200, 1500))
    if gold:
        record["out"] = _outcomes(random, random.randint(40, 200))
    return [record]


def _period(program: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "facilityid": program["facilityid"],
        "year": program["reportingyear"],
        "month": program["reportingmonth"],
    }


def _turnaround(
    random: Random, program: Mapping[str, Any], modalities: Sequence[str], part: float
) -> dict[str, Any]:
    months, shares = figures()["months"], figures()["years"]["modality_shares"]
    exams = exams_per_year(program["facilityid"]) / 12 * part
    return {
        modality: _modality(
            random, modality, round(exams * shares[modality] * random.uniform(*months["spread"]))
        )
        for modality in modalities
        if random.random() < months["reported"]
    }


def _modality(random: Random, modality: str, exams: int) -> dict[str, Any]:
    """Spread exams over the buckets by the modality's turnaround, and tell a mean that fits them."""
    if exams == 0:
        return {"examscompleted": 0, **dict.fromkeys(_BUCKETS, 0)}
    speed = random.uniform(0.7, 1.3)
    ends = [round(exams * share_within(modality, hours * speed)) for hours in (12, 24, 48)]
    first, middle, late, last = (
        ends[0],
        ends[1] - ends[0],
        ends[2] - ends[1],
        exams - ends[2],
    )
    hours = first * random.uniform(1, 6) + middle * random.uniform(14, 20)
    hours += late * random.uniform(28, 40) + last * random.uniform(52, 90)
    counts = dict(zip(_BUCKETS, (first, middle, late, last), strict=True))
    return {"examscompleted": exams, "meanhours": round(hours / exams, 2), **counts}


_BUCKETS = ("count_lt12h", "count_12to24h", "count_24to48h", "count_gt48h")


def _repeat(random: Random, acquired: int) -> dict[str, int]:
    rate = random.uniform(*figures()["months"]["repeat_rate"])
    return {"imagesacquired": acquired, "imagesrepeated": round(acquired * rate)}


def _outcomes(random: Random, contrast_exams: int) -> dict[str, Any]:
    months = figures()["months"]
    liver, lung = (random.randint(0, months["biopsies_most"]) for _ in range(2))
    pneumothorax = _some(random, lung, months["pneumothorax"])
    leaks = random.uniform(*months["extravasation"])
    return {
        "liverbiopsy": {
            "performed": liver,
            "nondiagnostic": _some(random, liver, months["nondiagnostic"]),
        },
        "lungbiopsy": {
            "performed": lung,
            "nondiagnostic": _some(random, lung, months["nondiagnostic"]),
            "pneumothorax": pneumothorax,
            "chesttube": _some(random, pneumothorax, months["chest_tube"]),
        },
        "ctivcontrast": {
            "exams": contrast_exams,
            "extravasations": int(contrast_exams * leaks),
        },
    }


def _some(random: Random, whole: int, share: float) -> int:
    return sum(random.random() < share for _ in range(whole))
