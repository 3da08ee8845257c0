"""What a consultation's forms say when read together. Pure; shared by rules and derived values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from acr_registries.cdsr.lookups import priority_area_of

if TYPE_CHECKING:
    from acr_registries.cdsr.payload import CdsrPayload, Decision, EvaluatedRequest
    from acr_registries.registry import Receipt

RATED: Final = frozenset({"appropriate", "maybe_appropriate", "not_appropriate"})
CHANGED_EXAM: Final = frozenset({"changed_modality", "changed_protocol"})
CHANGED: Final = CHANGED_EXAM | {"changed_indication"}
SIGNED: Final = CHANGED | {"signed_as_requested"}
NOT_ORDERED: Final = frozenset({"cancelled", "no_order"})
ADVANCED: Final = frozenset({"ct", "mr", "nm", "pet"})
AUC_SETTINGS: Final = frozenset({"office", "hospital_outpatient", "emergency", "asc", "idtf"})
EXCEPTIONS: Final = frozenset({"MA", "MB", "MC", "MD"})
CONSULTED: Final = frozenset({"ME", "MF", "MG"})

_ADHERENCE: Final = {
    "appropriate": "adherent",
    "not_appropriate": "not_adherent",
    "no_criteria": "no_criterion",
}


def request_no(payload: CdsrPayload, seq: int | None) -> int | None:
    """Find the place in the list of the request with a sequence number."""
    if seq is not None:
        for index, request in enumerate(payload.requests):
            if request.seq == seq:
                return index
    return None


def first_request(payload: CdsrPayload) -> EvaluatedRequest | None:
    """Find what the clinician first wanted."""
    index = request_no(payload, 1)
    return None if index is None else payload.requests[index]


def final_request(payload: CdsrPayload) -> EvaluatedRequest | None:
    """Find the request that the decision is about: the ordered one, or the first if none was."""
    decision = payload.decision
    if decision is None:
        return None
    seq = 1 if decision.finalaction in NOT_ORDERED else decision.finalseq
    index = request_no(payload, seq)
    return None if index is None else payload.requests[index]


def decided_on(payload: CdsrPayload) -> EvaluatedRequest | None:
    """Give the request that the decision is about, or, while there is none, the first."""
    return final_request(payload) or first_request(payload)


def ordered_request(payload: CdsrPayload) -> EvaluatedRequest | None:
    """Find the request that was ordered, None where none was."""
    decision = payload.decision
    if decision is None or decision.finalaction not in SIGNED:
        return None
    return final_request(payload)


class Decided(NamedTuple):
    """A decision, the first request and the ordered one."""

    decision: Decision
    first: EvaluatedRequest | None
    ordered: EvaluatedRequest | None


def decided(payload: CdsrPayload, _: Receipt) -> Decided | None:
    """Give the decision and its requests to the rules about it; None while there is none."""
    decision = payload.decision
    if decision is None:
        return None
    return Decided(decision, first_request(payload), ordered_request(payload))


def adherence_of(request: EvaluatedRequest, middle_band_adherent: float) -> str | None:
    """Tell the three-way outcome: the tool's own, or by the rating (reference, 3.4)."""
    if request.adherence is not None:
        return request.adherence
    if request.rating == "maybe_appropriate":
        return "adherent" if middle_band_adherent else "not_adherent"
    return _ADHERENCE.get(request.rating or "")


def area_of(request: EvaluatedRequest) -> str | None:
    """Tell a request's priority clinical area, by its indication alone (reference, D28)."""
    if request.indicationsystem != "icd10" or not request.indicationcode:
        return None
    return priority_area_of(request.indicationcode)


def same_code(one: EvaluatedRequest, other: EvaluatedRequest) -> bool:
    """Tell whether two requests ask for the same exam."""
    return (
        one.procedurecode.upper() == other.procedurecode.upper()
        and one.proceduresystem == other.proceduresystem
    )


def same_indication(one: EvaluatedRequest, other: EvaluatedRequest) -> bool:
    """Tell whether two requests give the same reason: by their codes, else by their words."""
    if one.indicationcode and other.indicationcode:
        return (
            one.indicationcode.upper() == other.indicationcode.upper()
            and one.indicationsystem == other.indicationsystem
        )
    return same_wording(one, other)


def same_wording(one: EvaluatedRequest, other: EvaluatedRequest) -> bool:
    """Tell whether two requests give their reason in the same words."""
    return _level(one.indicationtext) == _level(other.indicationtext)


def _level(text: str | None) -> str:
    return " ".join((text or "").casefold().split())


def alternatives_shown(payload: CdsrPayload) -> bool:
    """Tell whether the clinician saw another exam beside the first request's score."""
    first = first_request(payload)
    return payload.consultation.mode == "display" and bool(first and first.alternatives)
