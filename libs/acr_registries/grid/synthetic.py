"""Makes plausible synthetic submissions of GRID, mostly exams. No real person, facility or number."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from acr_registries.grid.gates import Gate, measure_gates
from acr_registries.grid.model import ANNUAL, EXAM, FACILITY_MONTH, GOLD, GREEN, PHYSICIAN_MONTH
from acr_registries.grid.synthetic_months import facility_month, physician_month
from acr_registries.grid.synthetic_people import facility, facility_and_month, physician
from acr_registries.grid.synthetic_years import annual_form
from acr_registries.grid.turnaround_figures import draw_hours, figures
from acr_registries.registry import Synthetic

EXAM_VERSION, FORM_VERSION = "2.2", "1.1"
MINUTES_PER_DAY = 1440
FORMS = {
    ANNUAL: annual_form,
    FACILITY_MONTH: facility_month,
    PHYSICIAN_MONTH: physician_month,
}


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Values with the running sum of their shares, as `Random.choices` takes them."""

    values: tuple[str, ...]
    sums: tuple[float, ...]

    def one(self, random: Random) -> str:
        return random.choices(self.values, cum_weights=self.sums)[0]


@functools.cache
def _drawn(name: str) -> _Drawn:
    return _running({value: float(share) for value, share in figures()[name].items()})


@functools.cache
def _modalities() -> _Drawn:
    return _running({name: each["share"] for name, each in figures()["modalities"].items()})


@functools.cache
def _kinds() -> _Drawn:
    records = figures()["records"]
    return _running({kind: records[kind] for kind in (EXAM, *FORMS)})


def _running(shares: Mapping[str, float]) -> _Drawn:
    sums, total = [], 0.0
    for share in shares.values():
        total += share
        sums.append(total)
    return _Drawn(tuple(shares), tuple(sums))


def make(random: Random, serial: int) -> Synthetic:
    """Make one submission without faults: an exam batch, or a form."""
    kind = _kinds().one(random)
    gold = random.random() < figures()["records"]["gold"]
    program: dict[str, Any] = {
        "recordtype": kind,
        "facilityid": facility(random),
        "participationlevel": GOLD if gold else GREEN,
    }
    if kind == EXAM:
        return _exam_batch(random, serial, program)
    program["facilityid"], program["reportingyear"], month = facility_and_month(serial)
    if kind != ANNUAL:
        program["reportingmonth"] = month
    records = FORMS[kind](random, program, gold=gold)
    program |= {"mappingversion": FORM_VERSION, "recordcount": len(records)}
    return Synthetic(program, {"records": records})


def _exam_batch(random: Random, serial: int, program: dict[str, Any]) -> Synthetic:
    told = figures()["exams"]
    day = _first_day() + timedelta(days=random.randrange(told["days"]))
    zone = "" if random.random() < told["local_times"] else random.choice(told["zones"])
    count = random.randint(1, told["most_in_batch"])
    records = [_exam(random, f"syn-{serial:08}-{place}", day, zone) for place in range(count)]
    program |= {
        "reportingyear": day.year,
        "mappingversion": EXAM_VERSION,
        "recordcount": count,
    }
    return Synthetic(program, {"records": records})


@functools.cache
def _first_day() -> datetime:
    first = date.fromisoformat(figures()["exams"]["first_day"])
    return datetime(first.year, first.month, first.day)  # noqa: DTZ001 - a facility's own clock.


def _exam(random: Random, name: str, day: datetime, zone: str) -> dict[str, Any]:
    told = figures()["exams"]
    modality = _modalities().one(random)
    kind = figures()["modalities"][modality]
    breast = modality == "ultrasound" and random.random() < told["breast_of_ultrasound"]
    code = "76641" if breast else random.choice(kind["codes"])
    completed = day + timedelta(minutes=random.randrange(MINUTES_PER_DAY))
    seconds = round(draw_hours(random, kind["like"]) * 3600)
    exam: dict[str, Any] = {
        "examuniqueid": name,
        "physiciannpi": physician(random),
        "cptcode": code,
        "modality": modality,
        "placeofservice": _drawn("places").one(random),
        "multiplereaders": random.random() < told["several_readers"],
        "examcompletiondatetime": _written(completed, zone),
        "finalreportdatetime": _written(completed + timedelta(seconds=seconds), zone),
        "patientage": round(random.triangular(0, 97, 62)),
        "patientsex": "F" if modality == "mammography" or random.random() < 0.53 else "M",
    }
    if modality == "ultrasound":
        exam["breastultrasound"] = breast
    if random.random() < told["order_told"]:
        start = completed - timedelta(minutes=random.randint(5, 45))
        exam["examstartdatetime"] = _written(start, zone)
        order = start - timedelta(minutes=random.randint(20, 2 * MINUTES_PER_DAY))
        exam["orderdatetime"] = _written(order, zone)
    if random.random() < told["preliminary_told"]:
        preliminary = completed + timedelta(seconds=seconds // 3)
        exam["preliminaryreportdatetime"] = _written(preliminary, zone)
    if random.random() < told["payer_told"]:
        exam["payertype"] = _drawn("payers").one(random)
    _add_measure(random, exam, day.year)
    return exam


def _written(time: datetime, zone: str) -> str:
    return time.isoformat() + zone


def _add_measure(random: Random, exam: dict[str, Any], year: int) -> None:
    told = figures()["exams"]
    measure = figures()["measures"].get(exam["cptcode"])
    if measure is None or random.random() >= told["measure_told"]:
        return
    gate = measure_gates()[measure]
    if year not in gate.years:
        return
    exam["measures"] = [_answer(random, measure, gate, exam)]


def _answer(random: Random, measure: str, gate: Gate, exam: Mapping[str, Any]) -> dict[str, str]:
    limits = gate.ages_of(exam["patientsex"]) if gate.ages else (0, exam["patientage"])
    if limits is None or not limits[0] <= exam["patientage"] <= limits[1]:
        return {"measureid": measure, "response": "not_applicable"}
    told = figures()["exams"]
    if random.random() < told["measure_exception"]:
        return {"measureid": measure, "response": "exception", "reasoncode": "synthetic"}
    met = random.random() < told["measure_met"]
    return {"measureid": measure, "response": "met" if met else "not_met"}
