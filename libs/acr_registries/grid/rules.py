"""Rules about the GRID header. Those about forms and exams belong to the payload's model."""

from collections.abc import Iterator
from datetime import datetime

from acr_domain.findings import Severity
from acr_registries.grid.model import MONTHLY_KINDS, GridProgramData
from acr_registries.header_rules import HEADER_RULES
from acr_registries.registry import Breach, Contents, Rule

PROGRAM = ("dartheader", "programspecificdata")


def _program(contents: Contents) -> GridProgramData:
    assert isinstance(contents.program, GridProgramData)
    return contents.program


def _year_not_begun(contents: Contents, received_at: datetime) -> Iterator[Breach]:
    if _program(contents).reportingyear > received_at.year:
        yield (*PROGRAM, "reportingyear"), "The reporting year has not begun. Correct it."


def _month_not_over(contents: Contents, received_at: datetime) -> Iterator[Breach]:
    program = _program(contents)
    if program.recordtype not in MONTHLY_KINDS or program.reportingmonth is None:
        return
    month = (program.reportingyear, program.reportingmonth)
    if program.reportingyear == received_at.year and month >= (received_at.year, received_at.month):
        message = "A month can be reported once it is over. Send it next month, or correct it."
        yield (*PROGRAM, "reportingmonth"), message


GRID_RULES = (
    *HEADER_RULES,
    Rule("GRID-101", Severity.ERROR, "GRID reference, 3.1", _year_not_begun),
    Rule("GRID-103", Severity.ERROR, "GRID reference, G03", _month_not_over),
)
