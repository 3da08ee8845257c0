"""`programspecificdata` of CDSR. Source: element table of the CDSR upload API (reference 3.2)."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StrictStr

from acr_registries.header import SPEAKING, DateTime, Digits, ProgramData, one_of

DecisionSupportNumber = Annotated[StrictStr, Field(max_length=64), SPEAKING]
SubscriberId = Annotated[StrictStr, Field(max_length=50), SPEAKING]


class CdsrProgramData(ProgramData):
    """Elements of either provider type. ``dsn`` is the decision support number, free in form."""

    providertype: Annotated[StrictStr, one_of("fp", "op")]
    dsn: DecisionSupportNumber
    npifp: Digits | None = None
    npiop: Digits | None = None
    datefurnishedservice: DateTime | None = None
    dateordered: DateTime | None = None
    subscriberid: SubscriberId | None = None


class FurnishingProgramData(CdsrProgramData):
    """What the furnishing professional (`fp`) sends."""

    npifp: Digits
    datefurnishedservice: DateTime
    subscriberid: SubscriberId


class OrderingProgramData(CdsrProgramData):
    """What the ordering professional (`op`) sends; the form is assumed."""

    npiop: Digits
    dateordered: DateTime


def cdsr_program_model(program: Mapping[str, Any]) -> type[CdsrProgramData]:
    """Choose by provider type; what names none is checked for what both have in common."""
    match str(program.get("providertype")).lower():
        case "fp":
            return FurnishingProgramData
        case "op":
            return OrderingProgramData
        case _:
            return CdsrProgramData
