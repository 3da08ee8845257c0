"""Rules about the GRID header: which year and month may be reported."""

from acr_domain.findings import Severity
from acr_registries.grid.model import MONTHLY_KINDS, GridProgramData
from acr_registries.registry import NOWHERE, Contents, Places, Receipt, Rule

PROGRAM = ("dartheader", "programspecificdata")


def _program(contents: Contents) -> GridProgramData:
    assert isinstance(contents.program, GridProgramData)
    return contents.program


def _year_not_begun(contents: Contents, receipt: Receipt) -> Places:
    late = _program(contents).reportingyear > receipt.received_at.year
    return ((*PROGRAM, "reportingyear"),) if late else NOWHERE


def _month_not_over(contents: Contents, receipt: Receipt) -> Places:
    program, now = _program(contents), receipt.received_at
    if program.recordtype not in MONTHLY_KINDS or program.reportingmonth is None:
        return NOWHERE
    late = program.reportingyear == now.year and program.reportingmonth >= now.month
    return ((*PROGRAM, "reportingmonth"),) if late else NOWHERE


GRID_HEADER_RULES = (
    Rule(
        "GRID-101",
        Severity.ERROR,
        "GRID reference, 3.1",
        Contents,
        "The reporting year has not begun. Correct it.",
        _year_not_begun,
    ),
    Rule(
        "GRID-103",
        Severity.ERROR,
        "GRID reference, G03",
        Contents,
        "A month can be reported once it is over. Send it next month, or correct it.",
        _month_not_over,
    ),
)
