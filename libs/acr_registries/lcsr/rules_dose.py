"""Rules K7 to K9: dose, scan length and body mass, which a slip of unit makes implausible. Pure."""

from acr_domain.findings import Severity
from acr_registries.lcsr.exam_figures import body_mass_index, scan_length
from acr_registries.lcsr.exam_record import ExamRecord, StudyPart
from acr_registries.lcsr.ordinary import ordinary_dose
from acr_registries.registry import NOWHERE, Places, Receipt, Rule
from acr_registries.triggers import given, has

ROUTINE_CT = "2"


def _odd_scan_length(exam: ExamRecord, receipt: Receipt) -> Places:
    length, figures = scan_length(exam), receipt.thresholds
    if length is None or figures["scan_length_least"] <= length <= figures["scan_length_most"]:
        return NOWHERE
    return ("dlp",)


def _dose_of_lean_patient(exam: ExamRecord, receipt: Receipt) -> Places:
    if exam.ctdivol is None or exam.ctdivol <= receipt.thresholds["ctdivol_ceiling"]:
        return NOWHERE
    mass = body_mass_index(exam)
    if mass is None or mass >= receipt.thresholds["standard_bmi_below"]:
        return NOWHERE
    return ("ctdivol",)


def _full_dose(exam: StudyPart, _: Receipt) -> Places:
    return ("modality",) if exam.modality == ROUTINE_CT else NOWHERE


def _odd_body_mass(exam: ExamRecord, receipt: Receipt) -> Places:
    mass, figures = body_mass_index(exam), receipt.thresholds
    if mass is None or figures["bmi_least"] <= mass <= figures["bmi_most"]:
        return NOWHERE
    return ("patient_weight",)


DOSE_RULES = (
    Rule(
        "LCSR-509",
        Severity.WARNING,
        "LCSR reference, K7; assumed",
        ExamRecord,
        "DLP divided by CTDIvol gives a scan length outside {scan_length_least} to "
        "{scan_length_most} cm. Check both and their units.",
        _odd_scan_length,
        when=given("dlp") & given("ctdivol"),
        unless=ordinary_dose,
    ),
    Rule(
        "LCSR-510",
        Severity.WARNING,
        "LCSR reference, K8 (C); link assumed",
        ExamRecord,
        "CTDIvol is above {ctdivol_ceiling} mGy for a patient whose body mass index is below "
        "{standard_bmi_below}. Review the dose.",
        _dose_of_lean_patient,
        when=given("ctdivol") & given("patient_height") & given("patient_weight"),
        unless=ordinary_dose,
    ),
    Rule(
        "LCSR-511",
        Severity.WARNING,
        "LCSR reference, K8; assumed",
        StudyPart,
        "A screening exam was made at routine dose. Review it; low-dose measures leave it out.",
        _full_dose,
        when=has("modality", ROUTINE_CT),
    ),
    Rule(
        "LCSR-512",
        Severity.WARNING,
        "LCSR reference, K9; assumed",
        ExamRecord,
        "Height and weight give a body mass index outside {bmi_least} to {bmi_most} kg/m². "
        "Check both: inches and pounds are asked for.",
        _odd_body_mass,
        when=given("patient_height") & given("patient_weight"),
        unless=ordinary_dose,
    ),
)
