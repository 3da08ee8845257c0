"""Tells senders how each measure is defined in each year. Reads the measure list; judges nothing."""

from collections.abc import Iterable

from acr_registries.data_files import read_tables
from acr_registries.pqrs.measures import (
    AGE_MOST,
    BEST_FIRST,
    DENOMINATORS_FILE,
    PACKAGE,
    MeasureDefinition,
    definitions,
)
from acr_registries.registry import LookupTable

_HEADINGS = (
    *("Measure", "Years", "Title", "Metric type", "Lower is better", "Ages", "Sex"),
    *("Procedure sets", "Diagnoses", "Codes of the finding"),
    *("Codes of met", "Codes of exclusion", "Codes of exception", "Codes of not met"),
    *("Strata", "Rate per", "Note", "Source"),
)


def pqrs_lookups() -> tuple[LookupTable, ...]:
    """Give the measure list by years, and the sets of procedure codes that it names."""
    measures = LookupTable(
        "measure_definitions",
        "Measure list",
        "Every measure in the years in which its definition is the same. A case belongs to the "
        "denominator by age, sex, procedure, diagnosis and finding; quality codes tell its outcome: "
        "either of those that a comma parts, all of those that + joins. Where a column is empty, "
        "nothing is asked for.",
        _HEADINGS,
        tuple(_row(each) for known in definitions().values() for each in known),
    )
    sets = read_tables(PACKAGE, DENOMINATORS_FILE)
    procedures = LookupTable(
        "procedure_sets",
        "Procedure sets",
        "The CPT and HCPCS codes of the denominators, without descriptors, which are licensed.",
        ("Set", "What it is", "Source", "Codes"),
        tuple(
            (name, table["text"], table["source"], " ".join(table["codes"].split()))
            for name, table in sets.items()
        ),
    )
    return measures, procedures


def _row(each: MeasureDefinition) -> tuple[str, ...]:
    ways = {outcome: ", ".join(_ways(each, outcome)) for outcome in BEST_FIRST}
    return (
        *(each.shown, _years(each), each.title, each.metric, "yes" if each.inverse else ""),
        *(_ages(each), each.sex, ", ".join(each.procedure_sets), _listed(each.diagnoses)),
        *(_listed(each.findings), *ways.values()),
        *(", ".join(each.strata), f"{each.rate_per:g}", each.note, each.source),
    )


def _ways(each: MeasureDefinition, outcome: str) -> Iterable[str]:
    for option in each.options:
        if option.outcome == outcome:
            yield "+".join(sorted(option.codes))


def _years(each: MeasureDefinition) -> str:
    return str(each.since) if each.since == each.until else f"{each.since} to {each.until}"


def _ages(each: MeasureDefinition) -> str:
    if each.age_most_by_sex:
        return "; ".join(
            f"{sex}: {each.age_least} to {most}" for sex, most in each.age_most_by_sex.items()
        )
    if each.age_most >= AGE_MOST and not each.age_least:
        return ""
    if each.age_most >= AGE_MOST:
        return f"from {each.age_least}"
    return f"{each.age_least} to {each.age_most}"


def _listed(codes: Iterable[str]) -> str:
    return ", ".join(sorted(codes))
