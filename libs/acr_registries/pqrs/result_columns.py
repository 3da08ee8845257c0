"""What the registry computes of measure results: columns of their tables (P11 to P15, P20). Pure."""

from typing import TYPE_CHECKING

from acr_registries.forms import Derived
from acr_registries.pqrs.benchmarks import REGISTRY_ROUTE, benchmarks, decile
from acr_registries.pqrs.case_columns import program_of
from acr_registries.pqrs.measures import MeasureDefinition, measure_in, plain_id
from acr_registries.pqrs.rates import (
    case_count,
    completeness,
    performance_rate,
    pqrs_performance_rate,
    pqrs_reporting_rate,
    value_rate,
)
from acr_registries.registry import Contents

if TYPE_CHECKING:
    from acr_registries.pqrs.measure_results import Measurement, StratumResult
    from acr_registries.pqrs.registry_results import PqrsMeasure

PERCENT = "percent"


def _definition(measure_id: str, contents: Contents) -> MeasureDefinition | None:
    return measure_in(measure_id, program_of(contents).performanceyear)


def _measure(result: "Measurement", _: Contents) -> str:
    return plain_id(result.measureid)


def _lower_is_better(result: "Measurement", contents: Contents) -> bool | None:
    measure = _definition(result.measureid, contents)
    return measure.inverse if measure else None


def _rate(result: "Measurement", contents: Contents) -> float | None:
    return value_rate(result.value, _definition(result.measureid, contents))


def _completeness(result: "Measurement", _: Contents) -> float | None:
    return completeness(result.value)


def _case_count(result: "Measurement", contents: Contents) -> int | None:
    return case_count(result.value, _definition(result.measureid, contents))


def _decile(result: "Measurement", contents: Contents) -> int | None:
    year, value = program_of(contents).performanceyear, result.value
    benchmark = benchmarks().get((plain_id(result.measureid), REGISTRY_ROUTE, year))
    found = value.numerator if value.observationinstances is not None else _rate(result, contents)
    return None if benchmark is None or found is None else decile(found, benchmark)


def _stratum_rate(stratum: "StratumResult", _: Contents) -> float | None:
    return performance_rate(stratum)


def _pqrs_measure(result: "PqrsMeasure", _: Contents) -> str:
    return plain_id(result.pqrs_measure_number)


def _pqrs_lower_is_better(result: "PqrsMeasure", contents: Contents) -> bool | None:
    measure = _definition(result.pqrs_measure_number, contents)
    return measure.inverse if measure else None


def _pqrs_rate(result: "PqrsMeasure", _: Contents) -> float | None:
    return pqrs_performance_rate(result)


def _pqrs_reporting_rate(result: "PqrsMeasure", _: Contents) -> float | None:
    return pqrs_reporting_rate(result)


RESULT_COLUMNS = (
    Derived(
        "measure",
        str,
        "Id of the measure without spaces, leading zeros or small letters.",
        "5.1",
        _measure,
    ),
    Derived(
        "lower_is_better",
        bool,
        "Whether the measure is inverse in the year. Rates are never turned round.",
        "P30, P31",
        _lower_is_better,
    ),
    Derived(
        "computed_performance_rate",
        float,
        "met / (met + not met), over the strata where there are some. Null where nothing is left "
        "after exclusions, or a count is missing.",
        "P11, P20",
        _rate,
        f"{PERCENT}; per 1,000 for ACRad 3",
    ),
    Derived(
        "completeness",
        float,
        "Instances with an outcome, of those eligible.",
        "P13, P14",
        _completeness,
        PERCENT,
    ),
    Derived(
        "computed_case_count",
        int,
        "Cases that the case minimum is compared with.",
        "P15",
        _case_count,
        "cases",
    ),
    Derived(
        "benchmark_decile",
        int,
        "Decile among the registry submitters of the same year's CMS file, 10 being the best.",
        "5.4, 5.5; interpolation assumed away",
        _decile,
    ),
)

STRATUM_COLUMNS = (
    Derived(
        "computed_performance_rate",
        float,
        "met / (met + not met) of the stratum.",
        "P11",
        _stratum_rate,
        PERCENT,
    ),
)

PQRS_COLUMNS = (
    Derived(
        "measure",
        str,
        "Id of the measure without spaces, leading zeros or small letters.",
        "5.1",
        _pqrs_measure,
    ),
    Derived(
        "lower_is_better",
        bool,
        "Whether the measure is inverse in the year. Rates are never turned round.",
        "P30, P31",
        _pqrs_lower_is_better,
    ),
    Derived(
        "computed_performance_rate",
        float,
        "met / (met + not met).",
        "P12",
        _pqrs_rate,
        PERCENT,
    ),
    Derived(
        "computed_reporting_rate",
        float,
        "Instances with an outcome, of those eligible.",
        "P12",
        _pqrs_reporting_rate,
        PERCENT,
    ),
)
