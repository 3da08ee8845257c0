"""Rules of CDSR about the furnished exam, its claim, and the R-SCAN project."""

from datetime import date

from acr_domain.findings import Severity
from acr_registries.cdsr.consultations import (
    CONSULTED,
    EXCEPTIONS,
    Decided,
    adherence_of,
    decided,
    final_request,
    first_request,
)
from acr_registries.cdsr.lookups import rating_crosswalk
from acr_registries.cdsr.payload import CdsrPayload, Furnished
from acr_registries.cdsr.request_rules import CPT_CHARACTERS
from acr_registries.npi import is_npi
from acr_registries.registry import NOWHERE, InForce, Knowing, Places, Receipt, Rule

# 42 CFR 414.94 was removed with effect from this day.
PROGRAM_ENDED = date(2024, 1, 1)
_OUTCOME = {"ME": "adherent", "MF": "not_adherent", "MG": "no_criterion"}
MODIFIER: Places = (("furnished", "reportedmodifier"),)
GCODE: Places = (("furnished", "reportedgcode"),)


def _furnished_before_order(payload: CdsrPayload, _: Receipt) -> Places:
    decision, furnished = payload.decision, payload.furnished
    if decision is None or furnished is None:
        return NOWHERE
    ordered_at, furnished_at = decision.orderdatetime, furnished.furnisheddatetime
    early = ordered_at and furnished_at and furnished_at < ordered_at
    return (("furnished", "furnisheddatetime"),) if early else NOWHERE


def _code_missing(furnished: Furnished, _: Receipt) -> Places:
    return (
        ("performedcode",) if furnished.performed and furnished.performedcode is None else NOWHERE
    )


def _parts_missing(furnished: Furnished, _: Receipt) -> Places:
    if not furnished.performed:
        return NOWHERE
    names = ("furnisheddatetime", "fpnpi")
    return tuple(name for name in names if getattr(furnished, name) is None)


def _modifier_unlike_rating(payload: CdsrPayload, receipt: Receipt) -> Places:
    furnished = payload.furnished
    if furnished is None or furnished.reportedmodifier not in CONSULTED:
        return NOWHERE
    final = final_request(payload) or first_request(payload)
    if final is None:
        return NOWHERE
    outcome = adherence_of(final, receipt.thresholds["middle_band_adherent"])
    return NOWHERE if outcome == _OUTCOME[furnished.reportedmodifier] else MODIFIER


def _gcode_missing(furnished: Furnished, _: Receipt) -> Places:
    if furnished.reportedmodifier in CONSULTED and furnished.reportedgcode is None:
        return ("reportedgcode",)
    return NOWHERE


def _other_tool(payload: CdsrPayload, _: Receipt) -> Places:
    furnished, tool = payload.furnished, payload.consultation.cdsmcode
    if furnished is None or furnished.reportedgcode is None or tool is None:
        return NOWHERE
    return NOWHERE if furnished.reportedgcode == tool else GCODE


def _other_exception(payload: CdsrPayload, _: Receipt) -> Places:
    if payload.furnished is None or payload.furnished.reportedmodifier is None:
        return NOWHERE
    reported, claimed = payload.furnished.reportedmodifier, payload.consultation.exceptioncode
    if claimed is None and reported not in EXCEPTIONS:
        return NOWHERE
    return NOWHERE if reported == claimed else MODIFIER


def _claim_after_end(furnished: Furnished, _: Receipt) -> Places:
    names = ("reportedmodifier", "reportedgcode")
    return tuple(name for name in names if getattr(furnished, name) is not None)


def _identifiers(furnished: Furnished, _: Receipt) -> Places:
    return tuple(
        name
        for name in ("fpnpi", "facilitynpi")
        if (npi := getattr(furnished, name)) is not None and not is_npi(npi)
    )


def _performed_code(payload: CdsrPayload, decided: Decided) -> Places:
    furnished, ordered = payload.furnished, decided.ordered
    if furnished is None or furnished.performedcode is None or ordered is None:
        return NOWHERE
    short = ordered.proceduresystem == "cpt" and len(furnished.performedcode) != CPT_CHARACTERS
    return (("furnished", "performedcode"),) if short else NOWHERE


def _told_of_nothing(furnished: Furnished, _: Receipt) -> Places:
    if furnished.performed:
        return NOWHERE
    names = ("performedcode", "furnisheddatetime", "findingpositive")
    return tuple(name for name in names if getattr(furnished, name) is not None)


def _other_value(payload: CdsrPayload, _: Receipt) -> Places:
    first = first_request(payload)
    if payload.rscan is None or first is None or first.rating is None:
        return NOWHERE
    meaning = rating_crosswalk().get(first.rating)
    other = meaning and meaning.rscan and meaning.rscan != payload.rscan.rscan_value
    return (("rscan", "rscan_value"),) if other else NOWHERE


FURNISHED_RULES = (
    Rule(
        "CDSR-501",
        Severity.WARNING,
        "CDSR reference, D23",
        CdsrPayload,
        "The service was furnished before the order was signed. Check both times and their zones.",
        _furnished_before_order,
    ),
    Rule(
        "CDSR-502",
        Severity.ERROR,
        "CDSR reference, 3.3 performedcode (I)",
        Furnished,
        "An exam that was performed needs performedcode. Add it.",
        _code_missing,
    ),
    Rule(
        "CDSR-503",
        Severity.WARNING,
        "CDSR reference, 3.3 furnisheddatetime, fpnpi (A, C; assumed)",
        Furnished,
        "An exam that was performed has a time and a furnishing professional. Add them: records are "
        "linked by them.",
        _parts_missing,
    ),
    Rule(
        "CDSR-504",
        Severity.WARNING,
        "CDSR reference, D18",
        CdsrPayload,
        "The claim's modifier contradicts the outcome: ME adheres, MF does not, MG has no "
        "criterion. Check which is right.",
        _modifier_unlike_rating,
    ),
    Rule(
        "CDSR-505",
        Severity.WARNING,
        "CDSR reference, D19",
        Furnished,
        "ME, MF and MG name their tool on a second claim line. Send reportedgcode.",
        _gcode_missing,
    ),
    Rule(
        "CDSR-506",
        Severity.WARNING,
        "CDSR reference, 3.5 (assumed)",
        CdsrPayload,
        "The claim names another tool than the consultation (cdsmcode). Check which is right.",
        _other_tool,
    ),
    Rule(
        "CDSR-507",
        Severity.WARNING,
        "CDSR reference, 3.6 (assumed)",
        CdsrPayload,
        "The claim's modifier and the consultation's exceptioncode disagree. Check which is right.",
        _other_exception,
    ),
    Rule(
        "CDSR-508",
        Severity.WARNING,
        "CDSR reference, D31",
        Furnished,
        "Claims for services from 2024 on carry no data about appropriate use criteria. Check the "
        "date, or leave the element out.",
        _claim_after_end,
        days=InForce(since=PROGRAM_ENDED),
    ),
    Rule(
        "CDSR-509",
        Severity.WARNING,
        "CDSR reference, D11 and 3.3 fpnpi (C)",
        Furnished,
        "Not a National Provider Identifier: its check digit does not fit. Check the number.",
        _identifiers,
    ),
    Rule(
        "CDSR-510",
        Severity.ERROR,
        "CDSR reference, 3.3 performedcode (I)",
        CdsrPayload,
        "A CPT or HCPCS code has five characters, and the order is by one. Correct the code.",
        Knowing(decided, _performed_code),
    ),
    Rule(
        "CDSR-511",
        Severity.WARNING,
        "CDSR reference, 3.3 performed (assumed)",
        Furnished,
        "Nothing was performed, yet the element tells of an exam. Correct performed, or leave it "
        "out.",
        _told_of_nothing,
    ),
    Rule(
        "CDSR-601",
        Severity.WARNING,
        "CDSR reference, 3.4 (R-SCAN)",
        CdsrPayload,
        "The value of the case is not that of the first request's score: high is 7 to 9, medium 4 "
        "to 6, low 1 to 3. Check which is right.",
        _other_value,
    ),
)
