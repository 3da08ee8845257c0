"""Rules about the CDSR header. None of these rejects: the published sample itself breaks one."""

from datetime import UTC, datetime, timedelta

from acr_domain.findings import Severity
from acr_registries.cdsr.model import CdsrProgramData
from acr_registries.header_rules import FUTURE_MAX
from acr_registries.npi import is_npi
from acr_registries.registry import NOWHERE, Contents, Places, Receipt, Rule

FIRST_SERVICE = datetime(2011, 1, 1, tzinfo=UTC)
AFTER_CREATION_MAX = timedelta(days=1)
PROGRAM = ("dartheader", "programspecificdata")
FURNISHED = (*PROGRAM, "datefurnishedservice")


def _program(contents: Contents) -> CdsrProgramData:
    # The registry chose its model.
    return contents.program  # type: ignore[return-value]


def _dates_in_future(contents: Contents, receipt: Receipt) -> Places:
    program, latest = _program(contents), receipt.received_at + FUTURE_MAX
    furnished, ordered = program.datefurnishedservice, program.dateordered
    if (furnished is None or furnished <= latest) and (ordered is None or ordered <= latest):
        return NOWHERE
    return tuple(
        (*PROGRAM, name)
        for name in ("datefurnishedservice", "dateordered")
        if (date := getattr(program, name)) is not None and date > latest
    )


def _furnished_after_creation(contents: Contents, _: Receipt) -> Places:
    furnished = _program(contents).datefurnishedservice
    late = furnished and furnished - contents.header.creationdate > AFTER_CREATION_MAX
    return (FURNISHED,) if late else NOWHERE


def _furnished_too_early(contents: Contents, _: Receipt) -> Places:
    furnished = _program(contents).datefurnishedservice
    return (FURNISHED,) if furnished and furnished < FIRST_SERVICE else NOWHERE


def _provider_identifiers(contents: Contents, _: Receipt) -> Places:
    program = _program(contents)
    furnishing, ordering = program.npifp, program.npiop
    wrong = []
    if furnishing is not None and not is_npi(furnishing):
        wrong.append((*PROGRAM, "npifp"))
    if ordering is not None and not is_npi(ordering):
        wrong.append((*PROGRAM, "npiop"))
    return tuple(wrong)


CDSR_HEADER_RULES = (
    Rule(
        "CDSR-108",
        Severity.WARNING,
        "CDSR reference, D08",
        Contents,
        "The date lies more than a day after receipt. Check it.",
        _dates_in_future,
    ),
    Rule(
        "CDSR-109",
        Severity.WARNING,
        "CDSR reference, D09",
        Contents,
        "The service was furnished more than a day after the record's creation. Check it.",
        _furnished_after_creation,
    ),
    Rule(
        "CDSR-110",
        Severity.WARNING,
        "CDSR reference, D09",
        Contents,
        "The date lies before 2011. Check the year.",
        _furnished_too_early,
    ),
    Rule(
        "CDSR-111",
        Severity.WARNING,
        "CDSR reference, D11",
        Contents,
        "Not a National Provider Identifier: ten digits with a check digit. Check it.",
        _provider_identifiers,
    ),
)
