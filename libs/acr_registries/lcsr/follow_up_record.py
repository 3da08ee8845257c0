"""The elements of a follow-up (section B), wherever it stands in the payload. Nothing is decided here."""

from acr_registries.forms import Form
from acr_registries.values import Day

NON_SMALL_CELL = "1"  # Of histology.


class FollowUpRecord(Form):
    """What is sent of one follow-up, whether nested in its exam or not."""

    facility_id: str | None = None
    follow_up_unique_id: str | None = None
    date_of_follow_up: Day
    follow_up_diagnostic: str | None = None
    follow_up_diagnostic_other_spec: str | None = None
    tissue_diagnosis: str | None = None
    tissue_diagnosis_other_spec: str | None = None
    tissue_diagnosis_method: str | None = None
    location_from_sample_obtained: str | None = None
    location_other_spec: str | None = None
    histology: str | None = None
    histology_non_small_cell_lc: str | None = None
    other_non_small_cell_lc_histology_spec: str | None = None
    stage_clinical_or_pathologic: str | None = None
    overall_stage: str | None = None
    t_status: str | None = None
    n_status: str | None = None
    m_status: str | None = None
    ajcc_cancer_staging_edition: str | None = None
    period_of_follow_up: int | None = None
