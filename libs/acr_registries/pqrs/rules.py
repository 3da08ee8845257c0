"""Rules about the PQRS header. Those about cases and measures belong to the payload's model."""

from collections.abc import Iterator
from datetime import datetime

from acr_domain.findings import Severity
from acr_registries.header_rules import HEADER_RULES
from acr_registries.pqrs.model import PqrsProgramData
from acr_registries.registry import Breach, Contents, Rule

FIRST_MIPS_YEAR = 2017
PROGRAM = ("dartheader", "programspecificdata")


def _program(contents: Contents) -> PqrsProgramData:
    assert isinstance(contents.program, PqrsProgramData)
    return contents.program


def _year_not_begun(contents: Contents, received_at: datetime) -> Iterator[Breach]:
    if _program(contents).performanceyear > received_at.year:
        yield (*PROGRAM, "performanceyear"), "The performance year has not begun. Correct it."


def _program_of_year(contents: Contents, _: datetime) -> Iterator[Breach]:
    program = _program(contents)
    due = "mips" if program.performanceyear >= FIRST_MIPS_YEAR else "pqrs"
    if program.programversion != due:
        message = f"In that performance year the program is {due}. Correct the program or the year."
        yield (*PROGRAM, "programversion"), message


def _group_names_no_clinician(contents: Contents, _: datetime) -> Iterator[Breach]:
    program = _program(contents)
    if program.entitytype == "group" and program.npi is not None:
        yield (*PROGRAM, "npi"), "A group reports without an NPI. Leave the element out."


PQRS_RULES = (
    *HEADER_RULES,
    Rule("PQRS-101", Severity.ERROR, "PQRS reference, 3.1", _year_not_begun),
    Rule("PQRS-102", Severity.ERROR, "PQRS reference, P02", _program_of_year),
    Rule("PQRS-105", Severity.ERROR, "PQRS reference, P05", _group_names_no_clinician),
)
