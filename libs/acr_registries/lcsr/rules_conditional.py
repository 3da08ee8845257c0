"""Rules C5 to C12 and C18: what an exam's other elements ask for. All that is missing is incomplete. Pure."""

import operator

from acr_domain.findings import Severity
from acr_registries.lcsr.exam_record import ExamRecord, RegistrationPart, StudyPart
from acr_registries.registry import NOWHERE, Places, Receipt, Rule
from acr_registries.triggers import given, has, lacking

OTHER_INSURANCE, OTHER_ILLNESS, OTHER_EDUCATION = "7", "8", "8"
OTHER_EXPOSURE, OTHER_CANCER = "8", "4"
INTERSTITIAL, OTHER_ABNORMALITY = "4", "5"
OTHER_DEATH_SOURCE, NOT_LUNG_CANCER = "8", "2"
UNABLE_TO_COMPLETE = "UC"
DEATH_ELEMENTS = ("how_cause_was_determined", "cause_of_death", "death_within_30_days")

# A text that specifies a code: its attribute, that of the code, and the code.
SPECIFIED = (
    ("health_insurance_other_spec", "health_insurance", OTHER_INSURANCE),
    ("patient_other_comorbidities_spec", "patient_other_comorbidities", OTHER_ILLNESS),
    ("other_abnormalities_spec", "what_were_the_other_findings", OTHER_ABNORMALITY),
    ("education_level_other_spec", "education_level", OTHER_EDUCATION),
    ("occupational_exposures_spec", "occupational_exposures", OTHER_EXPOSURE),
    ("other_smoking_cancers_spec", "history_of_cancers", OTHER_CANCER),
    ("other_method_of_determining", "how_cause_was_determined", OTHER_DEATH_SOURCE),
    ("non_lung_cancer_cause", "cause_of_death", NOT_LUNG_CANCER),
    ("reason_for_recall_spec", "reason_for_recall", UNABLE_TO_COMPLETE),
    ("other_int_lung_disease", "what_were_the_other_findings", INTERSTITIAL),
)
_SPECIFYING = operator.attrgetter(*(text for text, _, _ in SPECIFIED))


def _insurance_unspecified(exam: RegistrationPart, _: Receipt) -> Places:
    if exam.health_insurance_other_spec is None and OTHER_INSURANCE in exam.health_insurance:
        return ("health_insurance_other_spec",)
    return NOWHERE


def _illness_unspecified(exam: ExamRecord, _: Receipt) -> Places:
    if (
        exam.patient_other_comorbidities_spec is None
        and OTHER_ILLNESS in exam.patient_other_comorbidities
    ):
        return ("patient_other_comorbidities_spec",)
    return NOWHERE


def _recall_reason_missing(exam: StudyPart, _: Receipt) -> Places:
    if exam.ct_exam_result_lung_rads == "0" and exam.reason_for_recall is None:
        return ("reason_for_recall",)
    return NOWHERE


def _recalled_without_cause(exam: StudyPart, _: Receipt) -> Places:
    if exam.reason_for_recall is None or exam.ct_exam_result_lung_rads in ("0", None):
        return NOWHERE
    return ("reason_for_recall",)


def _recall_unspecified(exam: StudyPart, _: Receipt) -> Places:
    if exam.reason_for_recall == UNABLE_TO_COMPLETE and exam.reason_for_recall_spec is None:
        return ("reason_for_recall_spec",)
    return NOWHERE


def _findings_missing(exam: StudyPart, _: Receipt) -> Places:
    if exam.ct_exam_result_modifier_s == "Y" and not exam.what_were_the_other_findings:
        return ("what_were_the_other_findings",)
    return NOWHERE


def _findings_denied(exam: StudyPart, _: Receipt) -> Places:
    if exam.what_were_the_other_findings and exam.ct_exam_result_modifier_s == "N":
        return ("what_were_the_other_findings",)
    return NOWHERE


def _interstitial_unspecified(exam: StudyPart, _: Receipt) -> Places:
    if exam.other_int_lung_disease is None and INTERSTITIAL in exam.what_were_the_other_findings:
        return ("other_int_lung_disease",)
    return NOWHERE


def _abnormality_unspecified(exam: StudyPart, _: Receipt) -> Places:
    if (
        exam.other_abnormalities_spec is None
        and OTHER_ABNORMALITY in exam.what_were_the_other_findings
    ):
        return ("other_abnormalities_spec",)
    return NOWHERE


def _prior_years_missing(exam: StudyPart, _: Receipt) -> Places:
    if exam.ct_exam_result_modifier_c == "Y" and exam.years_since_prior_diagnosis is None:
        return ("years_since_prior_diagnosis",)
    return NOWHERE


def _death_untold(exam: RegistrationPart, _: Receipt) -> Places:
    if exam.date_of_death is None:
        return NOWHERE
    return tuple(name for name in DEATH_ELEMENTS if getattr(exam, name) is None)


def _death_source_unspecified(exam: RegistrationPart, _: Receipt) -> Places:
    if exam.how_cause_was_determined == OTHER_DEATH_SOURCE:
        return NOWHERE if exam.other_method_of_determining else ("other_method_of_determining",)
    return NOWHERE


def _education_unspecified(exam: ExamRecord, _: Receipt) -> Places:
    if exam.education_level == OTHER_EDUCATION and exam.education_level_other_spec is None:
        return ("education_level_other_spec",)
    return NOWHERE


def _exposure_unspecified(exam: ExamRecord, _: Receipt) -> Places:
    if exam.occupational_exposures_spec is None and OTHER_EXPOSURE in exam.occupational_exposures:
        return ("occupational_exposures_spec",)
    return NOWHERE


def _cancer_unspecified(exam: ExamRecord, _: Receipt) -> Places:
    if exam.other_smoking_cancers_spec is not None or OTHER_CANCER not in exam.history_of_cancers:
        return NOWHERE
    # The code is older than the text that specifies it.
    named = "Other_Smoking_Cancers_Spec" in exam.binding.by_name
    return ("other_smoking_cancers_spec",) if named else NOWHERE


def _specified_without_code(exam: ExamRecord, _: Receipt) -> Places:
    texts = _SPECIFYING(exam)
    if texts.count(None) == len(texts):
        return NOWHERE
    places: Places = NOWHERE
    for told, (text, coded, code) in zip(texts, SPECIFIED, strict=True):
        if told is not None:
            codes = getattr(exam, coded)
            if code != codes and (codes is None or isinstance(codes, str) or code not in codes):
                places += (text,)
    return places


CONDITIONAL_RULES = (
    Rule(
        "LCSR-406",
        Severity.INCOMPLETE,
        "LCSR reference, C5 (U)",
        ExamRecord,
        "An other illness is not specified. Say which, or correct Patient_Other_Comorbidities.",
        _illness_unspecified,
        when=has("patient_other_comorbidities", OTHER_ILLNESS)
        & lacking("patient_other_comorbidities_spec"),
    ),
    Rule(
        "LCSR-407",
        Severity.INCOMPLETE,
        "LCSR reference, C6; assumed",
        StudyPart,
        "Category 0 needs the reason why the exam could not be assessed. Send it.",
        _recall_reason_missing,
        when=has("ct_exam_result_lung_rads", "0") & lacking("reason_for_recall"),
    ),
    Rule(
        "LCSR-408",
        Severity.INCOMPLETE,
        "LCSR reference, C6; assumed",
        StudyPart,
        "Only category 0 has a reason for recall. Leave the element out, or correct the category.",
        _recalled_without_cause,
        when=given("reason_for_recall") & given("ct_exam_result_lung_rads"),
    ),
    Rule(
        "LCSR-409",
        Severity.INCOMPLETE,
        "LCSR reference, C7 (V); condition assumed",
        StudyPart,
        "Say why the exam could not be completed.",
        _recall_unspecified,
        when=has("reason_for_recall", UNABLE_TO_COMPLETE) & lacking("reason_for_recall_spec"),
    ),
    Rule(
        "LCSR-410",
        Severity.INCOMPLETE,
        "LCSR reference, C8; assumed",
        StudyPart,
        "There were other significant findings. Say which, or correct CT_Exam_Result_Modifier_S.",
        _findings_missing,
        when=has("ct_exam_result_modifier_s", "Y") & lacking("what_were_the_other_findings"),
    ),
    Rule(
        "LCSR-411",
        Severity.INCOMPLETE,
        "LCSR reference, C8; assumed",
        StudyPart,
        "There are findings, though CT_Exam_Result_Modifier_S says that there were none. "
        "Correct one of them.",
        _findings_denied,
        when=has("ct_exam_result_modifier_s", "N") & given("what_were_the_other_findings"),
    ),
    Rule(
        "LCSR-412",
        Severity.INCOMPLETE,
        "LCSR reference, C9; assumed",
        StudyPart,
        "Say which interstitial lung disease was found.",
        _interstitial_unspecified,
        when=has("what_were_the_other_findings", INTERSTITIAL) & lacking("other_int_lung_disease"),
    ),
    Rule(
        "LCSR-413",
        Severity.INCOMPLETE,
        "LCSR reference, C9; assumed",
        StudyPart,
        "An other abnormality is not specified. Say which, or correct "
        "What_Were_The_Other_Findings.",
        _abnormality_unspecified,
        when=has("what_were_the_other_findings", OTHER_ABNORMALITY)
        & lacking("other_abnormalities_spec"),
    ),
    Rule(
        "LCSR-414",
        Severity.INCOMPLETE,
        "LCSR reference, C10 (M, I)",
        StudyPart,
        "The years since the earlier lung cancer are missing. Send them, or correct "
        "CT_Exam_Result_Modifier_C.",
        _prior_years_missing,
        when=has("ct_exam_result_modifier_c", "Y") & lacking("years_since_prior_diagnosis"),
    ),
    Rule(
        "LCSR-415",
        Severity.INCOMPLETE,
        "LCSR reference, C11; assumed",
        RegistrationPart,
        "The patient has died: the element is missing. Send it.",
        _death_untold,
        when=given("date_of_death") & lacking(*DEATH_ELEMENTS),
    ),
    Rule(
        "LCSR-416",
        Severity.INCOMPLETE,
        "LCSR reference, C12 (I)",
        RegistrationPart,
        "Say in which other way the cause of death became known.",
        _death_source_unspecified,
        when=has("how_cause_was_determined", OTHER_DEATH_SOURCE),
    ),
    Rule(
        "LCSR-423",
        Severity.WARNING,
        "LCSR reference, C18; assumed",
        ExamRecord,
        "The text or code belongs to a code that is not set. Set that code, or leave this out; "
        "it is kept.",
        _specified_without_code,
        when=given(*(text for text, _, _ in SPECIFIED)),
    ),
    Rule(
        "LCSR-425",
        Severity.INCOMPLETE,
        "LCSR reference, 3.1 (I); condition assumed",
        RegistrationPart,
        "The other insurance is not specified. Say which, or correct Health_Insurance.",
        _insurance_unspecified,
        when=has("health_insurance", OTHER_INSURANCE) & lacking("health_insurance_other_spec"),
    ),
    Rule(
        "LCSR-432",
        Severity.INCOMPLETE,
        "LCSR reference, 3.5 (I); condition assumed",
        ExamRecord,
        "The other education is not specified. Say which, or correct Education_Level.",
        _education_unspecified,
        when=has("education_level", OTHER_EDUCATION) & lacking("education_level_other_spec"),
    ),
    Rule(
        "LCSR-433",
        Severity.INCOMPLETE,
        "LCSR reference, 3.5 (V, I)",
        ExamRecord,
        "The other exposure is not specified. Say which, or correct Occupational_Exposures.",
        _exposure_unspecified,
        when=has("occupational_exposures", OTHER_EXPOSURE) & lacking("occupational_exposures_spec"),
    ),
    Rule(
        "LCSR-434",
        Severity.INCOMPLETE,
        "LCSR reference, 3.5 (V, I)",
        ExamRecord,
        "The other smoking-related cancer is not specified. Say which, or correct "
        "History_Of_Cancers.",
        _cancer_unspecified,
        when=has("history_of_cancers", OTHER_CANCER) & lacking("other_smoking_cancers_spec"),
    ),
)
