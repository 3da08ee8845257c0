"""Rules of CDSR about the consultation and what the tool said of each request."""

import re

from acr_domain.findings import Severity
from acr_registries.cdsr.consultations import RATED, area_of
from acr_registries.cdsr.lookups import rating_crosswalk
from acr_registries.cdsr.payload import CdsrPayload, EvaluatedRequest, Ordering
from acr_registries.npi import is_npi
from acr_registries.registry import NOWHERE, Places, Receipt, Rule

CPT_CHARACTERS = 5
_ICD10 = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?")
_UNSCORED = frozenset({"no_criteria", "incomplete"})
# What the tool's own outcome cannot be, by rating. The middle band is the tool's to judge.
_CONTRARY = {
    "appropriate": frozenset({"not_adherent", "no_criterion"}),
    "maybe_appropriate": frozenset({"no_criterion"}),
    "not_appropriate": frozenset({"adherent", "no_criterion"}),
    "no_criteria": frozenset({"adherent", "not_adherent"}),
}


def _tool_missing(payload: CdsrPayload, _: Receipt) -> Places:
    consultation = payload.consultation
    if consultation.exceptioncode is None and consultation.cdsmcode is None:
        return (("consultation", "cdsmcode"),)
    return NOWHERE


def _no_emergency(payload: CdsrPayload, _: Receipt) -> Places:
    if payload.consultation.exceptioncode != "MA":
        return NOWHERE
    if payload.patient.emergencycondition or payload.ordersetting == "emergency":
        return NOWHERE
    return (("consultation", "exceptioncode"),)


def _rated_by_exception(payload: CdsrPayload, _: Receipt) -> Places:
    if payload.consultation.exceptioncode is None:
        return NOWHERE
    rated = any(request.rating in RATED for request in payload.requests)
    return (("consultation", "exceptioncode"),) if rated else NOWHERE


def _orderer_identifier(ordering: Ordering, _: Receipt) -> Places:
    return NOWHERE if is_npi(ordering.opnpi) else ("opnpi",)


def _rating_missing(payload: CdsrPayload, _: Receipt) -> Places:
    if payload.consultation.exceptioncode is not None:
        return NOWHERE
    return tuple(
        ("requests", index, "rating")
        for index, request in enumerate(payload.requests)
        if request.rating is None
    )


def _rating_unlike_score(request: EvaluatedRequest, _: Receipt) -> Places:
    if request.score is None or request.rating not in RATED:
        return NOWHERE
    band = rating_crosswalk()[request.rating]
    if band.score_least is None or band.score_most is None:
        return NOWHERE
    return NOWHERE if band.score_least <= request.score <= band.score_most else ("score",)


def _score_missing(request: EvaluatedRequest, _: Receipt) -> Places:
    return ("score",) if request.score is None and request.rating in RATED else NOWHERE


def _score_without_rating(request: EvaluatedRequest, _: Receipt) -> Places:
    return ("score",) if request.score is not None and request.rating in _UNSCORED else NOWHERE


def _indication_missing(request: EvaluatedRequest, _: Receipt) -> Places:
    if request.indicationcode is None and request.indicationtext is None:
        return ("indicationcode",)
    return NOWHERE


def _half_an_indication(request: EvaluatedRequest, _: Receipt) -> Places:
    if (request.indicationcode is None) is (request.indicationsystem is None):
        return NOWHERE
    return ("indicationsystem" if request.indicationsystem is None else "indicationcode",)


def _seq_twice(payload: CdsrPayload, _: Receipt) -> Places:
    if len(payload.requests) < 2:
        return NOWHERE
    seen: set[int] = set()
    twice = []
    for index, request in enumerate(payload.requests):
        if request.seq in seen:
            twice.append(("requests", index, "seq"))
        seen.add(request.seq)
    return tuple(twice)


def _no_first(payload: CdsrPayload, _: Receipt) -> Places:
    first = any(request.seq == 1 for request in payload.requests)
    return NOWHERE if first else (("requests",),)


def _procedure_codes(request: EvaluatedRequest, _: Receipt) -> Places:
    if request.proceduresystem != "cpt":
        return NOWHERE
    own: Places = () if len(request.procedurecode) == CPT_CHARACTERS else ("procedurecode",)
    return own + tuple(
        ("alternatives", index, "procedurecode")
        for index, each in enumerate(request.alternatives)
        if len(each.procedurecode) != CPT_CHARACTERS
    )


def _other_area(request: EvaluatedRequest, _: Receipt) -> Places:
    if request.prioritarea is None or request.prioritarea == area_of(request):
        return NOWHERE
    return ("prioritarea",)


def _adherence_unlike_rating(request: EvaluatedRequest, _: Receipt) -> Places:
    if request.adherence is None or request.rating is None:
        return NOWHERE
    contrary = request.adherence in _CONTRARY.get(request.rating, ())
    return ("adherence",) if contrary else NOWHERE


def _indication_form(request: EvaluatedRequest, _: Receipt) -> Places:
    if request.indicationsystem != "icd10" or request.indicationcode is None:
        return NOWHERE
    return NOWHERE if _ICD10.fullmatch(request.indicationcode.upper()) else ("indicationcode",)


REQUEST_RULES = (
    Rule(
        "CDSR-201",
        Severity.ERROR,
        "CDSR reference, D17 and 3.3 cdsmcode (C)",
        CdsrPayload,
        "The tool is not named and no exception is given. Send cdsmcode, or exceptioncode where no "
        "tool was consulted.",
        _tool_missing,
    ),
    Rule(
        "CDSR-202",
        Severity.WARNING,
        "CDSR reference, D17 (C)",
        CdsrPayload,
        "MA claims an emergency, yet neither emergencycondition nor ordersetting tells of one. "
        "Check which is right.",
        _no_emergency,
    ),
    Rule(
        "CDSR-203",
        Severity.WARNING,
        "CDSR reference, 3.3 exceptioncode (C); assumed",
        CdsrPayload,
        "An exception says that no tool was consulted, yet a request is rated. Leave one of them "
        "out.",
        _rated_by_exception,
    ),
    Rule(
        "CDSR-204",
        Severity.ERROR,
        "CDSR reference, 3.3 opnpi (C)",
        Ordering,
        "Not a National Provider Identifier: its check digit does not fit. Correct the number.",
        _orderer_identifier,
    ),
    Rule(
        "CDSR-301",
        Severity.ERROR,
        "CDSR reference, D17 and 3.3 rating",
        CdsrPayload,
        "The request has no rating. Send what the tool said, or exceptioncode where no tool was "
        "consulted.",
        _rating_missing,
    ),
    Rule(
        "CDSR-302",
        Severity.ERROR,
        "CDSR reference, D15",
        EvaluatedRequest,
        "Score and rating disagree: appropriate is 7 to 9, maybe_appropriate 4 to 6, "
        "not_appropriate 1 to 3. Correct one of them.",
        _rating_unlike_score,
    ),
    Rule(
        "CDSR-303",
        Severity.ERROR,
        "CDSR reference, 3.3 score (E, R)",
        EvaluatedRequest,
        "A rated request needs its score. Add it.",
        _score_missing,
    ),
    Rule(
        "CDSR-304",
        Severity.ERROR,
        "CDSR reference, D16",
        EvaluatedRequest,
        "The ratings no_criteria and incomplete have no score. Remove it, or correct the rating.",
        _score_without_rating,
    ),
    Rule(
        "CDSR-305",
        Severity.ERROR,
        "CDSR reference, 3.3 indicationcode (J)",
        EvaluatedRequest,
        "The reason for the exam is missing. Send indicationcode with indicationsystem, or "
        "indicationtext.",
        _indication_missing,
    ),
    Rule(
        "CDSR-306",
        Severity.ERROR,
        "CDSR reference, 3.3 indicationsystem (J)",
        EvaluatedRequest,
        "indicationcode and indicationsystem need each other. Send both or neither.",
        _half_an_indication,
    ),
    Rule(
        "CDSR-307",
        Severity.ERROR,
        "CDSR reference, 3.3 seq (assumed)",
        CdsrPayload,
        "Another request has the same seq. Number the requests in the order of evaluation.",
        _seq_twice,
    ),
    Rule(
        "CDSR-308",
        Severity.WARNING,
        "CDSR reference, 3.3 seq (J); assumed",
        CdsrPayload,
        "No request has seq 1, so what was first wanted is not known. Number the requests from 1.",
        _no_first,
    ),
    Rule(
        "CDSR-309",
        Severity.ERROR,
        "CDSR reference, 3.3 procedurecode (J)",
        EvaluatedRequest,
        "A CPT or HCPCS code has five characters. Correct it, or name its system.",
        _procedure_codes,
    ),
    Rule(
        "CDSR-310",
        Severity.WARNING,
        "CDSR reference, D28",
        EvaluatedRequest,
        "The indication belongs to another priority area, or to none; the registry's own is used. "
        "Check the indication, or leave the area out.",
        _other_area,
    ),
    Rule(
        "CDSR-311",
        Severity.WARNING,
        "CDSR reference, 3.4 (assumed)",
        EvaluatedRequest,
        "The tool's outcome contradicts the rating. Check which is right; the outcome is used.",
        _adherence_unlike_rating,
    ),
    Rule(
        "CDSR-312",
        Severity.WARNING,
        "CDSR reference, 3.3 indicationsystem (assumed)",
        EvaluatedRequest,
        "Not a code of ICD-10-CM: a letter, a digit, a letter or digit, then up to four more after "
        "a dot. Check code and system.",
        _indication_form,
    ),
)
