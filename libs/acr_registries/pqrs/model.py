"""`programspecificdata` of PQRS. Source: header table of the PQRS reference (3.1)."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StrictInt, StrictStr

from acr_registries.header import Digits, ProgramData, digits_of, one_of

PQRS, MIPS = "pqrs", "mips"


class PqrsProgramData(ProgramData):
    """What is reported (case, measure result...), for which year, by whom."""

    submissiontype: Annotated[
        StrictStr, one_of("case", "measure_result", "attestation", "cms_submission")
    ]
    performanceyear: Annotated[StrictInt, Field(ge=2014, le=9999)]
    programversion: Annotated[StrictStr, one_of(PQRS, MIPS)]
    facilityid: Annotated[Digits, digits_of(6)]
    tin: Annotated[Digits, digits_of(9)]
    npi: Annotated[Digits, digits_of(10)] | None = None
    entitytype: Annotated[
        StrictStr, one_of("individual", "group", "virtualgroup", "apm", "subgroup")
    ]
    recordcount: Annotated[StrictInt, Field(ge=1, le=1_000_000)]


class IndividualProgramData(PqrsProgramData):
    """An individual clinician, who must be named."""

    npi: Annotated[Digits, digits_of(10)]


def pqrs_program_model(program: Mapping[str, Any]) -> type[PqrsProgramData]:
    """Choose by entity type: only an individual needs an NPI."""
    individual = str(program.get("entitytype")).lower() == "individual"
    return IndividualProgramData if individual else PqrsProgramData
