"""Rules about what a measure's denominator asks of a case, and about totals of a batch. Pure.

A case outside the denominator is kept and not counted, so these rules never reject it.
"""

from collections import Counter

from acr_domain.findings import Severity
from acr_registries.pqrs.case_columns import measure_of, program_of
from acr_registries.pqrs.cases import CasePayload, CaseRecord, DeclaredTotal
from acr_registries.pqrs.measures import MeasureDefinition, is_foreign, measure_in, plain_id
from acr_registries.pqrs.outcomes import (
    age_fits,
    diagnosis_fits,
    finding_fits,
    procedure_fits,
    telehealth_modified,
    telehealth_placed,
)
from acr_registries.registry import NOWHERE, Knowing, Places, Receipt, Rule
from acr_registries.triggers import given, lacking


def _no_procedure(case: CaseRecord, measure: MeasureDefinition) -> Places:
    return NOWHERE if procedure_fits(case, measure) else ("procedurecodes",)


def _other_age(case: CaseRecord, measure: MeasureDefinition) -> Places:
    return NOWHERE if age_fits(case, measure) else ("patientage",)


def _diagnosis_missing(case: CaseRecord, measure: MeasureDefinition) -> Places:
    missing = measure.diagnoses and not case.diagnosiscodes
    return ("diagnosiscodes",) if missing else NOWHERE


def _other_diagnosis(case: CaseRecord, measure: MeasureDefinition) -> Places:
    if not case.diagnosiscodes or diagnosis_fits(case, measure):
        return NOWHERE
    return ("diagnosiscodes",)


def _sex_missing(case: CaseRecord, measure: MeasureDefinition) -> Places:
    missing = measure.sex_matters and case.patientsex is None
    return ("patientsex",) if missing else NOWHERE


def _other_sex(case: CaseRecord, measure: MeasureDefinition) -> Places:
    if not measure.sex or case.patientsex in (None, measure.sex):
        return NOWHERE
    return ("patientsex",)


def _finding_missing(case: CaseRecord, measure: MeasureDefinition) -> Places:
    return NOWHERE if finding_fits(case, measure) else ("qualitycodes",)


def _by_telehealth(case: CaseRecord, receipt: Receipt) -> Places:
    if not case.proceduremodifiers and case.placeofservice is None:
        return NOWHERE
    year = program_of(receipt.contents).performanceyear
    if telehealth_modified(case, year):
        return ("proceduremodifiers",)
    return ("placeofservice",) if telehealth_placed(case, year) else NOWHERE


def _stratum_missing(case: CaseRecord, measure: MeasureDefinition) -> Places:
    missing = measure.several_rates and case.stratum is None
    return ("stratum",) if missing else NOWHERE


def _no_such_stratum(case: CaseRecord, measure: MeasureDefinition) -> Places:
    if case.stratum is None:
        return NOWHERE
    wrong = measure.strata and case.stratum not in measure.strata
    return ("stratum",) if wrong else NOWHERE


def _case_twice(payload: CasePayload, _: Receipt) -> Places:
    seen: set[tuple[str, str]] = set()
    places: list[tuple[str | int, ...]] = []
    for place, case in enumerate(payload.records):
        key = (case.caseid, plain_id(case.measureid))
        if key in seen:
            places.append(("records", place, "caseid"))
        seen.add(key)
    return tuple(places)


def _total_below_cases(payload: CasePayload, _: Receipt) -> Places:
    if not payload.declaredtotals:
        return NOWHERE
    received = Counter(plain_id(case.measureid) for case in payload.records)
    return tuple(
        ("declaredtotals", place, "eligibletotal")
        for place, total in enumerate(payload.declaredtotals)
        if total.eligibletotal is not None
        and total.eligibletotal < received[plain_id(total.measureid)]
    )


def _total_twice(payload: CasePayload, _: Receipt) -> Places:
    times = Counter(plain_id(total.measureid) for total in payload.declaredtotals)
    return tuple(
        ("declaredtotals", place, "measureid")
        for place, total in enumerate(payload.declaredtotals)
        if times[plain_id(total.measureid)] > 1
    )


def _total_missing(total: DeclaredTotal, _: Receipt) -> Places:
    missing = not total.allsubmitted and total.eligibletotal is None
    return ("eligibletotal",) if missing else NOWHERE


def _total_of_unknown_measure(total: DeclaredTotal, receipt: Receipt) -> Places:
    year = program_of(receipt.contents).performanceyear
    known = measure_in(total.measureid, year) is not None or is_foreign(total.measureid)
    return NOWHERE if known else ("measureid",)


DENOMINATOR_RULES = (
    Rule(
        "PQRS-231",
        Severity.WARNING,
        "PQRS reference, P06, 5.2 (M, C)",
        CaseRecord,
        "No procedure code belongs to the measure's denominator in the year, so the case is not "
        "counted. Check the codes and the measure.",
        Knowing(measure_of, _no_procedure),
    ),
    Rule(
        "PQRS-232",
        Severity.WARNING,
        "PQRS reference, P06, P32, 5.1 (M)",
        CaseRecord,
        "The age lies outside the measure's limits in the year, so the case is not counted. Check "
        "age and measure.",
        Knowing(measure_of, _other_age),
    ),
    Rule(
        "PQRS-233",
        Severity.INCOMPLETE,
        "PQRS reference, 3.3 (M)",
        CaseRecord,
        "The measure's denominator asks for a diagnosis. Send the diagnosis codes.",
        Knowing(measure_of, _diagnosis_missing),
        when=lacking("diagnosiscodes"),
    ),
    Rule(
        "PQRS-234",
        Severity.WARNING,
        "PQRS reference, P06, 5.2 (M)",
        CaseRecord,
        "No diagnosis code belongs to the measure's denominator, so the case is not counted. Check "
        "the codes and the measure.",
        Knowing(measure_of, _other_diagnosis),
        when=given("diagnosiscodes"),
    ),
    Rule(
        "PQRS-235",
        Severity.INCOMPLETE,
        "PQRS reference, 3.3 (M)",
        CaseRecord,
        "The measure is limited by sex. Send the patient's sex.",
        Knowing(measure_of, _sex_missing),
        when=lacking("patientsex"),
    ),
    Rule(
        "PQRS-236",
        Severity.WARNING,
        "PQRS reference, 3.3, P06 (M)",
        CaseRecord,
        "The measure is limited to the other sex, so the case is not counted. Check sex and measure.",
        Knowing(measure_of, _other_sex),
        when=given("patientsex"),
    ),
    Rule(
        "PQRS-237",
        Severity.WARNING,
        "PQRS reference, 5.1 on 364",
        CaseRecord,
        "The codes lack the finding that the measure's denominator asks for, so the case is not "
        "counted. Send its code too.",
        Knowing(measure_of, _finding_missing),
        when=given("qualitycodes"),
    ),
    Rule(
        "PQRS-238",
        Severity.WARNING,
        "PQRS reference, P06, 3.3 (M; years assumed)",
        CaseRecord,
        "Telehealth leaves the denominator in this year, so the case is not counted. Check modifiers "
        "and place of service.",
        _by_telehealth,
        when=given("proceduremodifiers", "placeofservice"),
    ),
    Rule(
        "PQRS-239",
        Severity.INCOMPLETE,
        "PQRS reference, 3.3 (M)",
        CaseRecord,
        "The measure is counted by stratum. Send the case's stratum.",
        Knowing(measure_of, _stratum_missing),
        when=lacking("stratum"),
    ),
    Rule(
        "PQRS-240",
        Severity.ERROR,
        "PQRS reference, P21 (A)",
        CaseRecord,
        "The measure has no such stratum. Send a name of the measure list.",
        Knowing(measure_of, _no_such_stratum),
        when=given("stratum"),
    ),
    Rule(
        "PQRS-241",
        Severity.WARNING,
        "PQRS reference, P33 (assumed)",
        CasePayload,
        "The case is there twice under one measure; the last one counts. Send it once.",
        _case_twice,
    ),
    Rule(
        "PQRS-242",
        Severity.ERROR,
        "PQRS reference, P34 (S)",
        CasePayload,
        "The declared total is smaller than the number of cases sent with it. Correct the total.",
        _total_below_cases,
        when=given("declaredtotals"),
    ),
    Rule(
        "PQRS-243",
        Severity.ERROR,
        "PQRS reference, P34 (S)",
        DeclaredTotal,
        "Not every eligible case is submitted, so the total is needed. Add it.",
        _total_missing,
    ),
    Rule(
        "PQRS-244",
        Severity.ERROR,
        "PQRS reference, P34 (S; assumed)",
        CasePayload,
        "The total of the measure is declared more than once. Declare it once.",
        _total_twice,
        when=given("declaredtotals"),
    ),
    Rule(
        "PQRS-245",
        Severity.ERROR,
        "PQRS reference, P01, P34",
        DeclaredTotal,
        "The performance year has no such measure: it is unknown, retired or not begun. Correct the "
        "measure or the year.",
        _total_of_unknown_measure,
    ),
)
