"""Rules about the PQRS header: year, program, who reports, and how many records there are."""

from typing import Any

from acr_domain.findings import Severity
from acr_registries.npi import is_npi
from acr_registries.pqrs.case_columns import program_of
from acr_registries.pqrs.model import MIPS, PQRS
from acr_registries.registry import NOWHERE, Contents, Places, Receipt, Rule

FIRST_MIPS_YEAR = 2017
PROGRAM = ("dartheader", "programspecificdata")


def _year_not_begun(contents: Contents, receipt: Receipt) -> Places:
    late = program_of(contents).performanceyear > receipt.received_at.year
    return ((*PROGRAM, "performanceyear"),) if late else NOWHERE


def _program_of_year(contents: Contents, _: Receipt) -> Places:
    program = program_of(contents)
    due = MIPS if program.performanceyear >= FIRST_MIPS_YEAR else PQRS
    return ((*PROGRAM, "programversion"),) if program.programversion != due else NOWHERE


def _npi_check_digit(contents: Contents, _: Receipt) -> Places:
    npi = program_of(contents).npi
    return NOWHERE if npi is None or is_npi(npi) else ((*PROGRAM, "npi"),)


def _group_names_no_clinician(contents: Contents, _: Receipt) -> Places:
    program = program_of(contents)
    wrong = program.entitytype == "group" and program.npi is not None
    return ((*PROGRAM, "npi"),) if wrong else NOWHERE


def _record_count(contents: Contents, _: Receipt) -> Places:
    form: Any = contents.form
    if form is None:
        return NOWHERE
    records = len(form.records) + len(getattr(form, "registrations", ()))
    return NOWHERE if records == program_of(contents).recordcount else ((*PROGRAM, "recordcount"),)


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
        "PQRS-103",
        Severity.ERROR,
        "PQRS reference, P04 (check digit assumed)",
        Contents,
        "The NPI's check digit is wrong. Correct the number.",
        _npi_check_digit,
    ),
    Rule(
        "PQRS-105",
        Severity.ERROR,
        "PQRS reference, P05",
        Contents,
        "A group reports without an NPI. Leave the element out.",
        _group_names_no_clinician,
    ),
    Rule(
        "PQRS-106",
        Severity.ERROR,
        "PQRS reference, 3.1 (assumed)",
        Contents,
        "The payload does not hold as many records as the header says; registrations count as "
        "records. Correct the number, or send what is missing.",
        _record_count,
    ),
)
