"""`programspecificdata` of GRID and the forms of its payloads, by kind of record.

Source: tables 2.1 and 3.1 of the GRID reference. What a record holds is told in `annual`, `monthly`
and `exams`.
"""

import abc
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StrictInt, StrictStr

from acr_domain.strict_json import JsonValue
from acr_registries.forms import Form
from acr_registries.grid.annual import AnnualFacilityForm
from acr_registries.grid.exams import ExamRecord
from acr_registries.grid.monthly import FacilityMonth, PhysicianMonth
from acr_registries.header import Code, Digits, ProgramData, digits_of, one_of

ANNUAL, FACILITY_MONTH, PHYSICIAN_MONTH, EXAM = (
    "facility_annual",
    "facility_monthly",
    "physician_monthly",
    "exam",
)
MONTHLY_KINDS = frozenset({FACILITY_MONTH, PHYSICIAN_MONTH})
GREEN, GOLD = "green", "gold"
Month = Annotated[StrictInt, Field(ge=1, le=12)]


class GridProgramData(ProgramData):
    """Which form or exam batch this is, of which facility and period."""

    recordtype: Annotated[StrictStr, one_of(ANNUAL, FACILITY_MONTH, PHYSICIAN_MONTH, EXAM)]
    facilityid: Annotated[Digits, digits_of(6)]
    participationlevel: Annotated[StrictStr, one_of(GREEN, GOLD)] | None = None
    reportingyear: Annotated[StrictInt, Field(ge=2008, le=9999)]
    reportingmonth: Month | None = None
    mappingversion: Code
    recordcount: Annotated[StrictInt, Field(ge=1, le=1_000_000)]


class MonthlyProgramData(GridProgramData):
    """A monthly form, which must name its month."""

    reportingmonth: Month


class FormsPayload(Form):
    """What the payloads of annual and monthly forms have in common."""

    @abc.abstractmethod
    def keys(self) -> list[tuple[str | int, ...]]:
        """Give the natural key of each form, in order."""


class AnnualPayload(FormsPayload):
    """Annual facility forms."""

    records: tuple[AnnualFacilityForm, ...]

    def keys(self) -> list[tuple[str | int, ...]]:
        """Give facility and year of each form."""
        return [(each.facilityid, each.year) for each in self.records]


class FacilityMonthPayload(FormsPayload):
    """Monthly forms by facility."""

    records: tuple[FacilityMonth, ...]

    def keys(self) -> list[tuple[str | int, ...]]:
        """Give facility, year and month of each form."""
        return [(each.facilityid, each.year, each.month) for each in self.records]


class PhysicianMonthPayload(FormsPayload):
    """Monthly forms by physician."""

    records: tuple[PhysicianMonth, ...]

    def keys(self) -> list[tuple[str | int, ...]]:
        """Give facility, year, month and physician of each form."""
        return [(each.facilityid, each.year, each.month, each.physicianid) for each in self.records]


class ExamPayload(Form):
    """A batch of exams."""

    records: tuple[ExamRecord, ...]


PAYLOADS: Mapping[str, type[Form]] = {
    ANNUAL: AnnualPayload,
    FACILITY_MONTH: FacilityMonthPayload,
    PHYSICIAN_MONTH: PhysicianMonthPayload,
    EXAM: ExamPayload,
}


def grid_program_model(program: Mapping[str, Any]) -> type[GridProgramData]:
    """Choose by record type: only the monthly kinds need a month."""
    monthly = str(program.get("recordtype")).lower() in MONTHLY_KINDS
    return MonthlyProgramData if monthly else GridProgramData


def payload_form(program: ProgramData, _: JsonValue) -> type[Form]:
    """Choose the payload's form by the kind of record."""
    assert isinstance(program, GridProgramData)
    return PAYLOADS[program.recordtype]


def named_version(program: ProgramData, _: JsonValue) -> str | None:
    """Give the contract version that an exam file names; forms have versions of their own."""
    assert isinstance(program, GridProgramData)
    return program.mappingversion if program.recordtype == EXAM else None
