"""What the registry computes of each case: columns of its table (P06 to P10, P30, P38). Pure."""

from typing import TYPE_CHECKING

from acr_registries.forms import Derived
from acr_registries.pqrs.measures import MeasureDefinition, measure_in, plain_id
from acr_registries.pqrs.model import PQRS, PqrsProgramData
from acr_registries.pqrs.outcomes import Measured, eligible, measured, outcome, outcome_rank
from acr_registries.registry import Contents, Receipt

if TYPE_CHECKING:
    from acr_registries.pqrs.cases import CaseRecord, DeclaredTotal

MEDICARE_PART_B = "medicare_ffs"


def program_of(contents: Contents) -> PqrsProgramData:
    """Give the header's own part of a submission."""
    # The registry chose its model.
    return contents.program  # type: ignore[return-value]


def definition_of(case: "CaseRecord", contents: Contents) -> MeasureDefinition | None:
    """Give the case's measure, as it is defined in the performance year."""
    return measure_in(case.measureid, program_of(contents).performanceyear)


def measured_case(case: "CaseRecord", receipt: Receipt) -> Measured | None:
    """Give the case's measure, and what its codes mean under it, to the rules that it decides."""
    measure = definition_of(case, receipt.contents)
    return None if measure is None else measured(case, measure)


def _measure(form: "CaseRecord | DeclaredTotal", _: Contents) -> str:
    return plain_id(form.measureid)


def _tin(case: "CaseRecord", contents: Contents) -> str:
    return case.tin or program_of(contents).tin


def _npi(case: "CaseRecord", contents: Contents) -> str | None:
    return case.npi or program_of(contents).npi


def _eligible(case: "CaseRecord", contents: Contents) -> bool | None:
    measure = definition_of(case, contents)
    if measure is None:
        return None
    return eligible(case, measure, program_of(contents).performanceyear)


def _outcome(case: "CaseRecord", contents: Contents) -> str | None:
    measure = definition_of(case, contents)
    return outcome(case, measure) if measure else case.response


def _rank(case: "CaseRecord", contents: Contents) -> int | None:
    measure = definition_of(case, contents)
    return outcome_rank(case, measure) if measure else None


def _counting_key(case: "CaseRecord", contents: Contents) -> str:
    measure = definition_of(case, contents)
    if measure is None or not measure.procedures:
        return f"case {case.caseid}"
    return f"{case.dateofservice.isoformat()} {case.patientid}"


def _in_population(case: "CaseRecord", contents: Contents) -> bool:
    if program_of(contents).programversion != PQRS or _measure(case, contents).startswith("ACRAD"):
        return True
    return case.payer == MEDICARE_PART_B


def _lower_is_better(case: "CaseRecord", contents: Contents) -> bool | None:
    measure = definition_of(case, contents)
    return measure.inverse if measure else None


MEASURE_COLUMN = Derived(
    "measure",
    str,
    "Id of the measure without spaces, leading zeros or small letters.",
    "5.1",
    _measure,
)

CASE_COLUMNS = (
    MEASURE_COLUMN,
    Derived("reporting_tin", str, "The case's TIN, or else the header's.", "3.3, A", _tin),
    Derived("reporting_npi", str, "The case's NPI, or else the header's.", "3.3, A", _npi),
    Derived(
        "denominator_eligible",
        bool,
        "Whether the case belongs to the measure's denominator in the year: age, sex, procedure, "
        "diagnosis, finding, and no telehealth. Null for a measure without definition here.",
        "P06, P32",
        _eligible,
    ),
    Derived(
        "performance_outcome",
        str,
        "met, not_met, exception, exclusion, unreported (no code or answer that counts), or "
        "observed for a continuous measure. Met is what CMS calls so: bad for an inverse measure.",
        "P08, P09, P10",
        _outcome,
    ),
    Derived(
        "outcome_rank",
        int,
        "Place of the outcome among those of one instance: the lowest counts. The order is reversed "
        "for inverse measures; 5 counts only where nothing else is told.",
        "P08",
        _rank,
    ),
    Derived(
        "counting_key",
        str,
        "What one instance is: day and patient for measures with procedures, else the case.",
        "P07",
        _counting_key,
    ),
    Derived(
        "in_program_population",
        bool,
        "Whether the payer counts: Medicare Part B alone for PQRS measures, all for QCDR measures "
        "and MIPS.",
        "P38",
        _in_population,
    ),
    Derived(
        "lower_is_better",
        bool,
        "Whether the measure is inverse in the year. Rates are never turned round.",
        "P30, P31",
        _lower_is_better,
    ),
)
