"""Rules about the counts and rates of measures in the CMS registry file. Pure."""

from acr_domain.findings import Severity
from acr_registries.pqrs.case_columns import program_of
from acr_registries.pqrs.measures import definitions, is_foreign, measure_in, plain_id
from acr_registries.pqrs.provider_rules import NO_GROUP
from acr_registries.pqrs.rates import (
    ROUNDING,
    pqrs_performance_rate,
    pqrs_reported,
    pqrs_reporting_rate,
)
from acr_registries.pqrs.registry_results import PqrsFilePayload, PqrsMeasure, RiskAdjustedDetail
from acr_registries.registry import NOWHERE, Places, Receipt, Rule


def _group_lacks_measures(payload: PqrsFilePayload, receipt: Receipt) -> Places:
    year = program_of(receipt.contents).performanceyear
    due = {
        name
        for name in definitions()
        if (measure := measure_in(name, year)) and measure.group == payload.measure_group
    }
    sent = {plain_id(each.pqrs_measure_number) for each in payload.records}
    return ("records",) if due and not due <= sent else NOWHERE


def _too_few_measures(payload: PqrsFilePayload, receipt: Receipt) -> Places:
    if payload.measure_group != NO_GROUP:
        return NOWHERE
    sent = {plain_id(each.pqrs_measure_number) for each in payload.records}
    return ("records",) if len(sent) < receipt.thresholds["pqrs_measures_least"] else NOWHERE


def _measure_twice(payload: PqrsFilePayload, _: Receipt) -> Places:
    seen: set[tuple[str, int]] = set()
    places: list[tuple[str | int, ...]] = []
    for place, each in enumerate(payload.records):
        key = (plain_id(each.pqrs_measure_number), each.measure_strata_num)
        if key in seen:
            places.append(("records", place, "pqrs_measure_number"))
        seen.add(key)
    return tuple(places)


def _unknown_measure(measure: PqrsMeasure, receipt: Receipt) -> Places:
    number = measure.pqrs_measure_number
    year = program_of(receipt.contents).performanceyear
    known = measure_in(number, year) is not None or is_foreign(number)
    return NOWHERE if known else ("pqrs_measure_number",)


def _too_many_instances(measure: PqrsMeasure, _: Receipt) -> Places:
    return (
        ("eligible_instances",) if pqrs_reported(measure) > measure.eligible_instances else NOWHERE
    )


def _other_rate(measure: PqrsMeasure, receipt: Receipt) -> Places:
    tolerance = receipt.thresholds["rate_tolerance"] + ROUNDING
    return tuple(
        name
        for name, sent, computed in _rates(measure)
        if sent is not None and (computed is None or abs(sent - computed) > tolerance)
    )


def _rate_missing(measure: PqrsMeasure, _: Receipt) -> Places:
    return tuple(
        name for name, sent, computed in _rates(measure) if sent is None and computed is not None
    )


def _rates(measure: PqrsMeasure) -> tuple[tuple[str, float | None, float | None], ...]:
    return (
        ("reporting_rate", measure.reporting_rate, pqrs_reporting_rate(measure)),
        ("performance_rate", measure.performance_rate, pqrs_performance_rate(measure)),
    )


def _low_reporting_rate(measure: PqrsMeasure, receipt: Receipt) -> Places:
    share = pqrs_reporting_rate(measure)
    low = share is not None and share < receipt.thresholds["completeness_pqrs_least"]
    return ("eligible_instances",) if low else NOWHERE


def _interval_reversed(detail: RiskAdjustedDetail, _: Receipt) -> Places:
    if detail.lower_ci is None or detail.upper_ci is None:
        return NOWHERE
    return ("upper_ci",) if detail.lower_ci > detail.upper_ci else NOWHERE


PQRS_MEASURE_RULES = (
    Rule(
        "PQRS-420",
        Severity.ERROR,
        "PQRS reference, P01 (M; years to 2016 assumed)",
        PqrsMeasure,
        "The performance year has no such measure: it is unknown, retired or not begun. Correct the "
        "number or the year.",
        _unknown_measure,
    ),
    Rule(
        "PQRS-421",
        Severity.ERROR,
        "PQRS reference, P22 (A)",
        PqrsFilePayload,
        "The measure's stratum is there more than once. Send it once.",
        _measure_twice,
    ),
    Rule(
        "PQRS-422",
        Severity.ERROR,
        "PQRS reference, P16, P12 (A, L)",
        PqrsMeasure,
        "Met, excluded and not met are more than the eligible instances. Correct the counts.",
        _too_many_instances,
    ),
    Rule(
        "PQRS-423",
        Severity.ERROR,
        "PQRS reference, P12, 3.4 (L; tolerance and severity assumed)",
        PqrsMeasure,
        "The rate is not the one of the counts within {rate_tolerance}, or there is none to be told. "
        "Correct the rate or the counts; send null where nothing is left.",
        _other_rate,
    ),
    Rule(
        "PQRS-424",
        Severity.INCOMPLETE,
        "PQRS reference, 3.4 (L; severity assumed)",
        PqrsMeasure,
        "The rate is null only where nothing is left to count. Send it in a later version.",
        _rate_missing,
    ),
    Rule(
        "PQRS-425",
        Severity.WARNING,
        "PQRS reference, P24 (V)",
        PqrsMeasure,
        "Less than {completeness_pqrs_least} % of the eligible instances are reported: the measure "
        "fails. Send the other cases.",
        _low_reporting_rate,
    ),
    Rule(
        "PQRS-426",
        Severity.WARNING,
        "PQRS reference, P26 (V)",
        PqrsFilePayload,
        "PQRS asks for {pqrs_measures_least} individual measures over three domains. Fewer lead to the "
        "applicability check.",
        _too_few_measures,
    ),
    Rule(
        "PQRS-427",
        Severity.WARNING,
        "PQRS reference, 5.1 note on AB",
        PqrsFilePayload,
        "A measures group is answered with all of its measures. Send the others too.",
        _group_lacks_measures,
    ),
    Rule(
        "PQRS-428",
        Severity.ERROR,
        "PQRS reference, 3.4 (L; assumed)",
        RiskAdjustedDetail,
        "The confidence interval's upper bound lies below the lower one. Correct them.",
        _interval_reversed,
    ),
)
