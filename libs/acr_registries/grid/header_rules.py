"""Rules about the GRID header, and about what its records repeat of it."""

import functools

from acr_domain.findings import Severity
from acr_registries.elements import read_code_lists
from acr_registries.grid.annual import AnnualFacilityForm
from acr_registries.grid.model import EXAM, MONTHLY_KINDS, FormsPayload
from acr_registries.grid.monthly import MonthlyForm
from acr_registries.grid.participation import grid_program
from acr_registries.registry import NOWHERE, Contents, Places, Receipt, Rule

PROGRAM = ("dartheader", "programspecificdata")


def _year_not_begun(contents: Contents, receipt: Receipt) -> Places:
    late = grid_program(contents).reportingyear > receipt.received_at.year
    return ((*PROGRAM, "reportingyear"),) if late else NOWHERE


def _record_count(contents: Contents, _: Receipt) -> Places:
    if contents.form is None:
        return NOWHERE
    wrong = grid_program(contents).recordcount != len(contents.form.records)  # type: ignore[attr-defined]
    return ((*PROGRAM, "recordcount"),) if wrong else NOWHERE


def _month_not_over(contents: Contents, receipt: Receipt) -> Places:
    program, now = grid_program(contents), receipt.received_at
    if program.recordtype not in MONTHLY_KINDS or program.reportingmonth is None:
        return NOWHERE
    late = program.reportingyear == now.year and program.reportingmonth >= now.month
    return ((*PROGRAM, "reportingmonth"),) if late else NOWHERE


@functools.cache
def _form_versions() -> frozenset[str]:
    codes = read_code_lists("acr_registries.grid")["form_version"].codes
    return frozenset(each.code for each in codes)


def _form_version(contents: Contents, _: Receipt) -> Places:
    program = grid_program(contents)
    if program.recordtype == EXAM or program.mappingversion in _form_versions():
        return NOWHERE
    return ((*PROGRAM, "mappingversion"),)


def _two_versions(contents: Contents, _: Receipt) -> Places:
    program = grid_program(contents)
    if program.recordtype != EXAM or program.mappingversion == contents.version.name:
        return NOWHERE
    return ((*PROGRAM, "mappingversion"),)


def _other_facility(form: AnnualFacilityForm | MonthlyForm, receipt: Receipt) -> Places:
    same = form.facilityid == grid_program(receipt.contents).facilityid
    return NOWHERE if same else ("facilityid",)


def _other_year(form: AnnualFacilityForm | MonthlyForm, receipt: Receipt) -> Places:
    return NOWHERE if form.year == grid_program(receipt.contents).reportingyear else ("year",)


def _other_month(form: MonthlyForm, receipt: Receipt) -> Places:
    return NOWHERE if form.month == grid_program(receipt.contents).reportingmonth else ("month",)


def _form_twice(form: FormsPayload, _: Receipt) -> Places:
    keys = form.keys()
    if len(set(keys)) == len(keys):
        return NOWHERE
    return tuple(
        ("records", place, "facilityid")
        for place, key in enumerate(keys)
        if keys.index(key) != place
    )


_FACILITY = "The form is of another facility than the header says. Correct one of them."
_YEAR = "The form is of another year than the header says. Correct one of them."

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
        "GRID-102",
        Severity.ERROR,
        "GRID reference, 3.1",
        Contents,
        "The payload has another number of records. Correct the number, or send all records.",
        _record_count,
    ),
    Rule(
        "GRID-103",
        Severity.ERROR,
        "GRID reference, G03",
        Contents,
        "A month can be reported once it is over. Send it next month, or correct it.",
        _month_not_over,
    ),
    Rule(
        "GRID-104",
        Severity.ERROR,
        "GRID reference, 3.1 and G29",
        Contents,
        "No such version of the forms is taken. Send one of the list form_version, such as 1.1.",
        _form_version,
    ),
    Rule(
        "GRID-105",
        Severity.ERROR,
        "GRID reference, 3.1 and G29",
        Contents,
        "The version differs from contractversion, by which the exams are read. Name one of them.",
        _two_versions,
    ),
    Rule(
        "GRID-106",
        Severity.ERROR,
        "GRID reference, 3.3",
        AnnualFacilityForm,
        _FACILITY,
        _other_facility,
    ),
    Rule(
        "GRID-107",
        Severity.ERROR,
        "GRID reference, 3.3",
        AnnualFacilityForm,
        _YEAR,
        _other_year,
    ),
    Rule(
        "GRID-108",
        Severity.ERROR,
        "GRID reference, 2.1",
        MonthlyForm,
        _FACILITY,
        _other_facility,
    ),
    Rule("GRID-109", Severity.ERROR, "GRID reference, 2.1", MonthlyForm, _YEAR, _other_year),
    Rule(
        "GRID-110",
        Severity.ERROR,
        "GRID reference, 2.1",
        MonthlyForm,
        "The form is of another month than the header says. Correct one of them.",
        _other_month,
    ),
    Rule(
        "GRID-111",
        Severity.ERROR,
        "GRID reference, G02",
        FormsPayload,  # type: ignore[type-abstract]  # Rules meet its subclasses only.
        "The form is there twice: facility, period and physician are those of an earlier record. "
        "Send it once.",
        _form_twice,
    ),
)
