"""Rules K3 to K12 and the warnings about eligibility: what hardly goes together in an exam. Pure."""

from acr_domain.findings import Severity
from acr_registries.lcsr.diagnoses import read_diagnoses
from acr_registries.lcsr.exam_figures import AtExam, at_exam
from acr_registries.lcsr.exam_record import ExamRecord, StudyPart
from acr_registries.lcsr.ordinary import in_ordinary_time
from acr_registries.registry import NOWHERE, Knowing, Places, Receipt, Rule
from acr_registries.triggers import given, has, lacking

MEDICARE, BASELINE = "1", "1"
PRIOR_LUNG_CANCER, CANCERS_UNKNOWN = "0", "88"
COPD_CODE, FIBROSIS_CODE, FIBROSIS_FOUND = "0", "2", "2"


def _interim_result(exam: ExamRecord, _: Receipt) -> Places:
    if exam.ct_exam_result_lung_rads == "0" and not exam.follow_ups:
        return ("ct_exam_result_lung_rads",)
    return NOWHERE


def _interval_cancer(exam: ExamRecord, _: Receipt) -> Places:
    if not exam.follow_ups or exam.ct_exam_result_lung_rads not in ("1", "2"):
        return NOWHERE
    cancers = read_diagnoses().lung_cancer
    return tuple(
        ("follow_ups", index, "tissue_diagnosis")
        for index, follow_up in enumerate(exam.follow_ups)
        if follow_up.tissue_diagnosis in cancers
    )


def _improbable_pack_years(exam: ExamRecord, at_exam: AtExam) -> Places:
    packs, figures = exam.number_of_packs_year_smoking, at_exam.figures
    if not packs:
        return NOWHERE
    years = at_exam.age - figures["smoking_age_least"]
    if packs <= figures["packs_a_day_most"] * years:
        return NOWHERE
    return ("number_of_packs_year_smoking",)


def _improbable_quit(exam: ExamRecord, at_exam: AtExam) -> Places:
    years = exam.number_of_years_since_quit
    if not years or years <= at_exam.age - at_exam.figures["quit_age_least"]:
        return NOWHERE
    return ("number_of_years_since_quit",)


def _impossible_quit(exam: ExamRecord, at_exam: AtExam) -> Places:
    years = exam.number_of_years_since_quit
    if not years or years <= at_exam.age - at_exam.figures["smoking_age_least"]:
        return NOWHERE
    return ("number_of_years_since_quit",)


def _diagnosed_before_birth(exam: ExamRecord, at_exam: AtExam) -> Places:
    years = exam.years_since_prior_diagnosis
    # The age is in whole years, the other figure may have a fraction.
    if years is None or years < at_exam.age + 1:
        return NOWHERE
    return ("years_since_prior_diagnosis",)


def _not_asymptomatic(exam: StudyPart, _: Receipt) -> Places:
    if exam.signs_or_symptoms_of_lung_cancer == "Y" and exam.indication_of_exam:
        return ("signs_or_symptoms_of_lung_cancer",)
    return NOWHERE


def _told_alike(exam: ExamRecord, _: Receipt) -> bool:
    """Clear an exam whose illnesses and cancers are told alike wherever they are told."""
    illnesses, cancers = exam.patient_other_comorbidities, exam.history_of_cancers
    listed = FIBROSIS_CODE in illnesses or FIBROSIS_FOUND in exam.what_were_the_other_findings
    return (
        exam.copd == ("Y" if COPD_CODE in illnesses else "N")
        and exam.pulmonary_fibrosis == ("Y" if listed else "N")
        and exam.ct_exam_result_modifier_c == ("Y" if PRIOR_LUNG_CANCER in cancers else "N")
    )


def _copd_disagrees(exam: ExamRecord, _: Receipt) -> Places:
    listed = exam.patient_other_comorbidities
    if not listed or exam.copd not in ("Y", "N"):
        return NOWHERE
    return NOWHERE if (exam.copd == "Y") is (COPD_CODE in listed) else ("copd",)


def _fibrosis_disagrees(exam: ExamRecord, _: Receipt) -> Places:
    illnesses, findings = exam.patient_other_comorbidities, exam.what_were_the_other_findings
    if exam.pulmonary_fibrosis not in ("Y", "N") or not (illnesses or findings):
        return NOWHERE
    listed = FIBROSIS_CODE in illnesses or FIBROSIS_FOUND in findings
    return NOWHERE if (exam.pulmonary_fibrosis == "Y") is listed else ("pulmonary_fibrosis",)


def _history_disagrees(exam: ExamRecord, _: Receipt) -> Places:
    cancers, prior = exam.history_of_cancers, exam.ct_exam_result_modifier_c
    if not cancers or prior not in ("Y", "N") or CANCERS_UNKNOWN in cancers:
        return NOWHERE
    return NOWHERE if (prior == "Y") is (PRIOR_LUNG_CANCER in cancers) else ("history_of_cancers",)


def _no_shared_decision(exam: ExamRecord, _: Receipt) -> Places:
    if exam.indication_of_exam != BASELINE or MEDICARE not in exam.health_insurance:
        return NOWHERE
    return NOWHERE if exam.doc_of_shared_dec_making == "Y" else ("doc_of_shared_dec_making",)


CLINICAL_RULES = (
    Rule(
        "LCSR-505",
        Severity.WARNING,
        "LCSR reference, K3; assumed",
        ExamRecord,
        "Category 0 is interim. Send the follow-up, or the final category, in a later version.",
        _interim_result,
        when=has("ct_exam_result_lung_rads", "0") & lacking("follow_ups"),
    ),
    Rule(
        "LCSR-506",
        Severity.WARNING,
        "LCSR reference, K5; assumed",
        ExamRecord,
        "Lung cancer after an exam of category 1 or 2. Check that the follow-up belongs to this "
        "exam.",
        _interval_cancer,
        when=has("ct_exam_result_lung_rads", "1", "2") & given("follow_ups"),
    ),
    Rule(
        "LCSR-513",
        Severity.WARNING,
        "LCSR reference, K10; assumed",
        ExamRecord,
        "More than {packs_a_day_most} packs a day since the age of {smoking_age_least} is "
        "improbable. Check the pack-years and the day of birth.",
        Knowing(at_exam, _improbable_pack_years),
        when=given("number_of_packs_year_smoking"),
        unless=in_ordinary_time,
    ),
    Rule(
        "LCSR-514",
        Severity.WARNING,
        "LCSR reference, K10; assumed",
        ExamRecord,
        "It is improbable to quit before the age of {quit_age_least}. Check the years and the "
        "day of birth.",
        Knowing(at_exam, _improbable_quit),
        when=given("number_of_years_since_quit"),
        unless=in_ordinary_time,
    ),
    Rule(
        "LCSR-515",
        Severity.ERROR,
        "LCSR reference, 3.2; assumed",
        ExamRecord,
        "Nobody has quit before the age of {smoking_age_least}. Correct the years or the day of "
        "birth.",
        Knowing(at_exam, _impossible_quit),
        when=given("number_of_years_since_quit"),
        unless=in_ordinary_time,
    ),
    Rule(
        "LCSR-516",
        Severity.ERROR,
        "LCSR reference, 3.3; assumed",
        ExamRecord,
        "The earlier lung cancer lies before the patient's birth. Correct the years.",
        Knowing(at_exam, _diagnosed_before_birth),
        when=given("years_since_prior_diagnosis"),
        unless=in_ordinary_time,
    ),
    Rule(
        "LCSR-517",
        Severity.WARNING,
        "LCSR reference, K11 (C)",
        StudyPart,
        "Screening is for people without signs or symptoms; CMS does not cover this exam. Check "
        "the element.",
        _not_asymptomatic,
        when=has("signs_or_symptoms_of_lung_cancer", "Y") & given("indication_of_exam"),
    ),
    Rule(
        "LCSR-518",
        Severity.WARNING,
        "LCSR reference, K12; assumed",
        ExamRecord,
        "COPD and Patient_Other_Comorbidities disagree. Check both.",
        _copd_disagrees,
        when=given("copd") & given("patient_other_comorbidities"),
        unless=_told_alike,
    ),
    Rule(
        "LCSR-519",
        Severity.WARNING,
        "LCSR reference, K12; assumed",
        ExamRecord,
        "Pulmonary_Fibrosis disagrees with the comorbidities or findings. Check them.",
        _fibrosis_disagrees,
        when=given("pulmonary_fibrosis")
        & given("patient_other_comorbidities", "what_were_the_other_findings"),
        unless=_told_alike,
    ),
    Rule(
        "LCSR-520",
        Severity.WARNING,
        "LCSR reference, K12 and 3.5; assumed",
        ExamRecord,
        "History_Of_Cancers and CT_Exam_Result_Modifier_C disagree about an earlier lung "
        "cancer. Check both.",
        _history_disagrees,
        when=given("ct_exam_result_modifier_c") & given("history_of_cancers"),
        unless=_told_alike,
    ),
    Rule(
        "LCSR-601",
        Severity.WARNING,
        "LCSR reference, 3.2; assumed",
        ExamRecord,
        "A baseline exam of a Medicare patient is expected to have a documented shared "
        "decision. Check the element.",
        _no_shared_decision,
        when=has("indication_of_exam", BASELINE) & given("health_insurance"),
    ),
)
