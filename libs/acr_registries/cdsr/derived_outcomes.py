"""What the registry computes of a consultation's outcome. Pure; None where it cannot be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_registries.cdsr.consultations import (
    CHANGED,
    CHANGED_EXAM,
    CONSULTED,
    EXCEPTIONS,
    NOT_ORDERED,
    RATED,
    SIGNED,
    alternatives_shown,
    decided_on,
    final_request,
    first_request,
    ordered_request,
)
from acr_registries.cdsr.free_text import free_texts, may_identify
from acr_registries.cdsr.lookups import figures
from acr_registries.forms import Derived

if TYPE_CHECKING:
    from acr_registries.cdsr.payload import CdsrPayload
    from acr_registries.registry import Contents


def _in_actions(payload: CdsrPayload, actions: frozenset[str]) -> bool | None:
    return payload.decision.finalaction in actions if payload.decision else None


def _ordered(payload: CdsrPayload, _: Contents) -> bool | None:
    return _in_actions(payload, SIGNED)


def _changed(payload: CdsrPayload, _: Contents) -> bool | None:
    return _in_actions(payload, CHANGED)


def _changed_exam(payload: CdsrPayload, _: Contents) -> bool | None:
    return _in_actions(payload, CHANGED_EXAM)


def _not_ordered(payload: CdsrPayload, _: Contents) -> bool | None:
    return _in_actions(payload, NOT_ORDERED)


def _shown(payload: CdsrPayload, _: Contents) -> bool:
    return payload.consultation.mode == "display"


def _change_counted(payload: CdsrPayload, _: Contents) -> bool | None:
    if payload.decision is None:
        return None
    acted = payload.decision.finalaction in CHANGED | NOT_ORDERED
    return acted and payload.consultation.mode == "display"


def _alternatives_shown(payload: CdsrPayload, _: Contents) -> bool:
    return alternatives_shown(payload)


def _improved(payload: CdsrPayload, contents: Contents) -> bool | None:
    if not _changed(payload, contents):
        return None
    first, final = first_request(payload), final_request(payload)
    if first is None or final is None or first.score is None or final.score is None:
        return None
    return final.score > first.score


def _overridden(payload: CdsrPayload, _: Contents) -> bool | None:
    if payload.decision is None:
        return None
    ordered = ordered_request(payload)
    return ordered is not None and ordered.rating == "not_appropriate"


def _performed_as_changed(payload: CdsrPayload, _: Contents) -> bool | None:
    furnished, ordered = payload.furnished, ordered_request(payload)
    if furnished is None or ordered is None or furnished.performedcode is None:
        return None
    return furnished.performedcode.upper() != ordered.procedurecode.upper()


def _exception_claimed(payload: CdsrPayload, _: Contents) -> bool:
    reported = payload.furnished.reportedmodifier if payload.furnished else None
    return payload.consultation.exceptioncode is not None or reported in EXCEPTIONS


def _consultation_unknown(payload: CdsrPayload, _: Contents) -> bool:
    return payload.furnished is not None and payload.furnished.reportedmodifier == "MH"


def _consultation_told(payload: CdsrPayload, contents: Contents) -> bool:
    request = decided_on(payload)
    rated = request is not None and (request.rating in RATED or request.rating == "no_criteria")
    reported = payload.furnished.reportedmodifier if payload.furnished else None
    return rated or reported in CONSULTED or _exception_claimed(payload, contents)


def _text_suspect(payload: CdsrPayload, _: Contents) -> bool:
    most = figures()["text_digits_most"]
    return any(may_identify(text, most) for _, text in free_texts(payload))


CONSULTATION_OUTCOMES = (
    Derived(
        "ordered",
        bool,
        "Whether an order was signed.",
        "5, J, L",
        _ordered,
    ),
    Derived(
        "not_ordered",
        bool,
        "Whether the order was given up, or never placed.",
        "CD7, L",
        _not_ordered,
    ),
    Derived(
        "changed",
        bool,
        "Whether another request was ordered than the first.",
        "CD6, L",
        _changed,
    ),
    Derived(
        "changed_exam",
        bool,
        "Whether another exam or protocol was ordered; a new reason alone does not count.",
        "5.1, assumed",
        _changed_exam,
    ),
    Derived(
        "shown",
        bool,
        "Whether the answer was shown.",
        "D25, L",
        _shown,
    ),
    Derived(
        "change_counted",
        bool,
        "Whether the order was changed or given up after the answer was shown.",
        "CD6 and D25, L",
        _change_counted,
    ),
    Derived(
        "alternatives_shown",
        bool,
        "Whether another exam was shown beside the first request's score.",
        "CD6b, L",
        _alternatives_shown,
    ),
    Derived(
        "improved",
        bool,
        "Whether a changed order has a greater score than the first request.",
        "CD8, assumed",
        _improved,
    ),
    Derived(
        "overridden",
        bool,
        "Whether an exam was ordered that the tool rates not_appropriate.",
        "CD9, L",
        _overridden,
    ),
    Derived(
        "performed_as_changed",
        bool,
        "Whether another exam was done than was ordered.",
        "D29, I",
        _performed_as_changed,
    ),
    Derived(
        "exception_claimed",
        bool,
        "Whether an exception or hardship stands in for the consultation.",
        "CD14, C",
        _exception_claimed,
    ),
    Derived(
        "consultation_unknown",
        bool,
        "Whether the claim says that the consultation is not known.",
        "CD15, C",
        _consultation_unknown,
    ),
    Derived(
        "consultation_told",
        bool,
        "Whether there is an outcome of the tool or a valid exception.",
        "CD11, C",
        _consultation_told,
    ),
    Derived(
        "text_suspect",
        bool,
        "Whether a free text may tell who the patient is; hold it back from reports and exports.",
        "D32, assumed",
        _text_suspect,
    ),
)
