"""Rules about one case record alone: its measure, day, sender and answer. Pure."""

from datetime import timedelta
from typing import NamedTuple

from acr_domain.findings import Severity
from acr_registries.npi import is_npi
from acr_registries.pqrs.case_columns import measured_case, program_of
from acr_registries.pqrs.cases import CaseRecord
from acr_registries.pqrs.measures import MeasureDefinition, is_foreign, measure_in
from acr_registries.pqrs.model import PqrsProgramData
from acr_registries.pqrs.ordinary_cases import ordinary_case
from acr_registries.pqrs.outcomes import Measured
from acr_registries.registry import NOWHERE, Knowing, Places, Receipt, Rule

# A zone west of UTC may be up to a day behind, and days have no zone.
ZONES_MAX = timedelta(days=1)


class Reported(NamedTuple):
    """A case's measure, if the performance year has it, and the header's own part."""

    measure: MeasureDefinition | None
    program: PqrsProgramData


def _reported(case: CaseRecord, receipt: Receipt) -> Reported:
    program = program_of(receipt.contents)
    return Reported(measure_in(case.measureid, program.performanceyear), program)


def _unknown_measure(case: CaseRecord, reported: Reported) -> Places:
    known = reported.measure is not None or is_foreign(case.measureid)
    return NOWHERE if known else ("measureid",)


def _foreign_measure(case: CaseRecord, _: Receipt) -> Places:
    return ("measureid",) if is_foreign(case.measureid) else NOWHERE


def _outside_year(case: CaseRecord, reported: Reported) -> Places:
    year = reported.program.performanceyear
    return NOWHERE if case.dateofservice.year == year else ("dateofservice",)


def _not_yet_served(case: CaseRecord, receipt: Receipt) -> Places:
    late = case.dateofservice - receipt.received_at.date() > ZONES_MAX
    return ("dateofservice",) if late else NOWHERE


def _npi_check_digit(case: CaseRecord, _: Receipt) -> Places:
    return NOWHERE if case.npi is None or is_npi(case.npi) else ("npi",)


def _other_tin(case: CaseRecord, reported: Reported) -> Places:
    same = case.tin is None or case.tin == reported.program.tin
    return NOWHERE if same else ("tin",)


def _other_clinician(case: CaseRecord, reported: Reported) -> Places:
    if case.npi is None:
        return NOWHERE
    program = reported.program
    other = program.entitytype == "individual" and case.npi != program.npi
    return ("npi",) if other else NOWHERE


def _no_answer(case: CaseRecord, reported: Reported) -> Places:
    measure = reported.measure
    if measure is not None and measure.continuous:
        return NOWHERE if case.numericvalue is not None else ("numericvalue",)
    answered = case.qualitycodes or case.response is not None
    if answered or (measure is None and case.numericvalue is not None):
        return NOWHERE
    return ("response",)


def _two_answers(case: CaseRecord, under: Measured) -> Places:
    if case.response is None or not under.hit:
        return NOWHERE
    return NOWHERE if under.hit[0].outcome == case.response else ("response",)


def _code_of_no_option(case: CaseRecord, under: Measured) -> Places:
    codes = under.measure.codes
    if not codes or under.written <= codes:
        return NOWHERE
    return tuple(
        ("qualitycodes", place, "code")
        for place, each in enumerate(case.qualitycodes)
        if each.written() not in codes
    )


def _codes_incomplete(case: CaseRecord, under: Measured) -> Places:
    if not case.qualitycodes or case.response is not None:
        return NOWHERE
    if not under.measure.codes or under.hit:
        return NOWHERE
    return ("qualitycodes",)


def _codes_of_several_options(_: CaseRecord, under: Measured) -> Places:
    return ("qualitycodes",) if len(under.hit) > 1 else NOWHERE


def _value_unused(case: CaseRecord, under: Measured) -> Places:
    if case.numericvalue is None or under.measure.continuous:
        return NOWHERE
    return ("numericvalue",)


def _signed_before_service(case: CaseRecord, _: Receipt) -> Places:
    signed = case.reportsigneddatetime
    early = signed is not None and case.dateofservice - signed.date() > ZONES_MAX
    return ("reportsigneddatetime",) if early else NOWHERE


CASE_RULES = (
    Rule(
        "PQRS-201",
        Severity.ERROR,
        "PQRS reference, P01 (M)",
        CaseRecord,
        "The performance year has no such measure: it is unknown, retired or not begun. Correct the "
        "measure or the year.",
        Knowing(_reported, _unknown_measure),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-202",
        Severity.WARNING,
        "PQRS reference, 5.3 note (S, M)",
        CaseRecord,
        "The measure's definition is not held here; the case is kept and not looked at further. "
        "Check its id.",
        _foreign_measure,
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-203",
        Severity.ERROR,
        "PQRS reference, P03 (M, S)",
        CaseRecord,
        "The day of service lies outside the performance year. Correct one of them.",
        Knowing(_reported, _outside_year),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-204",
        Severity.ERROR,
        "PQRS reference, 3.3 (assumed)",
        CaseRecord,
        "The day of service lies after receipt. Send the case when the exam was done.",
        _not_yet_served,
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-205",
        Severity.ERROR,
        "PQRS reference, P04 (check digit assumed)",
        CaseRecord,
        "The NPI's check digit is wrong. Correct the number.",
        _npi_check_digit,
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-206",
        Severity.ERROR,
        "PQRS reference, 3.3 (A)",
        CaseRecord,
        "The TIN is not the header's. Send the cases of each TIN apart, or leave the element out.",
        Knowing(_reported, _other_tin),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-207",
        Severity.ERROR,
        "PQRS reference, 3.3 (A)",
        CaseRecord,
        "An individual reports, and the NPI is not the header's. Send the cases of each clinician "
        "apart, or leave the element out.",
        Knowing(_reported, _other_clinician),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-208",
        Severity.ERROR,
        "PQRS reference, 3.3 (M, V)",
        CaseRecord,
        "The case has no answer. Send quality codes or a response; for a continuous measure, the "
        "numeric value.",
        Knowing(_reported, _no_answer),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-209",
        Severity.ERROR,
        "PQRS reference, 3.3, P08 to P10 (severity assumed)",
        CaseRecord,
        "The response says another outcome than the quality codes. Correct one, or leave it out.",
        Knowing(measured_case, _two_answers),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-210",
        Severity.WARNING,
        "PQRS reference, P09, P10 (M)",
        CaseRecord,
        "The code, with its modifier, is not one of the measure's in the year; it is not used. Check "
        "code and modifier together.",
        Knowing(measured_case, _code_of_no_option),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-211",
        Severity.WARNING,
        "PQRS reference, P09 (C, M)",
        CaseRecord,
        "The codes complete no outcome of the measure, so the case counts as unreported. Some "
        "outcomes need two codes; send all of them.",
        Knowing(measured_case, _codes_incomplete),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-212",
        Severity.WARNING,
        "PQRS reference, P08 (C), 5.1 note on 146",
        CaseRecord,
        "The codes mean several outcomes; the best one for the clinician counts. Send the codes of "
        "one.",
        Knowing(measured_case, _codes_of_several_options),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-213",
        Severity.WARNING,
        "PQRS reference, 3.3 (M)",
        CaseRecord,
        "The measure is not continuous, so the numeric value is not used. Leave it out.",
        Knowing(measured_case, _value_unused),
        unless=ordinary_case,
    ),
    Rule(
        "PQRS-214",
        Severity.WARNING,
        "PQRS reference, 3.3 (assumed)",
        CaseRecord,
        "The report was signed before the day of service. Check both.",
        _signed_before_service,
        unless=ordinary_case,
    ),
)
