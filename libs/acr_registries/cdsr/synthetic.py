"""Makes plausible CDSR submissions without faults. Nobody in them is real; all chance is handed in."""

from random import Random
from typing import Any

from acr_registries.cdsr.consultations import AUC_SETTINGS, CONSULTED, NOT_ORDERED
from acr_registries.cdsr.distributions import DAYS_AFTER_MAX, Variant
from acr_registries.cdsr.payload import SCHEMA_NAME
from acr_registries.cdsr.synthetic_case import HIGH, MIDDLE, Case, draw_case, rate_first
from acr_registries.registry import Synthetic

CLAIMS_ENDED = "2024-01-01"
SITES = 40
_CATEGORIES = ("academic", "community_hospital", "freestanding_center", "multi_specialty_clinic")
_LOCATIONS = ("metropolitan", "suburban", "rural")
_REGIONS = ("northeast", "midwest", "south", "west")
_VOLUMES = ("low", "middle", "high")
_MODIFIERS = {
    "appropriate": "ME",
    "maybe_appropriate": "ME",
    "not_appropriate": "MF",
    "no_criteria": "MG",
    "incomplete": "MH",
}


def make(random: Random, serial: int) -> Synthetic:
    """Make one submission."""
    case = draw_case(random, serial)
    requests, decision = _requests(case)
    payload: dict[str, Any] = {
        "schema": SCHEMA_NAME,
        **_site(random.randrange(SITES)),
        "ordersetting": case.setting,
        "consultation": _consultation(case),
        "ordering": {"opnpi": case.orderer, "oprole": case.role},
        "patient": _patient(case),
        "requests": requests,
        "decision": decision,
    }
    program: dict[str, Any] = {"providertype": "fp" if case.furnishing else "op", "dsn": case.dsn}
    if case.furnishing:
        furnished_at = case.at(30, days=random.randrange(DAYS_AFTER_MAX))
        payload["furnished"] = _furnished(case, requests[-1], furnished_at)
        program |= {
            "npifp": case.furnisher,
            "datefurnishedservice": furnished_at,
            "subscriberid": f"syn-{random.getrandbits(32):08x}",
        }
    else:
        program |= {"npiop": case.orderer, "dateordered": decision.get("orderdatetime", case.at(0))}
    if case.phase:
        payload["rscan"] = _project(case)
    return Synthetic(program, payload)


def _site(number: int) -> dict[str, Any]:
    return {
        "facilityid": str(900200 + number),
        "facilitycategory": _CATEGORIES[number % 4],
        "location": _LOCATIONS[number % 3],
        "censusregion": _REGIONS[number // 4 % 4],
        "volumegroup": _VOLUMES[number // 3 % 3],
    }


def _consultation(case: Case) -> dict[str, Any]:
    random, chances = case.random, case.told.chances
    by_staff = random.random() < case.told.shares["records"]["delegate"]
    consultation = {
        "consultationid": case.dsn,
        "consultationdatetime": case.at(0),
        "channel": "manual" if case.phase else chances["channels"].draw(random),
        "mode": case.mode,
        "consultedby": "delegate" if by_staff else "op",
    }
    if case.exception:
        return {**consultation, "exceptioncode": case.exception}
    return {**consultation, "cdsmcode": case.tool, "authorid": "acr"}


def _patient(case: Case) -> dict[str, Any]:
    random = case.random
    elderly = case.payer.startswith("medicare")
    urgent = case.setting == "emergency" and random.random() < 0.2
    return {
        "patientpseudonym": f"syn-p-{random.getrandbits(40):010x}",
        "patientage": 65 + random.randrange(30) if elderly else 18 + random.randrange(60),
        "patientsex": "FM"[random.getrandbits(1)],
        "payertype": case.payer,
        "emergencycondition": urgent or case.exception == "MA",
    }


def _requests(case: Case) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Make what was evaluated and what was decided."""
    rate_first(case)
    first = _request(case, 1, case.exam.wanted, case.exam.indication)
    requests = [first]
    if 0 < case.score < HIGH:
        _recommend(case, first)
        if case.mode == "display":
            case.action = _action(case, offered="alternatives" in first)
    if case.action.startswith("changed"):
        case.rating, case.score = "appropriate", HIGH + case.random.randrange(3)
        requests.append(_changed(case))
    return requests, _decision(case, len(requests))


def _request(case: Case, seq: int, variant: Variant, indication: tuple[str, str]) -> dict[str, Any]:
    request: dict[str, Any] = {
        "seq": seq,
        "procedurecode": variant.procedurecode,
        "proceduresystem": "cpt",
        "modality": variant.modality,
        "bodyregion": case.exam.bodyregion,
        "contrast": variant.contrast,
        "indicationcode": indication[0],
        "indicationsystem": "icd10",
        "indicationtext": indication[1],
    }
    if case.rating:
        request["rating"] = case.rating
    if case.score:
        request["score"] = case.score
    if case.rating == "maybe_appropriate":
        request["adherence"] = "adherent"
    return request


def _recommend(case: Case, request: dict[str, Any]) -> None:
    random, shares = case.random, case.told.shares
    if random.random() < shares["records"]["alternative"]:
        code, score = case.exam.other_exam.procedurecode, HIGH + random.randrange(3)
        request["alternatives"] = [{"procedurecode": code, "score": score}]
    against = shares["ratings"]["conflict_with_local_practice"]
    request["conflictlocalpolicy"] = random.random() < against


def _action(case: Case, *, offered: bool) -> str:
    changes, drawn = case.told.shares["changes"], case.random.random()
    changed: float = changes["with_alternative" if offered else "without_alternative"]
    if drawn < changed:
        return case.told.chances["actions"].draw(case.random)
    return "cancelled" if drawn < changed + changes["given_up"] else "signed_as_requested"


def _changed(case: Case) -> dict[str, Any]:
    exam = case.exam
    match case.action:
        case "changed_modality":
            return _request(case, 2, exam.other_exam, exam.indication)
        case "changed_protocol":
            return _request(case, 2, exam.other_protocol, exam.indication)
        case _:
            return _request(case, 2, exam.wanted, exam.other_indication)


def _decision(case: Case, final_seq: int) -> dict[str, Any]:
    random = case.random
    decision: dict[str, Any] = {
        "finalaction": case.action,
        "secondstoclose": 5 + int(random.random() ** 3 * 180),
    }
    if case.action in NOT_ORDERED:
        return decision
    decision["finalseq"] = final_seq
    decision["orderid"] = f"syn-o-{random.getrandbits(36):09x}"
    decision["orderdatetime"] = case.at(random.randrange(1, 10))
    if case.mode == "display" and case.rating == "not_appropriate":
        decision["overridereason"] = case.told.chances["override_reasons"].draw(random)
        decision["acknowledged"] = True
    return decision


def _furnished(case: Case, ordered: dict[str, Any], furnished_at: str) -> dict[str, Any]:
    random, shares = case.random, case.told.shares["furnished"]
    low = case.rating == "not_appropriate"
    done = random.random() < shares["performed_low" if low else "performed_other"]
    if not done or case.action in NOT_ORDERED:
        return {"performed": False}
    return {
        "performed": True,
        "performedcode": ordered["procedurecode"],
        "furnisheddatetime": furnished_at,
        "fpnpi": case.furnisher,
        **_claim(case, furnished_at),
        "findingpositive": _finding(case),
    }


def _claim(case: Case, furnished_at: str) -> dict[str, Any]:
    """Give what the claim told, as long as claims told of it: the programme looked at few of them."""
    if furnished_at >= CLAIMS_ENDED or case.payer != "medicare_ffs":
        return {}
    if case.setting not in AUC_SETTINGS:
        return {}
    modifier = case.exception or _MODIFIERS[case.rating]
    if modifier not in CONSULTED:
        return {"reportedmodifier": modifier}
    return {"reportedmodifier": modifier, "reportedgcode": case.tool}


def _finding(case: Case) -> str:
    random, shares = case.random, case.told.shares["furnished"]
    known = case.rating in ("appropriate", "not_appropriate")
    drawn = random.random()
    positive = shares[f"positive_{case.rating if known else 'other'}"]
    if drawn < positive:
        return "yes"
    return "incidental" if drawn < positive + shares["incidental"] else "no"


def _project(case: Case) -> dict[str, Any]:
    value = "high" if case.score >= HIGH else "medium" if case.score >= MIDDLE else "low"
    return {
        "projectid": f"syn-rs-{case.exam.topic}",
        "phase": case.phase,
        "topic": case.exam.topic,
        "value": value,
    }
