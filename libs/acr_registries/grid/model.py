"""`programspecificdata` of GRID. Source: header table of the GRID reference (3.1)."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StrictInt, StrictStr

from acr_registries.header import Code, Digits, ProgramData, digits_of, one_of

MONTHLY_KINDS = frozenset({"facility_monthly", "physician_monthly"})
Month = Annotated[StrictInt, Field(ge=1, le=12)]


class GridProgramData(ProgramData):
    """Which form or exam batch this is, of which facility and period."""

    recordtype: Annotated[
        StrictStr, one_of("facility_annual", "facility_monthly", "physician_monthly", "exam")
    ]
    facilityid: Annotated[Digits, digits_of(6)]
    participationlevel: Annotated[StrictStr, one_of("green", "gold")] | None = None
    reportingyear: Annotated[StrictInt, Field(ge=2008, le=9999)]
    reportingmonth: Month | None = None
    mappingversion: Code
    recordcount: Annotated[StrictInt, Field(ge=1, le=1_000_000)]


class MonthlyProgramData(GridProgramData):
    """A monthly form, which must name its month."""

    reportingmonth: Month


def grid_program_model(program: Mapping[str, Any]) -> type[GridProgramData]:
    """Choose by record type: only the monthly kinds need a month."""
    monthly = str(program.get("recordtype")).lower() in MONTHLY_KINDS
    return MonthlyProgramData if monthly else GridProgramData
