"""Rules P: who the patient and the professionals are. Pure; a rule never quotes an identifier."""

from acr_domain.findings import Severity
from acr_registries.lcsr.exam_record import ExamRecord, RegistrationPart
from acr_registries.lcsr.ordinary import known_people
from acr_registries.npi import is_npi
from acr_registries.registry import NOWHERE, Places, Receipt, Rule
from acr_registries.triggers import given, has, lacking

MEDICARE = "1"
UNISSUED_AREA = "9"
_NO_MEDICARE_NUMBER = lacking("medicare_beneficiary_id") & lacking("new_medicare_beneficiary_id")


def _no_patient_key(exam: RegistrationPart, _: Receipt) -> Places:
    if exam.other_id or exam.patient_ssn or _has_medicare_number(exam):
        return NOWHERE
    return ("other_id",)


def _has_medicare_number(exam: RegistrationPart) -> bool:
    return bool(exam.new_medicare_beneficiary_id or exam.medicare_beneficiary_id)


def _ssn_missing(exam: RegistrationPart, _: Receipt) -> Places:
    if exam.patient_ssn is None and exam.refused_to_answer_ssn != "Y":
        return ("patient_ssn",)
    return NOWHERE


def _ssn_in_spite_of_refusal(exam: RegistrationPart, _: Receipt) -> Places:
    if exam.patient_ssn is not None and exam.refused_to_answer_ssn == "Y":
        return ("refused_to_answer_ssn",)
    return NOWHERE


def _medicare_number_missing(exam: RegistrationPart, _: Receipt) -> Places:
    if MEDICARE not in exam.health_insurance or exam.refused_medicare_id == "Y":
        return NOWHERE
    return NOWHERE if _has_medicare_number(exam) else ("medicare_beneficiary_id",)


def _no_match_with_medicare(exam: RegistrationPart, _: Receipt) -> Places:
    if MEDICARE not in exam.health_insurance or _has_medicare_number(exam):
        return NOWHERE
    return ("health_insurance",)


def _impossible_ssn(exam: RegistrationPart, _: Receipt) -> Places:
    number = exam.patient_ssn
    # A part of zeros has two of them side by side.
    if number is None or ("00" not in number and not number.startswith("666")):
        return NOWHERE
    digits = number.replace("-", "")
    impossible = digits.startswith(("000", "666")) or digits[3:5] == "00" or digits[5:] == "0000"
    return ("patient_ssn",) if impossible else NOWHERE


def _unissued_ssn(exam: RegistrationPart, _: Receipt) -> Places:
    if exam.patient_ssn is not None and exam.patient_ssn[0] == UNISSUED_AREA:
        return ("patient_ssn",)
    return NOWHERE


def _check_digits(exam: ExamRecord, _: Receipt) -> Places:
    facility, reader = exam.facility_npi, exam.radiologist_reading_npi
    orderer = exam.ordering_practitioner_npi
    places: Places = NOWHERE
    if facility is not None and not is_npi(facility):
        places += ("facility_npi",)
    if reader is not None and not is_npi(reader):
        places += ("radiologist_reading_npi",)
    if orderer is not None and not is_npi(orderer):
        places += ("ordering_practitioner_npi",)
    return places


def _read_by_who_ordered(exam: ExamRecord, _: Receipt) -> Places:
    orderer = exam.ordering_practitioner_npi
    if orderer is not None and orderer == exam.radiologist_reading_npi:
        return ("ordering_practitioner_npi",)
    return NOWHERE


def _odd_names(exam: ExamRecord, _: Receipt) -> Places:
    middle = exam.patient_middle_name
    places: Places = NOWHERE
    if not _is_name(exam.patient_last_name):
        places += ("patient_last_name",)
    if not _is_name(exam.patient_first_name):
        places += ("patient_first_name",)
    if middle is not None and not _is_name(middle.replace(".", "")):
        places += ("patient_middle_name",)
    return places


def _is_name(text: str) -> bool:
    return text.replace("'", "").replace("-", "").isalpha()


IDENTITY_RULES = (
    Rule(
        "LCSR-110",
        Severity.ERROR,
        "LCSR reference, P1 (S)",
        RegistrationPart,
        "The exam has no identifier of the patient. Send Other_ID, Patient_SSN or a Medicare number.",
        _no_patient_key,
        when=lacking("other_id") & lacking("patient_ssn"),
    ),
    Rule(
        "LCSR-111",
        Severity.INCOMPLETE,
        "LCSR reference, P2 (M)",
        RegistrationPart,
        "The Social Security number is missing. Send it, or Refused_To_Answer_SSN Y.",
        _ssn_missing,
        when=lacking("patient_ssn"),
    ),
    Rule(
        "LCSR-112",
        Severity.INCOMPLETE,
        "LCSR reference, P2; assumed",
        RegistrationPart,
        "The Social Security number is there, though this says that it was not given. Send N, or "
        "leave the number out.",
        _ssn_in_spite_of_refusal,
        when=has("refused_to_answer_ssn", "Y") & given("patient_ssn"),
    ),
    Rule(
        "LCSR-113",
        Severity.INCOMPLETE,
        "LCSR reference, P3 (M, S)",
        RegistrationPart,
        "The patient has Medicare and no Medicare number. Send New_Medicare_Beneficiary_ID or this "
        "element, or Refused_Medicare_ID Y.",
        _medicare_number_missing,
        when=has("health_insurance", MEDICARE) & _NO_MEDICARE_NUMBER,
    ),
    Rule(
        "LCSR-114",
        Severity.WARNING,
        "LCSR reference, P3 (M, S)",
        RegistrationPart,
        "The patient has Medicare and no Medicare number: CMS cannot match the exam with its claim. "
        "Send the number in a later version.",
        _no_match_with_medicare,
        when=has("health_insurance", MEDICARE) & _NO_MEDICARE_NUMBER,
    ),
    Rule(
        "LCSR-115",
        Severity.ERROR,
        "LCSR reference, 3.1; assumed",
        RegistrationPart,
        "No Social Security number begins with 000 or 666 or has a part of zeros only. Correct it, "
        "or leave it out and send Refused_To_Answer_SSN Y.",
        _impossible_ssn,
        when=given("patient_ssn"),
    ),
    Rule(
        "LCSR-116",
        Severity.WARNING,
        "LCSR reference, 3.1; assumed",
        RegistrationPart,
        "Social Security numbers that begin with 9 have never been issued. Check it.",
        _unissued_ssn,
        when=given("patient_ssn"),
    ),
    Rule(
        "LCSR-117",
        Severity.INCOMPLETE,
        "LCSR reference, P6; assumed",
        ExamRecord,
        "Not a National Provider Identifier: its check digit is wrong. Correct it.",
        _check_digits,
        when=given("facility_npi", "radiologist_reading_npi", "ordering_practitioner_npi"),
        unless=known_people,
    ),
    Rule(
        "LCSR-118",
        Severity.WARNING,
        "LCSR reference, 3.2; assumed",
        ExamRecord,
        "The exam was ordered by the radiologist who read it. Check both identifiers.",
        _read_by_who_ordered,
        when=given("ordering_practitioner_npi") & given("radiologist_reading_npi"),
        unless=known_people,
    ),
    Rule(
        "LCSR-119",
        Severity.WARNING,
        "LCSR reference, 3.1 (N)",
        ExamRecord,
        "The name has other characters than letters, apostrophes and hyphens. Check it.",
        _odd_names,
        unless=known_people,
    ),
)
