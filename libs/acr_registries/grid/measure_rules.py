"""Rules about the quality measures of an exam: whom a measure is about, and what it needs."""

from typing import TypeAlias

from acr_domain.findings import Severity
from acr_registries.grid.exams import ExamMeasure, ExamRecord
from acr_registries.grid.gates import Gate, measure_gates
from acr_registries.grid.ordinary_exams import ordinary_exam
from acr_registries.registry import NOWHERE, Knowing, Places, Receipt, Rule

Gated: TypeAlias = list[tuple[int, Gate]]

MEASURED = frozenset({"met", "not_met"})
WITH_REASON = frozenset({"exception", "exclusion"})


def _measured(form: ExamRecord, _: Receipt) -> Gated | None:
    """Give place and gate of each measure that counts in a rate."""
    if not form.measures:
        return None
    gates = measure_gates()
    return [
        (place, gates[entry.measureid])
        for place, entry in enumerate(form.measures)
        if entry.response in MEASURED and entry.measureid in gates
    ]


def _beyond_gate(form: ExamRecord, gate: Gate) -> bool:
    """Tell whether age or sex, as far as they are sent, are not those of the measure."""
    if not gate.ages or (gate.by_sex and form.patientsex is None):
        return False
    limits = gate.ages_of(form.patientsex)
    if limits is None:
        return True
    least, most = limits
    if form.patientage is None:
        # The group's youngest age says only that nobody in it is younger.
        return form.patientagegroup is not None and form.patientagegroup > most
    return not least <= form.patientage <= most


def _gates_not_passed(form: ExamRecord, measured: Gated) -> Places:
    return tuple(
        ("measures", place, "response") for place, gate in measured if _beyond_gate(form, gate)
    )


def _age_missing(form: ExamRecord, measured: Gated) -> Places:
    if form.patientage is not None or form.patientagegroup is not None:
        return NOWHERE
    return ("patientage",) if any(gate.ages for _, gate in measured) else NOWHERE


def _sex_missing(form: ExamRecord, measured: Gated) -> Places:
    if form.patientsex is not None:
        return NOWHERE
    return ("patientsex",) if any(gate.by_sex for _, gate in measured) else NOWHERE


def _reason_missing(form: ExamMeasure, _: Receipt) -> Places:
    missing = form.response in WITH_REASON and form.reasoncode is None
    return ("reasoncode",) if missing else NOWHERE


def _measure_twice(form: ExamRecord, _: Receipt) -> Places:
    if len(form.measures) < 2:
        return NOWHERE
    ids = [entry.measureid for entry in form.measures]
    return tuple(
        ("measures", place, "measureid")
        for place, name in enumerate(ids)
        if ids.index(name) != place
    )


def _other_modality(form: ExamRecord, measured: Gated) -> Places:
    return tuple(
        ("measures", place, "measureid")
        for place, gate in measured
        if gate.modalities and form.modality not in gate.modalities
    )


def _other_years(form: ExamRecord, measured: Gated) -> Places:
    year = form.dated().year
    return tuple(
        ("measures", place, "measureid")
        for place, gate in measured
        if gate.years and year not in gate.years
    )


GRID_MEASURE_RULES = (
    Rule(
        "GRID-501",
        Severity.ERROR,
        "GRID reference, G34",
        ExamRecord,
        "The patient's age or sex is not among those that the measure is about. Answer "
        "not_applicable, or correct age or sex.",
        Knowing(_measured, _gates_not_passed),
    ),
    Rule(
        "GRID-502",
        Severity.INCOMPLETE,
        "GRID reference, 3.7",
        ExamMeasure,
        "An exception or exclusion needs its reason. Send its code.",
        _reason_missing,
    ),
    Rule(
        "GRID-503",
        Severity.INCOMPLETE,
        "GRID reference, 3.7",
        ExamRecord,
        "A measure of the exam has limits of age. Send the patient's age.",
        Knowing(_measured, _age_missing),
    ),
    Rule(
        "GRID-504",
        Severity.INCOMPLETE,
        "GRID reference, 3.7",
        ExamRecord,
        "A measure of the exam is limited to a sex, or has limits of age by sex. Send it.",
        Knowing(_measured, _sex_missing),
    ),
    Rule(
        "GRID-505",
        Severity.WARNING,
        "GRID reference, 5.3",
        ExamRecord,
        "The CMS programme did not have the measure in the exam's year. It is kept for the "
        "registry's own reports.",
        Knowing(_measured, _other_years),
    ),
    Rule(
        "GRID-506",
        Severity.WARNING,
        "GRID reference, 5.3 (modalities taken from the denominators)",
        ExamRecord,
        "The measure is about exams of another modality. Check measure and modality.",
        Knowing(_measured, _other_modality),
    ),
    Rule(
        "GRID-507",
        Severity.ERROR,
        "GRID reference, 3.7",
        ExamRecord,
        "The exam has two answers to one measure. Send one.",
        _measure_twice,
        unless=ordinary_exam,
    ),
)
