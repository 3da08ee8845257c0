"""Rules about the CDSR header. None of these rejects: the published sample itself breaks one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from acr_domain.findings import Severity
from acr_registries.cdsr.model import CdsrProgramData
from acr_registries.header_rules import FUTURE_MAX, HEADER_RULES
from acr_registries.npi import is_npi
from acr_registries.registry import Breach, Contents, Rule

FIRST_SERVICE = datetime(2011, 1, 1, tzinfo=UTC)
AFTER_CREATION_MAX = timedelta(days=1)
PROGRAM = ("dartheader", "programspecificdata")


def _program(contents: Contents) -> CdsrProgramData:
    assert isinstance(contents.program, CdsrProgramData)
    return contents.program


def _dates_in_future(contents: Contents, received_at: datetime) -> Iterator[Breach]:
    program = _program(contents)
    for name in ("datefurnishedservice", "dateordered"):
        date = getattr(program, name)
        if date is not None and date > received_at + FUTURE_MAX:
            yield (*PROGRAM, name), "The date lies more than a day after receipt. Check it."


def _furnished_after_creation(contents: Contents, _: datetime) -> Iterator[Breach]:
    furnished = _program(contents).datefurnishedservice
    if furnished is not None and furnished > contents.header.creationdate + AFTER_CREATION_MAX:
        message = "The service was furnished more than a day after the record's creation. Check it."
        yield (*PROGRAM, "datefurnishedservice"), message


def _furnished_too_early(contents: Contents, _: datetime) -> Iterator[Breach]:
    furnished = _program(contents).datefurnishedservice
    if furnished is not None and furnished < FIRST_SERVICE:
        yield (*PROGRAM, "datefurnishedservice"), "The date lies before 2011. Check the year."


def _provider_identifiers(contents: Contents, _: datetime) -> Iterator[Breach]:
    program = _program(contents)
    for name in ("npifp", "npiop"):
        npi = getattr(program, name)
        if npi is not None and not is_npi(npi):
            message = "Not a National Provider Identifier: ten digits with a check digit. Check it."
            yield (*PROGRAM, name), message


CDSR_RULES = (
    *HEADER_RULES,
    Rule("CDSR-108", Severity.WARNING, "CDSR reference, D08", _dates_in_future),
    Rule("CDSR-109", Severity.WARNING, "CDSR reference, D09", _furnished_after_creation),
    Rule("CDSR-110", Severity.WARNING, "CDSR reference, D09", _furnished_too_early),
    Rule("CDSR-111", Severity.WARNING, "CDSR reference, D11", _provider_identifiers),
)
