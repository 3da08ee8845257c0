"""Rules C1 to C4 and C17: what smoking status asks for, and codes that stand alone. Pure."""

from acr_domain.findings import Severity
from acr_registries.lcsr.exam_record import AppropriatenessPart, ExamRecord
from acr_registries.lcsr.exclusive_codes import read_exclusive_codes
from acr_registries.registry import NOWHERE, Places, Receipt, Rule
from acr_registries.triggers import given, has, lacking

CURRENT, FORMER = "1", "2"
SMOKED = frozenset(("1", "2", "4"))
NEVER_OR_UNKNOWN = frozenset(("3", "9"))


def _pack_years_missing(exam: AppropriatenessPart, _: Receipt) -> Places:
    if exam.number_of_packs_year_smoking is None and exam.smoking_status in SMOKED:
        return ("number_of_packs_year_smoking",)
    return NOWHERE


def _years_since_quit_missing(exam: AppropriatenessPart, _: Receipt) -> Places:
    if exam.smoking_status == FORMER and exam.number_of_years_since_quit is None:
        return ("number_of_years_since_quit",)
    return NOWHERE


def _never_smoked_yet_did(exam: AppropriatenessPart, _: Receipt) -> Places:
    if exam.smoking_status not in NEVER_OR_UNKNOWN:
        return NOWHERE
    return tuple(
        name
        for name in ("number_of_packs_year_smoking", "number_of_years_since_quit")
        if getattr(exam, name)
    )


def _smokes_yet_quit(exam: AppropriatenessPart, _: Receipt) -> Places:
    if exam.number_of_years_since_quit is not None and exam.smoking_status == CURRENT:
        return ("number_of_years_since_quit",)
    return NOWHERE


def _guidance_missing(exam: AppropriatenessPart, _: Receipt) -> Places:
    if exam.smoking_status == CURRENT and exam.did_physician_provide_guidance is None:
        return ("did_physician_provide_guidance",)
    return NOWHERE


def _codes_beside_exclusive(exam: ExamRecord, _: Receipt) -> Places:
    places: Places = NOWHERE
    for name, alone in read_exclusive_codes():
        codes = getattr(exam, name)
        if len(codes) > 1 and not alone.isdisjoint(codes):
            places += (name,)
    return places


SMOKING_RULES = (
    Rule(
        "LCSR-401",
        Severity.INCOMPLETE,
        "LCSR reference, C1 (M)",
        AppropriatenessPart,
        "A smoker's or former smoker's pack-years are missing. Send them.",
        _pack_years_missing,
        when=has("smoking_status", *SMOKED) & lacking("number_of_packs_year_smoking"),
    ),
    Rule(
        "LCSR-402",
        Severity.INCOMPLETE,
        "LCSR reference, C2 (C)",
        AppropriatenessPart,
        "A former smoker's years since quitting are missing. Send them.",
        _years_since_quit_missing,
        when=has("smoking_status", FORMER) & lacking("number_of_years_since_quit"),
    ),
    Rule(
        "LCSR-403",
        Severity.INCOMPLETE,
        "LCSR reference, C3; assumed",
        AppropriatenessPart,
        "The patient has never smoked, or it is unknown. Leave the element out, send 0, or correct "
        "Smoking_Status.",
        _never_smoked_yet_did,
        when=has("smoking_status", *NEVER_OR_UNKNOWN)
        & given("number_of_packs_year_smoking", "number_of_years_since_quit"),
    ),
    Rule(
        "LCSR-404",
        Severity.INCOMPLETE,
        "LCSR reference, C4; assumed",
        AppropriatenessPart,
        "A current smoker has not quit. Leave the element out, or correct Smoking_Status.",
        _smokes_yet_quit,
        when=has("smoking_status", CURRENT) & given("number_of_years_since_quit"),
    ),
    Rule(
        "LCSR-405",
        Severity.INCOMPLETE,
        "LCSR reference, C4; assumed",
        AppropriatenessPart,
        "Say whether a physician gave a current smoker guidance on how to stop.",
        _guidance_missing,
        when=has("smoking_status", CURRENT) & lacking("did_physician_provide_guidance"),
    ),
    Rule(
        "LCSR-422",
        Severity.INCOMPLETE,
        "LCSR reference, C17; assumed",
        ExamRecord,
        "A code for none, unknown or not reported stands beside others. Keep it alone, or leave it "
        "out.",
        _codes_beside_exclusive,
    ),
)
