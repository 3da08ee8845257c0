"""A look that clears a case of all rules which name it (`unless`): all is as it mostly is. Pure."""

from acr_registries.npi import is_npi
from acr_registries.pqrs.case_columns import program_of
from acr_registries.pqrs.cases import CaseRecord
from acr_registries.pqrs.measures import MeasureDefinition, measure_in, telehealth_places
from acr_registries.pqrs.model import PqrsProgramData
from acr_registries.registry import Receipt


def ordinary_case(case: CaseRecord, receipt: Receipt) -> bool:
    """Tell whether a case is its sender's, of its year and of its measure's denominator, and answered."""
    program = program_of(receipt.contents)
    year, day = program.performanceyear, case.dateofservice
    measure = measure_in(case.measureid, year)
    return (
        measure is not None
        and day.year == year
        and day <= receipt.received_at.date()
        and (case.reportsigneddatetime is None or case.reportsigneddatetime.date() >= day)
        and _counts(case, measure, year)
        and _answered(case, measure)
        and _sent_by(case, program)
    )


def _sent_by(case: CaseRecord, program: PqrsProgramData) -> bool:
    npi = case.npi
    own = npi is None or npi == program.npi or program.entitytype != "individual"
    return own and (npi is None or is_npi(npi)) and (case.tin is None or case.tin == program.tin)


def _counts(case: CaseRecord, measure: MeasureDefinition, year: int) -> bool:
    """Tell whether the case is in the denominator; measures that ask for more than most are left out."""
    procedures, diagnoses, place = measure.procedures, measure.diagnoses, case.placeofservice
    return (
        not measure.particular
        and measure.age_least <= case.patientage <= measure.age_most
        and (not measure.sex or measure.sex == case.patientsex)
        and (not procedures or not procedures.isdisjoint(case.procedurecodes))
        and (not diagnoses or not diagnoses.isdisjoint(case.diagnosiscodes))
        and case.stratum is None
        and not case.proceduremodifiers
        and (place is None or place not in telehealth_places(year))
    )


def _answered(case: CaseRecord, measure: MeasureDefinition) -> bool:
    """Tell whether there is one answer: the codes of one option alone, or else a response."""
    codes, observed = case.qualitycodes, case.numericvalue is not None
    if measure.continuous or observed:
        return measure.continuous and observed and not codes
    if not codes:
        return case.response is not None
    return (
        case.response is None and frozenset([each.written() for each in codes]) in measure.unmixed
    )
