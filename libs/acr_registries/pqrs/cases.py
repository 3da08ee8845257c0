"""Forms of case records: one eligible exam and measure each. Source: PQRS reference, 3.3."""

from datetime import date
from typing import ClassVar

from acr_registries.forms import Derived, Form
from acr_registries.pqrs.case_columns import CASE_COLUMNS, MEASURE_COLUMN
from acr_registries.values import Day, Instant


class QualityCode(Form):
    """A quality-data code with its modifier."""

    table: ClassVar[str] = "case_codes"
    row_key: ClassVar[str] = "code_no"

    code: str
    modifier: str | None = None

    def written(self) -> str:
        """Write the code as measure definitions do: `3570F`, or `3570F-8P`."""
        return self.code if self.modifier is None else f"{self.code}-{self.modifier}"


class CaseRecord(Form):
    """One exam under one measure."""

    table: ClassVar[str] = "cases"
    row_key: ClassVar[str] = "case_no"
    derived: ClassVar[tuple[Derived, ...]] = CASE_COLUMNS

    caseid: str
    measureid: str
    tin: str | None = None
    npi: str | None = None
    dateofservice: Day
    patientid: str
    patientage: int
    patientsex: str | None = None
    procedurecodes: tuple[str, ...]
    diagnosiscodes: tuple[str, ...] = ()
    placeofservice: str | None = None
    proceduremodifiers: tuple[str, ...] = ()
    payer: str
    qualitycodes: tuple[QualityCode, ...] = ()
    response: str | None = None
    stratum: str | None = None
    numericvalue: float | None = None
    reportsigneddatetime: Instant | None = None
    sourcesystem: str | None = None

    def dated(self) -> date:
        """Tell the day of the exam."""
        return self.dateofservice


class DeclaredTotal(Form):
    """How many eligible cases of a measure there are, as the practice declares."""

    table: ClassVar[str] = "declared_totals"
    row_key: ClassVar[str] = "total_no"
    derived: ClassVar[tuple[Derived, ...]] = (MEASURE_COLUMN,)

    measureid: str
    allsubmitted: bool
    eligibletotal: int | None = None


class CasePayload(Form):
    """A batch of cases."""

    records: tuple[CaseRecord, ...]
    declaredtotals: tuple[DeclaredTotal, ...] = ()
