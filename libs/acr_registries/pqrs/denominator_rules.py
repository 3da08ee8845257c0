"""Rules about what a measure's denominator asks of a case, and about totals of a batch. Pure.

A case outside the denominator is kept and not counted, so these rules never reject it.
"""

from collections import Counter

from acr_domain.findings import Severity
from acr_registries.pqrs.case_columns import measured_case, program_of
from acr_registries.pqrs.cases import CasePayload, CaseRecord, DeclaredTotal
from acr_registries.pqrs.measures import is_foreign, measure_in, plain_id
from acr_registries.pqrs.ordinary_cases import ordinary_case
from acr_registries.pqrs.outcomes import (
    Measured,
    age_fits,
    diagnosis_fits,
    procedure_fits,
    telehealth_modified,
    telehealth_placed,
)
from acr_registries.registry import NOWHERE, Knowing, Places, Receipt, Rule


def _no_procedure(case: CaseRecord, under: Measured) -> Places:
    return NOWHERE if procedure_fits(case, under.measure) else ("procedurecodes",)


def _other_age(case: CaseRecord, under: Measured) -> Places:
    return NOWHERE if age_fits(case, under.measure) else ("patientage",)


def _diagnosis_missing(case: CaseRecord, under: Measured) -> Places:
    measure = under.measure
    missing = measure.diagnoses and not case.diagnosiscodes
    return ("diagnosiscodes",) if missing else NOWHERE


def _other_diagnosis(case: CaseRecord, under: Measured) -> Places:
    measure = under.measure
    if not case.diagnosiscodes or diagnosis_fits(case, measure):
        return NOWHERE
    return ("diagnosiscodes",)


def _sex_missing(case: CaseRecord, under: Measured) -> Places:
    measure = under.measure
    missing = measure.sex_matters and case.patientsex is None
    return ("patientsex",) if missing else NOWHERE


def _other_sex(case: CaseRecord, under: Measured) -> Places:
    measure = under.measure
    if not measure.sex or case.patientsex in (None, measure.sex):
        return NOWHERE
    return ("patientsex",)


def _finding_missing(case: CaseRecord, under: Measured) -> Places:
    findings = under.measure.findings
    if not findings or not case.qualitycodes or not findings.isdisjoint(under.written):
        return NOWHERE
    return ("qualitycodes",)


def _by_telehealth(case: CaseRecord, receipt: Receipt) -> Places:
    if not case.proceduremodifiers and case.placeofservice is None:
        return NOWHERE
    year = program_of(receipt.contents).performanceyear
    if telehealth_modified(case, year):
        return ("proceduremodifiers",)
    return ("placeofservice",) if telehealth_placed(case, year) else NOWHERE


def _stratum_missing(case: CaseRecord, under: Measured) -> Places:
    measure = under.measure
    missing = measure.several_rates and case.stratum is None
    return ("stratum",) if missing else NOWHERE


def _no_such_stratum(case: CaseRecord, under: Measured) -> Places:
    measure = under.measure
    if case.stratum is None:
        return NOWHERE
    wrong = measure.strata and case.stratum not in measure.strata
    return ("stratum",) if wrong else NOWHERE


def _plain_ids(payload: CasePayload, _: Receipt) -> list[str]:
    """Give the plain id of each case's measure to the rules that compare cases."""
    return [plain_id(case.measureid) for case in payload.records]


def _case_twice(payload: CasePayload, plain_ids: list[str]) -> Places:
    keys = [(case.caseid, each) for case, each in zip(payload.records, plain_ids, strict=True)]
    if len(set(keys)) == len(keys):
        return NOWHERE
    first = {key: place for place, key in reversed([*enumerate(keys)])}
    return tuple(
        ("records", place, "caseid") for place, key in enumerate(keys) if first[key] != place
    )


def _total_below_cases(payload: CasePayload, plain_ids: list[str]) -> Places:
    if not payload.declaredtotals:
        return NOWHERE
    received: dict[str, int] = {}
    for each in plain_ids:
        received[each] = received.get(each, 0) + 1
    return tuple(
        ("declaredtotals", place, "eligibletotal")
        for place, total in enumerate(payload.declaredtotals)
        if total.eligibletotal is not None
        and total.eligibletotal < received.get(plain_id(total.measureid), 0)
    )


def _total_twice(payload: CasePayload, _: Receipt) -> Places:
    ids = [plain_id(total.measureid) for total in payload.declaredtotals]
    if len(set(ids)) == len(ids):
        return NOWHERE
    times = Counter(ids)
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
        Knowing(measured_case, _no_procedure),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-232",
        Severity.WARNING,
        "PQRS reference, P06, P32, 5.1 (M)",
        CaseRecord,
        "The age lies outside the measure's limits in the year, so the case is not counted. Check "
        "age and measure.",
        Knowing(measured_case, _other_age),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-233",
        Severity.INCOMPLETE,
        "PQRS reference, 3.3 (M)",
        CaseRecord,
        "The measure's denominator asks for a diagnosis. Send the diagnosis codes.",
        Knowing(measured_case, _diagnosis_missing),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-234",
        Severity.WARNING,
        "PQRS reference, P06, 5.2 (M)",
        CaseRecord,
        "No diagnosis code belongs to the measure's denominator, so the case is not counted. Check "
        "the codes and the measure.",
        Knowing(measured_case, _other_diagnosis),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-235",
        Severity.INCOMPLETE,
        "PQRS reference, 3.3 (M)",
        CaseRecord,
        "The measure is limited by sex. Send the patient's sex.",
        Knowing(measured_case, _sex_missing),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-236",
        Severity.WARNING,
        "PQRS reference, 3.3, P06 (M)",
        CaseRecord,
        "The measure is limited to the other sex, so the case is not counted. Check sex and measure.",
        Knowing(measured_case, _other_sex),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-237",
        Severity.WARNING,
        "PQRS reference, 5.1 on 364",
        CaseRecord,
        "The codes lack the finding that the measure's denominator asks for, so the case is not "
        "counted. Send its code too.",
        Knowing(measured_case, _finding_missing),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-238",
        Severity.WARNING,
        "PQRS reference, P06, 3.3 (M; years assumed)",
        CaseRecord,
        "Telehealth leaves the denominator in this year, so the case is not counted. Check modifiers "
        "and place of service.",
        _by_telehealth,
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-239",
        Severity.INCOMPLETE,
        "PQRS reference, 3.3 (M)",
        CaseRecord,
        "The measure is counted by stratum. Send the case's stratum.",
        Knowing(measured_case, _stratum_missing),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-240",
        Severity.ERROR,
        "PQRS reference, P21 (A)",
        CaseRecord,
        "The measure has no such stratum. Send a name of the measure list.",
        Knowing(measured_case, _no_such_stratum),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-241",
        Severity.WARNING,
        "PQRS reference, P33 (assumed)",
        CasePayload,
        "The case is there twice under one measure; the last one counts. Send it once.",
        Knowing(_plain_ids, _case_twice),
    ),
    Rule(
        "PQRS-242",
        Severity.ERROR,
        "PQRS reference, P34 (S)",
        CasePayload,
        "The declared total is smaller than the number of cases sent with it. Correct the total.",
        Knowing(_plain_ids, _total_below_cases),
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
