"""Rules about the PQRS header: year, program and who reports."""

from acr_domain.findings import Severity
from acr_registries.pqrs.model import PqrsProgramData
from acr_registries.registry import NOWHERE, Contents, Places, Receipt, Rule

FIRST_MIPS_YEAR = 2017
PROGRAM = ("dartheader", "programspecificdata")


def _program(contents: Contents) -> PqrsProgramData:
    assert isinstance(contents.program, PqrsProgramData)
    return contents.program


def _year_not_begun(contents: Contents, receipt: Receipt) -> Places:
    late = _program(contents).performanceyear > receipt.received_at.year
    return ((*PROGRAM, "performanceyear"),) if late else NOWHERE


def _program_of_year(contents: Contents, _: Receipt) -> Places:
    program = _program(contents)
    due = "mips" if program.performanceyear >= FIRST_MIPS_YEAR else "pqrs"
    return ((*PROGRAM, "programversion"),) if program.programversion != due else NOWHERE


def _group_names_no_clinician(contents: Contents, _: Receipt) -> Places:
    program = _program(contents)
    wrong = program.entitytype == "group" and program.npi is not None
    return ((*PROGRAM, "npi"),) if wrong else NOWHERE


PQRS_HEADER_RULES = (
    Rule(
        "PQRS-101",
        Severity.ERROR,
        "PQRS reference, 3.1",
        Contents,
        "The performance year has not begun. Correct it.",
        _year_not_begun,
    ),
    Rule(
        "PQRS-102",
        Severity.ERROR,
        "PQRS reference, P02",
        Contents,
        "Up to 2016 the program is pqrs, from 2017 on mips. Correct the program or the year.",
        _program_of_year,
    ),
    Rule(
        "PQRS-105",
        Severity.ERROR,
        "PQRS reference, P05",
        Contents,
        "A group reports without an NPI. Leave the element out.",
        _group_names_no_clinician,
    ),
)
