"""Makes plausible submissions of PQRS without faults. All chance comes from the caller; no real people."""

from datetime import date, timedelta
from random import Random
from typing import Any

from acr_registries.pqrs.measures import (
    EXCEPTION,
    EXCLUSION,
    MET,
    NON_PROPORTION,
    NOT_MET,
    REGISTRY_SINGLE_RATE,
    MeasureDefinition,
)
from acr_registries.pqrs.model import MIPS
from acr_registries.pqrs.plausible import (
    Distributions,
    PlausibleMeasure,
    Practice,
    distributions,
)
from acr_registries.registry import Synthetic

# Days of service end here in any year, so that none lies after what the headers say.
SERVICE_DAYS = 270
ACTIVITY = "IA_PSPA_7"
RATE_DIGITS = 2


def make(random: Random, serial: int) -> Synthetic:
    """Make a batch of cases, measure results of a practice, or an attestation."""
    figures = distributions()
    kind, year = figures.kinds.draw(random), figures.years.draw(random)
    practice = random.choice(figures.practices)
    npi = None if practice.reports_as_group else random.choice(practice.npis)
    match kind:
        case "case":
            payload = _case_batch(random, figures, practice, npi, year, serial)
        case "measure_result":
            payload = {"records": [_result(random, figures, practice, npi, year)]}
        case _:
            payload = {"records": [_attestation(year)]}
    program = {
        "submissiontype": kind,
        "performanceyear": year,
        "programversion": MIPS,
        "facilityid": practice.facility_id,
        "tin": practice.tin,
        "entitytype": "group" if npi is None else "individual",
        "recordcount": len(payload["records"]),
    }
    if npi is not None:
        program["npi"] = npi
    return Synthetic(program, payload)


def _case_batch(
    random: Random,
    figures: Distributions,
    practice: Practice,
    npi: str | None,
    year: int,
    serial: int,
) -> dict[str, Any]:
    count = random.randint(1, figures.cases["records_most"])
    records = []
    for number in range(count):
        case = _case(random, figures, year)
        case["caseid"] = f"c{year % 100}-{serial:07d}-{number + 1}"
        if npi is None:
            case["npi"] = random.choice(practice.npis)
        records.append(case)
    return {"records": records}


def _case(random: Random, figures: Distributions, year: int) -> dict[str, Any]:
    measure = figures.measures[year].draw(random)
    served = date(year, 1, 1) + timedelta(days=random.randrange(SERVICE_DAYS))
    case: dict[str, Any] = {
        "measureid": measure.definition.measure_id,
        "dateofservice": served.isoformat(),
        "patientid": f"p-{random.randrange(10_000_000):07d}",
        "patientage": random.randint(measure.age_least, measure.age_most),
        "patientsex": figures.sexes.draw(random),
        "placeofservice": random.choice(figures.cases["telehealth_free_places"]),
        "payer": figures.payers.draw(random),
    }
    if measure.definition.strata:
        stratum = case["stratum"] = random.choice(measure.definition.strata)
        case["procedurecodes"] = [measure.procedures_by_stratum[stratum]]
    else:
        case["procedurecodes"] = [random.choice(measure.procedures)]
    if measure.definition.continuous:
        case["numericvalue"] = round(measure.rate(random), RATE_DIGITS)
    else:
        _answer(random, figures, measure, case)
    return case


def _answer(
    random: Random, figures: Distributions, measure: PlausibleMeasure, case: dict[str, Any]
) -> None:
    """Add an outcome to a case, by codes or by response. It changes the case."""
    outcome = _outcome(random, figures, measure)
    definition = measure.definition
    codes = _codes(definition, outcome)
    if not codes or random.random() >= figures.cases["code_share"]:
        case["response"] = outcome
        return
    case["qualitycodes"] = [{"code": code} for code in codes]


def _codes(definition: MeasureDefinition, outcome: str) -> list[str]:
    for option in definition.options:
        if option.outcome == outcome:
            return [*sorted(definition.findings), *sorted(option.codes)]
    return []


def _outcome(random: Random, figures: Distributions, measure: PlausibleMeasure) -> str:
    options = {option.outcome for option in measure.definition.options}
    place = random.random()
    if place < figures.cases["exception_share"] and EXCEPTION in options:
        return EXCEPTION
    if place > 1 - figures.cases["exclusion_share"] and EXCLUSION in options:
        return EXCLUSION
    return MET if random.random() * 100 < measure.rate(random) else NOT_MET


def _result(
    random: Random, figures: Distributions, practice: Practice, npi: str | None, year: int
) -> dict[str, Any]:
    wanted = random.randint(6, figures.results["measures_most"])
    chosen: dict[str, PlausibleMeasure] = {}
    while len(chosen) < wanted:
        measure = figures.measures[year].draw(random)
        chosen.setdefault(measure.definition.measure_id, measure)
    period = {"performanceStart": f"{year}-01-01", "performanceEnd": f"{year}-12-31"}
    sets = [
        {
            "category": "quality",
            "submissionMethod": "registry",
            "programName": MIPS,
            **period,
            "measurements": [
                {"measureId": name, "value": _value(random, figures, measure)}
                for name, measure in chosen.items()
            ],
        }
    ]
    if random.random() < figures.results["activity_share"]:
        done = [{"measureId": ACTIVITY, "value": True}]
        sets.append(
            {"category": "ia", "submissionMethod": "registry", **period, "measurements": done}
        )
    record = {
        "entityType": "group" if npi is None else "individual",
        "taxpayerIdentificationNumber": practice.tin,
        "performanceYear": year,
        "measurementSets": sets,
    }
    if npi is not None:
        record["nationalProviderIdentifier"] = npi
    return record


def _value(random: Random, figures: Distributions, measure: PlausibleMeasure) -> dict[str, Any]:
    results, definition = figures.results, measure.definition
    eligible = random.randint(results["eligible_least"], results["eligible_most"])
    if definition.metric == NON_PROPORTION:
        return {
            "isEndToEndReported": False,
            "numerator": round(measure.rate(random), RATE_DIGITS),
            "denominator": eligible,
            "observationInstances": _reported(random, results["completeness_least"], eligible),
            "denominatorException": 0,
            "numeratorExclusion": 0,
        }
    share = measure.rate(random) / 100
    if definition.strata:
        return _strata_value(random, definition, eligible, share)
    exception = 0
    if any(option.outcome == EXCEPTION for option in definition.options):
        exception = int(eligible * random.random() * results["exception_most"])
    left = _reported(random, results["completeness_least"], eligible) - exception
    met = round(left * share)
    value: dict[str, Any] = {
        "isEndToEndReported": False,
        "eligiblePopulation": eligible,
        "performanceMet": met,
        "performanceNotMet": left - met,
        "eligiblePopulationException": exception,
        "eligiblePopulationExclusion": 0,
    }
    if definition.metric == REGISTRY_SINGLE_RATE:
        value["performanceRate"] = round(met / left * definition.rate_per, RATE_DIGITS)
    return value


def _strata_value(
    random: Random, definition: MeasureDefinition, eligible: int, share: float
) -> dict[str, Any]:
    strata: list[dict[str, Any]] = []
    met_of_all = 0
    for name in definition.strata:
        cases = int(eligible * (0.5 + random.random()))
        met = round(cases * share)
        met_of_all += met
        strata.append(
            {
                "stratum": name,
                "eligiblePopulation": cases,
                "performanceMet": met,
                "performanceNotMet": cases - met,
            }
        )
    of_all = sum(each["eligiblePopulation"] for each in strata)
    rate = round(met_of_all / of_all * 100, RATE_DIGITS)
    return {"isEndToEndReported": False, "performanceRate": rate, "strata": strata}


def _reported(random: Random, least: float, eligible: int) -> int:
    return round(eligible * (least + (1 - least) * random.random()))


def _attestation(year: int) -> dict[str, Any]:
    return {
        "activityid": ACTIVITY,
        "value": True,
        "performancestart": f"{year}-01-01",
        "performanceend": f"{year}-06-30",
    }
