"""The elements of a screening exam, in the parts of the registry's own form. Nothing is decided here."""

from acr_registries.forms import Form
from acr_registries.lcsr.follow_up import FollowUp
from acr_registries.lcsr.time_spans import whole_years
from acr_registries.values import Day


class RegistrationPart(Form):
    """Facility, exam identity and patient."""

    file_version_number: str | None = None
    facility_id: str
    facility_npi: str | None = None
    registry_exam_number: str | None = None
    exam_registration_date: Day | None = None
    exam_unique_id: str
    patient_ssn: str | None = None
    refused_to_answer_ssn: str | None = None
    medicare_beneficiary_id: str | None = None
    new_medicare_beneficiary_id: str | None = None
    refused_medicare_id: str | None = None
    other_id: str | None = None
    patient_last_name: str
    patient_first_name: str
    patient_middle_name: str | None = None
    patient_date_of_birth: Day
    patient_sex: str | None = None
    patient_race: tuple[str, ...] = ()
    patient_ethnicity: str | None = None
    health_insurance: tuple[str, ...] = ()
    health_insurance_other_spec: str | None = None
    date_of_death: Day | None = None
    how_cause_was_determined: str | None = None
    other_method_of_determining: str | None = None
    cause_of_death: str | None = None
    non_lung_cancer_cause: str | None = None
    death_within_30_days: str | None = None


class AppropriatenessPart(Form):
    """Section A, general: whom the screening is appropriate for."""

    smoking_status: str | None = None
    number_of_packs_year_smoking: float | None = None
    number_of_years_since_quit: float | None = None
    did_physician_provide_guidance: str | None = None
    doc_of_shared_dec_making: str | None = None
    patient_height: float | None = None
    patient_weight: float | None = None
    patient_other_comorbidities: tuple[str, ...] = ()
    patient_other_comorbidities_spec: str | None = None
    radiologist_reading_npi: str | None = None
    ordering_practitioner_npi: str | None = None


class StudyPart(Form):
    """Section A, study data: the exam, its dose and its result."""

    exam_date: Day
    signs_or_symptoms_of_lung_cancer: str | None = None
    indication_of_exam: str | None = None
    modality: str | None = None
    ct_scanner_manufacturer: str | None = None
    ct_scanner_model: str | None = None
    ctdivol: float | None = None
    dlp: float | None = None
    tube_current_time: float | None = None
    tube_voltage: int | None = None
    scanning_time: float | None = None
    scanning_volume: float | None = None
    pitch: float | None = None
    reconstructed_image_width: float | None = None
    ct_exam_result_lung_rads: str | None = None
    reason_for_recall: str | None = None
    reason_for_recall_spec: str | None = None
    lung_rads_version: str | None = None
    ct_exam_result_modifier_s: str | None = None
    what_were_the_other_findings: tuple[str, ...] = ()
    other_int_lung_disease: str | None = None
    other_abnormalities_spec: str | None = None
    ct_exam_result_modifier_c: str | None = None
    years_since_prior_diagnosis: float | None = None


class RiskPart(Form):
    """Section C: further risk factors."""

    education_level: str | None = None
    education_level_other_spec: str | None = None
    radon_exposure: str | None = None
    occupational_exposures: tuple[str, ...] = ()
    occupational_exposures_spec: str | None = None
    history_of_cancers: tuple[str, ...] = ()
    other_smoking_cancers_spec: str | None = None
    lung_cancer_in_first_deg_rel: str | None = None
    lung_cancer_other_first_deg_rel: str | None = None
    copd: str | None = None
    pulmonary_fibrosis: str | None = None
    second_hand_smoke_exposure: str | None = None


# Pydantic takes the fields of the last base first, and columns keep the order of the dictionary.
class ExamRecord(RiskPart, StudyPart, AppropriatenessPart, RegistrationPart):
    """What is sent of one screening exam. `model.Exam` adds what is computed of it."""

    follow_ups: tuple[FollowUp, ...] = ()

    @property
    def age_at_exam(self) -> int:
        """Give the patient's age on the day of the exam, in whole years."""
        return whole_years(self.patient_date_of_birth, self.exam_date)
