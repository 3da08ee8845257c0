"""Rules K2: which version of Lung-RADS an exam of a day may name. Pure."""

from datetime import date

from acr_domain.findings import Severity
from acr_registries.lcsr.exam_record import StudyPart
from acr_registries.registry import NOWHERE, InForce, Places, Receipt, Rule
from acr_registries.triggers import has

# Days from which versions of Lung-RADS are in use (LCSR reference, K2; assumed).
SECOND_VERSION, SECOND_VERSION_ALONE = date(2019, 1, 1), date(2019, 5, 1)
THIRD_VERSION = date(2022, 11, 1)
BEFORE_SECOND = InForce(until=date(2018, 12, 31))
BEFORE_THIRD = InForce(since=SECOND_VERSION, until=date(2022, 10, 31))


def _version_before_2019(exam: StudyPart, _: Receipt) -> Places:
    return ("lung_rads_version",) if exam.lung_rads_version in ("1.1", "2022") else NOWHERE


def _version_before_2022(exam: StudyPart, _: Receipt) -> Places:
    return ("lung_rads_version",) if exam.lung_rads_version == "2022" else NOWHERE


def _first_version(exam: StudyPart, _: Receipt) -> Places:
    return ("lung_rads_version",) if exam.lung_rads_version == "1.0" else NOWHERE


def _second_version(exam: StudyPart, _: Receipt) -> Places:
    return ("lung_rads_version",) if exam.lung_rads_version == "1.1" else NOWHERE


def _version_of_its_day(exam: StudyPart, _: Receipt) -> bool:
    """Tell whether the version of Lung-RADS is the one that was in use on the day of the exam."""
    day = exam.exam_date
    newest = "2022" if day >= THIRD_VERSION else "1.1" if day >= SECOND_VERSION_ALONE else "1.0"
    return exam.lung_rads_version == newest


LUNG_RADS_RULES = (
    Rule(
        "LCSR-501",
        Severity.ERROR,
        "LCSR reference, K2; assumed",
        StudyPart,
        "The version of Lung-RADS came out in 2019 or later, after the exam. Correct it.",
        _version_before_2019,
        days=BEFORE_SECOND,
        when=has("lung_rads_version", "1.1", "2022"),
        unless=_version_of_its_day,
    ),
    Rule(
        "LCSR-502",
        Severity.ERROR,
        "LCSR reference, K2; assumed",
        StudyPart,
        "The version of Lung-RADS came out in November 2022, after the exam. Correct it.",
        _version_before_2022,
        days=BEFORE_THIRD,
        when=has("lung_rads_version", "2022"),
        unless=_version_of_its_day,
    ),
    Rule(
        "LCSR-503",
        Severity.WARNING,
        "LCSR reference, K2; assumed",
        StudyPart,
        "Version 1.1 of Lung-RADS has replaced version 1.0 since May 2019. Check the version.",
        _first_version,
        days=InForce(since=SECOND_VERSION_ALONE),
        when=has("lung_rads_version", "1.0"),
        unless=_version_of_its_day,
    ),
    Rule(
        "LCSR-504",
        Severity.WARNING,
        "LCSR reference, K2; assumed",
        StudyPart,
        "Version 2022 of Lung-RADS has replaced version 1.1 since November 2022. Check the "
        "version.",
        _second_version,
        days=InForce(since=THIRD_VERSION),
        when=has("lung_rads_version", "1.1"),
        unless=_version_of_its_day,
    ),
)
