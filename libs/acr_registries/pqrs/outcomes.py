"""What a case means under its measure: in the denominator or not, and how it came out (P06 to P10).

Pure; the year's definition of the measure decides.
"""

from typing import TYPE_CHECKING, NamedTuple

from acr_registries.pqrs.measures import (
    BEST_FIRST,
    BEST_FIRST_INVERSE,
    OBSERVED,
    UNREPORTED,
    MeasureDefinition,
    Option,
    telehealth,
    telehealth_places,
)

if TYPE_CHECKING:
    from acr_registries.pqrs.cases import CaseRecord


NO_CODES: frozenset[str] = frozenset()


class Measured(NamedTuple):
    """A case's measure, the case's codes as definitions write them, and the options that they hit."""

    measure: MeasureDefinition
    written: frozenset[str]
    hit: list[Option]


def measured(case: "CaseRecord", measure: MeasureDefinition) -> Measured:
    """Read a case's codes by its measure."""
    codes = case.qualitycodes
    if not codes:
        return Measured(measure, NO_CODES, [])
    written = frozenset([each.written() for each in codes])
    return Measured(
        measure, written, [option for option in measure.options if option.codes <= written]
    )


def options_hit(case: "CaseRecord", measure: MeasureDefinition) -> list[Option]:
    """List the options whose codes are all there, the one that counts first (P08, P09)."""
    return measured(case, measure).hit


def outcome_of_codes(case: "CaseRecord", measure: MeasureDefinition) -> str | None:
    """Tell the outcome that the codes mean; None where they hit no option."""
    hit = options_hit(case, measure)
    return hit[0].outcome if hit else None


def outcome(case: "CaseRecord", measure: MeasureDefinition) -> str:
    """Tell how a case came out, by its codes or else by its response (P08 to P10)."""
    if measure.continuous:
        return UNREPORTED if case.numericvalue is None else OBSERVED
    return outcome_of_codes(case, measure) or case.response or UNREPORTED


def outcome_rank(case: "CaseRecord", measure: MeasureDefinition) -> int:
    """Tell the place of the outcome among those of one instance: the lowest counts (P08)."""
    order = BEST_FIRST_INVERSE if measure.inverse else BEST_FIRST
    found = outcome(case, measure)
    return order.index(found) + 1 if found in order else len(order) + 1


def eligible(case: "CaseRecord", measure: MeasureDefinition, year: int) -> bool:
    """Tell whether a case belongs to the denominator (P06)."""
    return (
        age_fits(case, measure)
        and (not measure.sex or case.patientsex == measure.sex)
        and procedure_fits(case, measure)
        and diagnosis_fits(case, measure)
        and finding_fits(case, measure)
        and not (telehealth_modified(case, year) or telehealth_placed(case, year))
    )


def age_fits(case: "CaseRecord", measure: MeasureDefinition) -> bool:
    """Tell whether the age lies within the measure's gate; a limit by sex needs the sex."""
    most = measure.age_most
    if measure.age_most_by_sex is not None:
        most = measure.age_most_by_sex.get(case.patientsex or "", most)
    return measure.age_least <= case.patientage <= most


def procedure_fits(case: "CaseRecord", measure: MeasureDefinition) -> bool:
    """Tell whether a procedure is one of the denominator, or the measure names none."""
    return not measure.procedures or not measure.procedures.isdisjoint(case.procedurecodes)


def diagnosis_fits(case: "CaseRecord", measure: MeasureDefinition) -> bool:
    """Tell whether a diagnosis is one of the denominator, or the measure names none."""
    return not measure.diagnoses or not measure.diagnoses.isdisjoint(case.diagnosiscodes)


def finding_fits(case: "CaseRecord", measure: MeasureDefinition) -> bool:
    """Tell whether the codes tell the finding that the denominator asks for.

    An answer without codes says by itself that the case belongs to the measure.
    """
    if not measure.findings or not case.qualitycodes:
        return True
    return not measure.findings.isdisjoint(each.written() for each in case.qualitycodes)


def telehealth_modified(case: "CaseRecord", year: int) -> bool:
    """Tell whether a modifier marks telehealth, in a year in which that leaves the denominator."""
    modifiers = case.proceduremodifiers
    return bool(modifiers) and not telehealth().modifiers_in(year).isdisjoint(modifiers)


def telehealth_placed(case: "CaseRecord", year: int) -> bool:
    """Tell the same of the place of service."""
    return case.placeofservice in telehealth_places(year)
