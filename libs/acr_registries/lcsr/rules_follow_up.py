"""Rules C13 to C16 and K6: what a follow-up's own elements ask for. Pure."""

import operator

from acr_domain.findings import Severity
from acr_registries.lcsr.diagnoses import Diagnoses, read_diagnoses
from acr_registries.lcsr.follow_up_record import NON_SMALL_CELL, FollowUpRecord
from acr_registries.lcsr.ordinary import ordinary_follow_up
from acr_registries.registry import NOWHERE, Places, Receipt, Rule
from acr_registries.triggers import given, has, lacking

TISSUE_TAKEN = frozenset(("4", "5", "6"))
CLINICAL, UNKNOWN = "8", "99"
OTHER_PROCEDURE, OTHER_DIAGNOSIS, OTHER_LOCATION = "7", "12", "10"
OTHER_NON_SMALL_CELL = "6"
SEVENTH_EDITION = "7"
TNM_ELEMENTS = ("t_status", "n_status", "m_status")
STAGE_ELEMENTS = ("overall_stage", *TNM_ELEMENTS)
TUMOUR_ELEMENTS = ("histology", "stage_clinical_or_pathologic", "overall_stage")

# A text that specifies a code: its attribute, that of the code, and the code.
SPECIFIED = (
    ("follow_up_diagnostic_other_spec", "follow_up_diagnostic", OTHER_PROCEDURE),
    ("tissue_diagnosis_other_spec", "tissue_diagnosis", OTHER_DIAGNOSIS),
    ("location_other_spec", "location_from_sample_obtained", OTHER_LOCATION),
    ("histology_non_small_cell_lc", "histology", NON_SMALL_CELL),
    (
        "other_non_small_cell_lc_histology_spec",
        "histology_non_small_cell_lc",
        OTHER_NON_SMALL_CELL,
    ),
)
_TEXTS, _CODED, _CODES = zip(*SPECIFIED, strict=True)
_SPECIFYING, _SPECIFIED = operator.attrgetter(*_TEXTS), operator.attrgetter(*_CODED)


def _procedure_unspecified(follow_up: FollowUpRecord, _: Receipt) -> Places:
    if follow_up.follow_up_diagnostic != OTHER_PROCEDURE:
        return NOWHERE
    told = follow_up.follow_up_diagnostic_other_spec
    return NOWHERE if told else ("follow_up_diagnostic_other_spec",)


def _diagnosis_missing(follow_up: FollowUpRecord, _: Receipt) -> Places:
    if follow_up.tissue_diagnosis is None and follow_up.follow_up_diagnostic in TISSUE_TAKEN:
        return ("tissue_diagnosis",)
    return NOWHERE


def _diagnosis_unspecified(follow_up: FollowUpRecord, _: Receipt) -> Places:
    if follow_up.tissue_diagnosis != OTHER_DIAGNOSIS:
        return NOWHERE
    return NOWHERE if follow_up.tissue_diagnosis_other_spec else ("tissue_diagnosis_other_spec",)


def _method_missing(follow_up: FollowUpRecord, _: Receipt) -> Places:
    if follow_up.tissue_diagnosis in (None, CLINICAL):
        return NOWHERE
    return NOWHERE if follow_up.tissue_diagnosis_method else ("tissue_diagnosis_method",)


def _location_missing(follow_up: FollowUpRecord, _: Receipt) -> Places:
    if follow_up.tissue_diagnosis in (None, CLINICAL):
        return NOWHERE
    found = follow_up.location_from_sample_obtained
    return NOWHERE if found else ("location_from_sample_obtained",)


def _location_unspecified(follow_up: FollowUpRecord, _: Receipt) -> Places:
    if follow_up.location_from_sample_obtained != OTHER_LOCATION:
        return NOWHERE
    return NOWHERE if follow_up.location_other_spec else ("location_other_spec",)


def _tumour_untold(follow_up: FollowUpRecord, _: Receipt) -> Places:
    found = follow_up.tissue_diagnosis
    if found is None or found in read_diagnoses().without_histology:
        return NOWHERE
    if follow_up.histology and follow_up.stage_clinical_or_pathologic and follow_up.overall_stage:
        return NOWHERE
    return tuple(name for name in TUMOUR_ELEMENTS if getattr(follow_up, name) is None)


def _non_small_cell_untold(follow_up: FollowUpRecord, _: Receipt) -> Places:
    if follow_up.histology == NON_SMALL_CELL and not follow_up.histology_non_small_cell_lc:
        return ("histology_non_small_cell_lc",)
    return NOWHERE


def _non_small_cell_unspecified(follow_up: FollowUpRecord, _: Receipt) -> Places:
    if follow_up.histology_non_small_cell_lc != OTHER_NON_SMALL_CELL:
        return NOWHERE
    told = follow_up.other_non_small_cell_lc_histology_spec
    return NOWHERE if told else ("other_non_small_cell_lc_histology_spec",)


def _edition_missing(follow_up: FollowUpRecord, _: Receipt) -> Places:
    if follow_up.ajcc_cancer_staging_edition is not None:
        return NOWHERE
    staged = any(getattr(follow_up, name) is not None for name in STAGE_ELEMENTS)
    if staged and "AJCC_Cancer_Staging_Edition" in follow_up.binding.by_name:
        return ("ajcc_cancer_staging_edition",)
    return NOWHERE


def _tnm_missing(follow_up: FollowUpRecord, _: Receipt) -> Places:
    if follow_up.overall_stage in (None, UNKNOWN):
        return NOWHERE
    if follow_up.t_status and follow_up.n_status and follow_up.m_status:
        return NOWHERE
    return tuple(name for name in TNM_ELEMENTS if getattr(follow_up, name) is None)


def _specified_without_code(follow_up: FollowUpRecord, _: Receipt) -> Places:
    places: Places = NOWHERE
    # Of equal lengths, all of them; to say so would cost as much as the rest.
    told = zip(_SPECIFYING(follow_up), _SPECIFIED(follow_up), _CODES, _TEXTS)  # noqa: B905
    for specified, sent, code, text in told:
        if specified is not None and sent != code:
            places += (text,)
    return places


def _stage_unlike_tnm(follow_up: FollowUpRecord, _: Receipt) -> Places:
    stage = follow_up.overall_stage
    if stage is None or stage == UNKNOWN:
        return NOWHERE
    diagnoses = read_diagnoses()
    fitting = _fitting_stages(follow_up, diagnoses)
    if fitting is not None:
        return NOWHERE if stage in fitting else ("overall_stage",)
    spread = follow_up.n_status == "N3" or (follow_up.m_status or "M0") != "M0"
    early = diagnoses.stage_groups.get(stage) != "advanced"
    return ("overall_stage",) if spread and early else NOWHERE


def _fitting_stages(follow_up: FollowUpRecord, diagnoses: Diagnoses) -> frozenset[str] | None:
    """Give the stages that fit T, N and M, or None where the tables do not say."""
    edition, m = follow_up.ajcc_cancer_staging_edition or "", follow_up.m_status or ""
    if m == "M0":
        key = (edition, follow_up.t_status or "", follow_up.n_status or "")
        return diagnoses.stages_by_tn.get(key)
    return diagnoses.stages_by_m.get((edition, m))


def _codes_of_8_in_7(follow_up: FollowUpRecord, _: Receipt) -> Places:
    if follow_up.ajcc_cancer_staging_edition != SEVENTH_EDITION:
        return NOWHERE
    diagnoses, places = read_diagnoses(), NOWHERE
    if follow_up.overall_stage in diagnoses.stages_of_8:
        places += ("overall_stage",)
    if follow_up.t_status in diagnoses.t_of_8:
        places += ("t_status",)
    if follow_up.m_status in diagnoses.m_of_8:
        places += ("m_status",)
    return places


FOLLOW_UP_RULES = (
    Rule(
        "LCSR-417",
        Severity.INCOMPLETE,
        "LCSR reference, C13 (M)",
        FollowUpRecord,
        "The other location is not specified. Say which, or correct Location_From_Sample_Obtained.",
        _location_unspecified,
        when=has("location_from_sample_obtained", OTHER_LOCATION) & lacking("location_other_spec"),
    ),
    Rule(
        "LCSR-418",
        Severity.INCOMPLETE,
        "LCSR reference, C14 (D); exemptions beyond 1 and 4 assumed",
        FollowUpRecord,
        "A lung tumour needs histology, the basis of its stage and its overall stage: this one "
        "is missing. Send it.",
        _tumour_untold,
        when=given("tissue_diagnosis") & lacking(*TUMOUR_ELEMENTS),
    ),
    Rule(
        "LCSR-419",
        Severity.INCOMPLETE,
        "LCSR reference, C15 (I)",
        FollowUpRecord,
        "Say which non-small-cell lung cancer it is.",
        _non_small_cell_untold,
        when=has("histology", NON_SMALL_CELL) & lacking("histology_non_small_cell_lc"),
    ),
    Rule(
        "LCSR-420",
        Severity.INCOMPLETE,
        "LCSR reference, C15 (I)",
        FollowUpRecord,
        "The other non-small-cell lung cancer is not specified. Say which, or correct "
        "Histology_Non_Small_Cell_LC.",
        _non_small_cell_unspecified,
        when=has("histology_non_small_cell_lc", OTHER_NON_SMALL_CELL)
        & lacking("other_non_small_cell_lc_histology_spec"),
    ),
    Rule(
        "LCSR-421",
        Severity.INCOMPLETE,
        "LCSR reference, C16 (V); condition assumed",
        FollowUpRecord,
        "A stage is given without the edition by which it was staged. Send the edition.",
        _edition_missing,
        when=given(*STAGE_ELEMENTS) & lacking("ajcc_cancer_staging_edition"),
    ),
    Rule(
        "LCSR-424",
        Severity.WARNING,
        "LCSR reference, C18; assumed",
        FollowUpRecord,
        "The text or code belongs to a code that is not set. Set that code, or leave this out; "
        "it is kept.",
        _specified_without_code,
        when=given(*_TEXTS),
        unless=ordinary_follow_up,
    ),
    Rule(
        "LCSR-426",
        Severity.INCOMPLETE,
        "LCSR reference, 3.4 (I); condition assumed",
        FollowUpRecord,
        "The other procedure is not specified. Say which, or correct Follow_Up_Diagnostic.",
        _procedure_unspecified,
        when=has("follow_up_diagnostic", OTHER_PROCEDURE)
        & lacking("follow_up_diagnostic_other_spec"),
    ),
    Rule(
        "LCSR-427",
        Severity.INCOMPLETE,
        "LCSR reference, 3.4 (I); condition assumed",
        FollowUpRecord,
        "Tissue was taken: say what it showed.",
        _diagnosis_missing,
        when=has("follow_up_diagnostic", *TISSUE_TAKEN) & lacking("tissue_diagnosis"),
    ),
    Rule(
        "LCSR-428",
        Severity.INCOMPLETE,
        "LCSR reference, 3.4 (I); condition assumed",
        FollowUpRecord,
        "The other diagnosis is not specified. Say which, or correct Tissue_Diagnosis.",
        _diagnosis_unspecified,
        when=has("tissue_diagnosis", OTHER_DIAGNOSIS) & lacking("tissue_diagnosis_other_spec"),
    ),
    Rule(
        "LCSR-429",
        Severity.INCOMPLETE,
        "LCSR reference, 3.4 (I); condition assumed",
        FollowUpRecord,
        "Say how the tissue was obtained.",
        _method_missing,
        when=given("tissue_diagnosis") & lacking("tissue_diagnosis_method"),
    ),
    Rule(
        "LCSR-430",
        Severity.INCOMPLETE,
        "LCSR reference, 3.4 (I); condition assumed",
        FollowUpRecord,
        "Say where in the lung the tissue was taken from.",
        _location_missing,
        when=given("tissue_diagnosis") & lacking("location_from_sample_obtained"),
    ),
    Rule(
        "LCSR-431",
        Severity.INCOMPLETE,
        "LCSR reference, 3.4 (I); condition assumed",
        FollowUpRecord,
        "The tumour is staged: this part of its TNM is missing. Send it.",
        _tnm_missing,
        when=given("overall_stage") & lacking(*TNM_ELEMENTS),
    ),
    Rule(
        "LCSR-507",
        Severity.WARNING,
        "LCSR reference, K6; assumed",
        FollowUpRecord,
        "The stage does not fit T, N and M in the edition of the staging manual. Check them.",
        _stage_unlike_tnm,
        when=given("overall_stage"),
    ),
    Rule(
        "LCSR-508",
        Severity.ERROR,
        "LCSR reference, K6; assumed",
        FollowUpRecord,
        "The 7th edition has no such code. Correct it, or AJCC_Cancer_Staging_Edition.",
        _codes_of_8_in_7,
        when=has("ajcc_cancer_staging_edition", SEVENTH_EDITION),
    ),
)
