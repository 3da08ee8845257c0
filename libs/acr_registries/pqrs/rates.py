"""Rates and counts of measure results (P11 to P15, P20). Pure arithmetic; nothing is judged here."""

from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from acr_registries.pqrs.measures import MeasureDefinition

if TYPE_CHECKING:
    from acr_registries.pqrs.measure_results import MeasurementValue, StratumResult
    from acr_registries.pqrs.registry_results import PqrsMeasure

WEIGHTED_AVERAGE, SIMPLE_AVERAGE = "weightedAverage", "simpleAverage"
OVERALL_STRATUM_ONLY = "overallStratumOnly"
OVERALL_STRATUM = "overall"
# A rate that lies on the tolerance is not refused for what binary fractions make of it.
ROUNDING = 1e-9


def rate(part: float, whole: float, per: float = 100) -> float | None:
    """Give a share, in percent or per any other number; None of nothing (P11)."""
    return part / whole * per if whole else None


def performance_rate(counts: "MeasurementValue | StratumResult", per: float = 100) -> float | None:
    """Give met / (met + not met); None where not both are told, or nothing is left (P11)."""
    met, not_met = counts.performancemet, counts.performancenotmet
    if met is None or not_met is None:
        return None
    return rate(met, met + not_met, per)


def value_rate(value: "MeasurementValue", measure: MeasureDefinition | None) -> float | None:
    """Give the performance rate of a measurement: of its strata, if it has any (P11, P20).

    The mean of a non-proportion measure is no rate (P18).
    """
    if value.strata:
        return strata_rate(value.strata, measure.strata_rate if measure else "")
    return performance_rate(value, measure.rate_per if measure else 100)


def strata_rate(strata: Sequence["StratumResult"], kind: str) -> float | None:
    """Give the overall rate of strata (P20); None where the kind has none, or counts are missing."""
    if kind == OVERALL_STRATUM_ONLY:
        overall = [each for each in strata if each.stratum == OVERALL_STRATUM]
        return performance_rate(overall[0]) if overall else None
    if kind == SIMPLE_AVERAGE:
        rates = [performance_rate(each) for each in strata]
        told = [each for each in rates if each is not None]
        return fmean(told) if len(told) == len(strata) else None
    if kind != WEIGHTED_AVERAGE or any(each.performancenotmet is None for each in strata):
        return None
    met = sum(each.performancemet for each in strata)
    return rate(met, met + sum(each.performancenotmet or 0 for each in strata))


def accounted(counts: "MeasurementValue | StratumResult") -> int:
    """Count the instances that have an outcome: met, not met, exception, exclusion (P13, P16)."""
    return (
        (counts.performancemet or 0)
        + (counts.performancenotmet or 0)
        + (counts.eligiblepopulationexception or 0)
        + (counts.eligiblepopulationexclusion or 0)
    )


def completeness(value: "MeasurementValue") -> float | None:
    """Give the share of eligible instances that are accounted for, in percent (P13, P14)."""
    if value.observationinstances is not None:
        seen = value.observationinstances + (value.denominatorexception or 0)
        return rate(seen + (value.numeratorexclusion or 0), value.denominator or 0)
    counts = value.strata
    if not counts:
        told = value.performancenotmet is not None
        return rate(accounted(value), value.eligiblepopulation or 0) if told else None
    if any(each.performancenotmet is None for each in counts):
        return None
    whole = sum(each.eligiblepopulation for each in counts)
    return rate(sum(map(accounted, counts)), whole)


def case_count(value: "MeasurementValue", measure: MeasureDefinition | None) -> int | None:
    """Count the cases that the case minimum is compared with (P15)."""
    if value.observationinstances is not None:
        return None if value.denominator is None else int(value.denominator)
    leaves_exclusions_out = measure is not None and measure.qcdr
    if not value.strata:
        cases, excluded = value.eligiblepopulation, value.eligiblepopulationexclusion or 0
        return cases - excluded if cases is not None and leaves_exclusions_out else cases
    cases = sum(each.eligiblepopulation for each in value.strata)
    if leaves_exclusions_out:
        cases -= sum(each.eligiblepopulationexclusion or 0 for each in value.strata)
    return cases


def pqrs_reported(measure: "PqrsMeasure") -> int:
    """Count the instances that a PQRS result accounts for (P12)."""
    return (
        measure.meets_performance_instances
        + measure.performance_exclusion_instances
        + measure.performance_not_met_instances
    )


def pqrs_performance_rate(measure: "PqrsMeasure") -> float | None:
    """Give the performance rate of a PQRS result, in percent (P12)."""
    met = measure.meets_performance_instances
    return rate(met, met + measure.performance_not_met_instances)


def pqrs_reporting_rate(measure: "PqrsMeasure") -> float | None:
    """Give the reporting rate of a PQRS result, in percent (P12)."""
    return rate(pqrs_reported(measure), measure.eligible_instances)
