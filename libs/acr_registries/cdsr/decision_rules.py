"""Rules of CDSR about what was decided after the consultation."""

from acr_domain.findings import Severity
from acr_registries.cdsr.consultations import (
    CHANGED,
    NOT_ORDERED,
    SIGNED,
    Decided,
    decided,
    request_no,
    same_code,
    same_indication,
    same_wording,
)
from acr_registries.cdsr.free_text import free_texts, may_identify
from acr_registries.cdsr.payload import CdsrPayload, Decision
from acr_registries.registry import NOWHERE, Knowing, Places, Receipt, Rule

ACTION: Places = (("decision", "finalaction"),)
FINAL_SEQ: Places = (("decision", "finalseq"),)
_NEEDED_IF_SIGNED = ("finalseq", "orderid", "orderdatetime")


def _parts_missing(decision: Decision, _: Receipt) -> Places:
    if decision.finalaction not in SIGNED:
        return NOWHERE
    return tuple(name for name in _NEEDED_IF_SIGNED if getattr(decision, name) is None)


def _unknown_seq(payload: CdsrPayload, _: Receipt) -> Places:
    decision = payload.decision
    if decision is None or decision.finalseq is None:
        return NOWHERE
    return FINAL_SEQ if request_no(payload, decision.finalseq) is None else NOWHERE


def _not_as_requested(_: CdsrPayload, decided: Decided) -> Places:
    first, ordered = decided.first, decided.ordered
    if decided.decision.finalaction != "signed_as_requested":
        return NOWHERE
    if ordered is None or first is None or ordered is first:
        return NOWHERE
    same = same_code(first, ordered) and same_indication(first, ordered)
    return NOWHERE if same else FINAL_SEQ


def _not_changed(_: CdsrPayload, decided: Decided) -> Places:
    decision, first, ordered = decided.decision, decided.first, decided.ordered
    if decision.finalaction not in CHANGED or decision.finalseq is None:
        return NOWHERE
    if decision.finalseq == 1:
        return FINAL_SEQ
    if ordered is None or first is None:
        return NOWHERE
    same = (
        same_code(first, ordered)
        and same_indication(first, ordered)
        and same_wording(first, ordered)
    )
    return FINAL_SEQ if same else NOWHERE


def _order_of_none(payload: CdsrPayload, _: Receipt) -> Places:
    decision = payload.decision
    if decision is None or decision.finalaction not in NOT_ORDERED:
        return NOWHERE
    order: Places = () if decision.orderid is None else (("decision", "orderid"),)
    performed = payload.furnished is not None and payload.furnished.performed
    return (*order, ("furnished", "performed")) if performed else order


def _ordered_before_consultation(payload: CdsrPayload, _: Receipt) -> Places:
    decision = payload.decision
    if decision is None or decision.orderdatetime is None:
        return NOWHERE
    early = decision.orderdatetime < payload.consultation.consultationdatetime
    return (("decision", "orderdatetime"),) if early else NOWHERE


def _other_change(_: CdsrPayload, decided: Decided) -> Places:
    action, first, ordered = decided.decision.finalaction, decided.first, decided.ordered
    if first is None or ordered is None or first is ordered:
        return NOWHERE
    if action == "changed_modality":
        return ACTION if first.modality == ordered.modality else NOWHERE
    if action == "changed_indication":
        same = same_indication(first, ordered) and same_wording(first, ordered)
        return ACTION if same else NOWHERE
    return NOWHERE


def _no_override_reason(payload: CdsrPayload, decided: Decided) -> Places:
    ordered = decided.ordered
    if decided.decision.overridereason is not None or ordered is None:
        return NOWHERE
    shown = payload.consultation.mode == "display"
    needed = shown and ordered.rating == "not_appropriate"
    return (("decision", "overridereason"),) if needed else NOWHERE


def _texts_identify(payload: CdsrPayload, receipt: Receipt) -> Places:
    most = receipt.thresholds["text_digits_most"]
    return tuple(path for path, text in free_texts(payload) if may_identify(text, most))


DECISION_RULES = (
    Rule(
        "CDSR-401",
        Severity.ERROR,
        "CDSR reference, 3.3 finalseq, orderid, orderdatetime (I; finalseq assumed)",
        Decision,
        "A signed order needs finalseq, orderid and orderdatetime. Add the one that is missing.",
        _parts_missing,
    ),
    Rule(
        "CDSR-402",
        Severity.ERROR,
        "CDSR reference, 3.3 finalseq (assumed)",
        CdsrPayload,
        "No request has this seq. Name one that was sent, or send the request.",
        _unknown_seq,
    ),
    Rule(
        "CDSR-403",
        Severity.ERROR,
        "CDSR reference, D20",
        CdsrPayload,
        "signed_as_requested orders the first request, or one with its code and indication. "
        "Correct finalseq, or name the change in finalaction.",
        Knowing(decided, _not_as_requested),
    ),
    Rule(
        "CDSR-404",
        Severity.ERROR,
        "CDSR reference, D21",
        CdsrPayload,
        "A changed order is a later request, with another code or indication than the first. "
        "Correct finalseq or finalaction.",
        Knowing(decided, _not_changed),
    ),
    Rule(
        "CDSR-405",
        Severity.ERROR,
        "CDSR reference, D22",
        CdsrPayload,
        "Without an order there is no order number, and nothing was performed. Correct finalaction "
        "or leave the element out.",
        _order_of_none,
    ),
    Rule(
        "CDSR-406",
        Severity.WARNING,
        "CDSR reference, D23",
        CdsrPayload,
        "The order was signed before the consultation. Check both times and their zones.",
        _ordered_before_consultation,
    ),
    Rule(
        "CDSR-407",
        Severity.WARNING,
        "CDSR reference, D21 and 5.1 CD6 (assumed)",
        CdsrPayload,
        "finalaction names a change that the ordered request does not show. Rewording and changed "
        "exams are counted apart: check it.",
        Knowing(decided, _other_change),
    ),
    Rule(
        "CDSR-408",
        Severity.WARNING,
        "CDSR reference, D24",
        CdsrPayload,
        "An exam was ordered against a low score that was shown, and no reason is given. Send "
        "overridereason.",
        Knowing(decided, _no_override_reason),
    ),
    Rule(
        "CDSR-701",
        Severity.WARNING,
        "CDSR reference, D32",
        CdsrPayload,
        "The text may tell who the patient is: a full date, more than {text_digits_most} digits in "
        "a row, or a name's mark. The record is held back from exports; send the text without it.",
        _texts_identify,
    ),
)
