"""Rules of CDSR about header and payload together. All warn: the payload is the sender's extra."""

from acr_domain.findings import Severity
from acr_registries.cdsr.model import CdsrProgramData
from acr_registries.cdsr.payload import SCHEMA_NAME, CdsrPayload, named_schemas
from acr_registries.header_rules import FUTURE_MAX
from acr_registries.registry import NOWHERE, Contents, Places, Receipt, Rule


def _program(receipt: Receipt) -> CdsrProgramData:
    # The registry chose its model.
    return receipt.contents.program  # type: ignore[return-value]


def _unknown_schema(contents: Contents, _: Receipt) -> Places:
    if contents.form is not None or not contents.payload or contents.notes:
        return NOWHERE
    named = named_schemas(contents.payload)
    if not named or SCHEMA_NAME in named.values():
        return NOWHERE
    return tuple(("payload", name) for name in named)


def _other_consultation(payload: CdsrPayload, receipt: Receipt) -> Places:
    here, there = payload.consultation.consultationid, _program(receipt).dsn
    same = here == there or here.strip().casefold() == there.strip().casefold()
    return NOWHERE if same else (("consultation", "consultationid"),)


def _other_identifiers(payload: CdsrPayload, receipt: Receipt) -> Places:
    program, furnished = _program(receipt), payload.furnished
    places: Places = NOWHERE
    if program.npiop is not None and program.npiop != payload.ordering.opnpi:
        places += (("ordering", "opnpi"),)
    if furnished and _unlike(furnished.fpnpi, program.npifp):
        places += (("furnished", "fpnpi"),)
    return places


def _other_dates(payload: CdsrPayload, receipt: Receipt) -> Places:
    program, furnished, decision = _program(receipt), payload.furnished, payload.decision
    places: Places = NOWHERE
    if furnished and _unlike(furnished.furnisheddatetime, program.datefurnishedservice):
        places += (("furnished", "furnisheddatetime"),)
    if decision and _unlike(decision.orderdatetime, program.dateordered):
        places += (("decision", "orderdatetime"),)
    return places


def _unlike(one: object, other: object) -> bool:
    return one is not None and other is not None and one != other


def _dates_in_future(payload: CdsrPayload, receipt: Receipt) -> Places:
    latest = receipt.received_at + FUTURE_MAX
    decision, furnished = payload.decision, payload.furnished
    places: Places = NOWHERE
    if payload.consultation.consultationdatetime > latest:
        places += (("consultation", "consultationdatetime"),)
    if decision and decision.orderdatetime and decision.orderdatetime > latest:
        places += (("decision", "orderdatetime"),)
    if furnished and furnished.furnisheddatetime and furnished.furnisheddatetime > latest:
        places += (("furnished", "furnisheddatetime"),)
    return places


AGREEMENT_RULES = (
    Rule(
        "CDSR-112",
        Severity.WARNING,
        "CDSR reference, 3.3 (assumed)",
        Contents,
        "The payload names a schema that this contract does not have; it is kept unread. For its "
        f"elements to be read, name {SCHEMA_NAME}.",
        _unknown_schema,
    ),
    Rule(
        "CDSR-113",
        Severity.WARNING,
        "CDSR reference, 3.3 consultationid (J, I, A)",
        CdsrPayload,
        "The number of the consultation is not the header's dsn, by which records are linked. "
        "Send the same in both.",
        _other_consultation,
    ),
    Rule(
        "CDSR-114",
        Severity.WARNING,
        "CDSR reference, 2.2 and 3.2 (assumed)",
        CdsrPayload,
        "The header names another National Provider Identifier (npiop, npifp). Correct one of them.",
        _other_identifiers,
    ),
    Rule(
        "CDSR-115",
        Severity.WARNING,
        "CDSR reference, 3.3 furnisheddatetime (A); dateordered assumed",
        CdsrPayload,
        "The header names another moment (datefurnishedservice, dateordered). Correct one of them.",
        _other_dates,
    ),
    Rule(
        "CDSR-116",
        Severity.WARNING,
        "CDSR reference, D08",
        CdsrPayload,
        "The date lies more than a day after receipt. Check it.",
        _dates_in_future,
    ),
)
