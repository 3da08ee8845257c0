"""What the registry computes of a consultation's ratings. Pure; None where it cannot be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_registries.cdsr.consultations import (
    ADVANCED,
    AUC_SETTINGS,
    adherence_of,
    area_of,
    decided_on,
    final_request,
    first_request,
)
from acr_registries.cdsr.lookups import figures
from acr_registries.forms import Derived

if TYPE_CHECKING:
    from acr_registries.cdsr.payload import CdsrPayload, EvaluatedRequest
    from acr_registries.registry import Contents

MODIFIER_BY_ADHERENCE = {"adherent": "ME", "not_adherent": "MF", "no_criterion": "MG"}


def request_adherence(request: EvaluatedRequest, _: Contents) -> str | None:
    """Tell the three-way outcome of a request."""
    return adherence_of(request, figures()["middle_band_adherent"])


def request_advanced(request: EvaluatedRequest, _: Contents) -> bool:
    """Tell whether a request is for advanced imaging."""
    return request.modality in ADVANCED


def request_area(request: EvaluatedRequest, _: Contents) -> str | None:
    """Tell a request's priority clinical area."""
    return area_of(request)


def _first_rating(payload: CdsrPayload, _: Contents) -> str | None:
    first = first_request(payload)
    return first.rating if first else None


def _first_score(payload: CdsrPayload, _: Contents) -> int | None:
    first = first_request(payload)
    return first.score if first else None


def _final_rating(payload: CdsrPayload, _: Contents) -> str | None:
    final = final_request(payload)
    return final.rating if final else None


def _final_score(payload: CdsrPayload, _: Contents) -> int | None:
    final = final_request(payload)
    return final.score if final else None


def _final_code(payload: CdsrPayload, _: Contents) -> str | None:
    final = final_request(payload)
    return final.procedurecode if final else None


def _final_modality(payload: CdsrPayload, _: Contents) -> str | None:
    final = final_request(payload)
    return final.modality if final else None


def final_adherence(payload: CdsrPayload, _: Contents) -> str | None:
    """Tell the three-way outcome of the request that the decision is about."""
    final = final_request(payload)
    return adherence_of(final, figures()["middle_band_adherent"]) if final else None


def _expected_modifier(payload: CdsrPayload, contents: Contents) -> str | None:
    exception = payload.consultation.exceptioncode
    return exception or MODIFIER_BY_ADHERENCE.get(final_adherence(payload, contents) or "")


def advanced_imaging(payload: CdsrPayload, _: Contents) -> bool | None:
    """Tell whether the consultation is about advanced imaging (D26)."""
    request = decided_on(payload)
    return request.modality in ADVANCED if request else None


def _auc_eligible(payload: CdsrPayload, contents: Contents) -> bool | None:
    advanced = advanced_imaging(payload, contents)
    if advanced is None:
        return None
    payer, setting = payload.patient.payertype, payload.ordersetting
    return advanced and setting in AUC_SETTINGS and payer == "medicare_ffs"


def _priority_area(payload: CdsrPayload, _: Contents) -> str | None:
    request = decided_on(payload)
    return area_of(request) if request else None


REQUEST_RATINGS = (
    Derived(
        "adherence_outcome",
        str,
        "The tool's three-way outcome, or the one that the rating stands for.",
        "3.4, C; middle band assumed",
        request_adherence,
    ),
    Derived(
        "advanced_imaging",
        bool,
        "Whether the exam is CT, MR, nuclear medicine or PET.",
        "D26, C",
        request_advanced,
    ),
    Derived(
        "priority_area",
        str,
        "Priority clinical area of the indication; none outside all eight.",
        "D28, C; indications assumed",
        request_area,
    ),
)

CONSULTATION_RATINGS = (
    Derived(
        "first_rating",
        str,
        "Rating of the request that was evaluated first.",
        "5, J",
        _first_rating,
    ),
    Derived(
        "first_score",
        int,
        "Score of the request that was evaluated first.",
        "5, J",
        _first_score,
    ),
    Derived(
        "final_rating",
        str,
        "Rating of the request that was ordered, or, where none was, of the first.",
        "5, J",
        _final_rating,
    ),
    Derived(
        "final_score",
        int,
        "Score of the request that was ordered, or, where none was, of the first.",
        "5, J",
        _final_score,
    ),
    Derived(
        "final_procedurecode",
        str,
        "Code of the request that was ordered, or, where none was, of the first.",
        "5, J",
        _final_code,
    ),
    Derived(
        "final_modality",
        str,
        "Modality of the request that was ordered, or, where none was, of the first.",
        "5, J",
        _final_modality,
    ),
    Derived(
        "final_adherence",
        str,
        "Three-way outcome of the request that the decision is about.",
        "3.4, C; middle band assumed",
        final_adherence,
    ),
    Derived(
        "expected_modifier",
        str,
        "Claim modifier that fits the outcome: the exception, or ME, MF or MG.",
        "3.4, C; middle band assumed",
        _expected_modifier,
    ),
    Derived(
        "advanced_imaging",
        bool,
        "Whether the exam decided on is CT, MR, nuclear medicine or PET.",
        "D26, C",
        advanced_imaging,
    ),
    Derived(
        "auc_eligible",
        bool,
        "Whether the appropriate use programme looked at it: advanced imaging, its settings, Medicare fee for service.",
        "D27, C",
        _auc_eligible,
    ),
    Derived(
        "priority_area",
        str,
        "Priority clinical area of the exam decided on; none outside all eight.",
        "D28, C; indications assumed",
        _priority_area,
    ),
)
