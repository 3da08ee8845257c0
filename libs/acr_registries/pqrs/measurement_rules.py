"""Rules about one measurement of the QPP form: its measure, counts and rates. Pure."""

from collections.abc import Iterator

from acr_domain.findings import Severity
from acr_registries.pqrs.case_columns import program_of
from acr_registries.pqrs.measure_results import Measurement, MeasurementValue, StratumResult
from acr_registries.pqrs.measures import (
    BOOLEAN,
    MULTI_RATE,
    NON_PROPORTION,
    PROPORTION,
    REGISTRY_MULTI_RATE,
    REGISTRY_SINGLE_RATE,
    SINGLE_RATE,
    MeasureDefinition,
    is_foreign,
    measure_in,
)
from acr_registries.pqrs.rates import (
    ROUNDING,
    accounted,
    case_count,
    completeness,
    performance_rate,
    value_rate,
)
from acr_registries.registry import NOWHERE, Place, Places, Receipt, Rule

_END_TO_END = "isendtoendreported"
_SINGLE = (_END_TO_END, "performancemet", "eligiblepopulation")
_NEEDED_BY_METRIC = {
    SINGLE_RATE: _SINGLE,
    REGISTRY_SINGLE_RATE: (*_SINGLE, "performancerate"),
    MULTI_RATE: (_END_TO_END, "strata"),
    REGISTRY_MULTI_RATE: (_END_TO_END, "strata", "performancerate"),
    NON_PROPORTION: (_END_TO_END, "numerator", "denominator", "observationinstances"),
    BOOLEAN: ("answer",),
    PROPORTION: ("numerator", "denominator"),
}


def _measure(result: Measurement, receipt: Receipt) -> MeasureDefinition | None:
    return measure_in(result.measureid, program_of(receipt.contents).performanceyear)


def _counts(value: MeasurementValue) -> Iterator[tuple[tuple[str | int, ...], StratumResult]]:
    for place, stratum in enumerate(value.strata):
        yield ("value", "strata", place), stratum


def _unknown_measure(result: Measurement, receipt: Receipt) -> Places:
    known = _measure(result, receipt) is not None or is_foreign(result.measureid)
    return NOWHERE if known else ("measureid",)


def _foreign_measure(result: Measurement, _: Receipt) -> Places:
    return ("measureid",) if is_foreign(result.measureid) else NOWHERE


def _value_lacks(result: Measurement, receipt: Receipt) -> Places:
    measure = _measure(result, receipt)
    needed = _NEEDED_BY_METRIC.get(measure.metric, ()) if measure else ()
    value = result.value
    missing = [name for name in needed if getattr(value, name) in (None, ())]
    return tuple(("value", name) for name in missing) if missing else NOWHERE


def _too_many_instances(result: Measurement, _: Receipt) -> Places:
    value, eligible = result.value, result.value.eligiblepopulation
    over = eligible is not None and accounted(value) > eligible
    whole: Places = (("value", "eligiblepopulation"),) if over else NOWHERE
    if not value.strata:
        return whole
    return whole + tuple(
        (*way, "eligiblepopulation")
        for way, stratum in _counts(value)
        if accounted(stratum) > stratum.eligiblepopulation
    )


def _excluded_twice(result: Measurement, receipt: Receipt) -> Places:
    if not result.value.eligiblepopulationexclusion:
        return NOWHERE
    measure = _measure(result, receipt)
    cqm = measure is not None and not measure.qcdr and measure.metric == SINGLE_RATE
    return (("value", "eligiblepopulationexclusion"),) if cqm else NOWHERE


def _other_rate(result: Measurement, receipt: Receipt) -> Places:
    measure, value = _measure(result, receipt), result.value
    if measure is None or not measure.qcdr:
        return NOWHERE
    tolerance = receipt.thresholds["rate_tolerance"] + ROUNDING
    places: list[Place] = []
    if _differ(value.performancerate, value_rate(value, measure), tolerance):
        places.append(("value", "performancerate"))
    places += [
        (*way, "performancerate")
        for way, stratum in _counts(value)
        if _differ(stratum.performancerate, performance_rate(stratum), tolerance)
    ]
    return tuple(places)


def _differ(sent: float | None, computed: float | None, tolerance: float) -> bool:
    return sent is not None and computed is not None and abs(sent - computed) > tolerance


def _other_strata(result: Measurement, receipt: Receipt) -> Places:
    measure = _measure(result, receipt)
    if measure is None or not measure.strata or not result.value.strata:
        return NOWHERE
    names = [each.stratum for each in result.value.strata]
    return NOWHERE if sorted(names) == sorted(measure.strata) else (("value", "strata"),)


def _low_completeness(result: Measurement, receipt: Receipt) -> Places:
    share = completeness(result.value)
    low = share is not None and share < receipt.thresholds["completeness_mips_least"]
    return ("value",) if low else NOWHERE


def _few_cases(result: Measurement, receipt: Receipt) -> Places:
    cases = case_count(result.value, _measure(result, receipt))
    few = cases is not None and cases < receipt.thresholds["cases_least"]
    return ("value",) if few else NOWHERE


MEASUREMENT_RULES = (
    Rule(
        "PQRS-320",
        Severity.ERROR,
        "PQRS reference, P01 (M)",
        Measurement,
        "The performance year has no such measure or activity: it is unknown, retired or not begun. "
        "Correct the id or the year.",
        _unknown_measure,
    ),
    Rule(
        "PQRS-321",
        Severity.WARNING,
        "PQRS reference, 5.3 note, 3.6 (S, M)",
        Measurement,
        "The measure's definition is not held here; its result is kept and not looked at further. "
        "Check its id.",
        _foreign_measure,
    ),
    Rule(
        "PQRS-322",
        Severity.ERROR,
        "PQRS reference, 3.5 (A)",
        Measurement,
        "The measure's metric type needs the element. Add it; the value of a yes-or-no measure is a "
        "plain true or false.",
        _value_lacks,
    ),
    Rule(
        "PQRS-323",
        Severity.ERROR,
        "PQRS reference, P16 (A)",
        Measurement,
        "Met, not met, exceptions and exclusions are more than the eligible population. Correct the "
        "counts.",
        _too_many_instances,
    ),
    Rule(
        "PQRS-324",
        Severity.WARNING,
        "PQRS reference, P17 (A)",
        Measurement,
        "The eligible population of a MIPS CQM leaves exclusions out already, so their number is 0. "
        "Check both counts.",
        _excluded_twice,
    ),
    Rule(
        "PQRS-325",
        Severity.ERROR,
        "PQRS reference, P19, P20 (A; tolerance assumed)",
        Measurement,
        "The performance rate is not met / (met + not met), weighted over the strata, within "
        "{rate_tolerance}. Correct the rate or the counts.",
        _other_rate,
    ),
    Rule(
        "PQRS-326",
        Severity.ERROR,
        "PQRS reference, P21 (A)",
        Measurement,
        "The strata are not those of the measure list, each once. Send each of them once.",
        _other_strata,
    ),
    Rule(
        "PQRS-327",
        Severity.WARNING,
        "PQRS reference, P24 (V)",
        Measurement,
        "Less than {completeness_mips_least} % of the eligible cases are accounted for: the measure "
        "scores nothing. Send the other cases.",
        _low_completeness,
    ),
    Rule(
        "PQRS-328",
        Severity.WARNING,
        "PQRS reference, P25 (assumed)",
        Measurement,
        "The measure has fewer than {cases_least} cases and is not scored against its benchmark.",
        _few_cases,
    ),
)
