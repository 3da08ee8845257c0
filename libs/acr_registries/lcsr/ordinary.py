"""Looks that clear a form of all rules which name them (`unless`): all is as it mostly is. Pure."""

from acr_registries.lcsr.exam_figures import body_mass_index, scan_length
from acr_registries.lcsr.exam_record import ExamRecord
from acr_registries.lcsr.follow_up_record import NON_SMALL_CELL, FollowUpRecord
from acr_registries.lcsr.time_spans import whole_months, whole_years
from acr_registries.npi import is_npi
from acr_registries.registry import Receipt


def known_people(exam: ExamRecord, _: Receipt) -> bool:
    """Tell whether names have letters only, and each NPI its check digit and its own person."""
    middle, facility = exam.patient_middle_name, exam.facility_npi
    reader, orderer = exam.radiologist_reading_npi, exam.ordering_practitioner_npi
    return (
        exam.patient_last_name.isalpha()
        and exam.patient_first_name.isalpha()
        and (middle is None or middle.isalpha())
        and (facility is None or is_npi(facility))
        and (reader is None or is_npi(reader))
        and (orderer is None or (orderer != reader and is_npi(orderer)))
    )


def in_ordinary_time(exam: ExamRecord, receipt: Receipt) -> bool:
    """Tell whether birth, exam and receipt follow each other, and ages and years are the typical ones."""
    day, born, figures = exam.exam_date, exam.patient_date_of_birth, receipt.thresholds
    today, registered = receipt.received_at.date(), exam.exam_registration_date
    if not born < day <= today or (registered is not None and registered > today):
        return False
    age = whole_years(born, day)
    return (
        figures["closed_year_last"] < day.year >= figures["exam_year_first"]
        and exam.date_of_death is None
        and figures["age_typical_least"] <= age <= figures["age_typical_most"]
        and figures["age_least"] <= age <= figures["age_most"]
        and _smoked_at_ordinary_ages(exam, age, receipt)
    )


def _smoked_at_ordinary_ages(exam: ExamRecord, age: int, receipt: Receipt) -> bool:
    figures, prior = receipt.thresholds, exam.years_since_prior_diagnosis
    packs, since_quit = exam.number_of_packs_year_smoking, exam.number_of_years_since_quit
    grown = age - figures["smoking_age_least"]
    return (
        (not packs or packs <= figures["packs_a_day_most"] * grown)
        and (
            not since_quit
            or (since_quit <= grown and since_quit <= age - figures["quit_age_least"])
        )
        and (prior is None or prior <= age)
    )


def followed_in_order(exam: ExamRecord, receipt: Receipt) -> bool:
    """Tell whether each follow-up names no other exam and comes after this one, and soon enough."""
    day, most = exam.exam_date, receipt.thresholds["follow_up_months_most"]
    for each in exam.follow_ups:
        named, facility = each.exam_unique_id, each.facility_id
        if named is not None and named != exam.exam_unique_id:
            return False
        if facility is not None and facility != exam.facility_id:
            return False
        if each.date_of_follow_up < day or whole_months(day, each.date_of_follow_up) >= most:
            return False
    return True


def ordinary_follow_up(follow_up: FollowUpRecord, receipt: Receipt) -> bool:
    """Tell whether a follow-up lies before its receipt, and specifies nothing but a kind of lung cancer."""
    return (
        follow_up.date_of_follow_up <= receipt.received_at.date()
        and follow_up.follow_up_diagnostic_other_spec is None
        and follow_up.tissue_diagnosis_other_spec is None
        and follow_up.location_other_spec is None
        and follow_up.other_non_small_cell_lc_histology_spec is None
        and (follow_up.histology_non_small_cell_lc is None or follow_up.histology == NON_SMALL_CELL)
    )


def ordinary_dose(exam: ExamRecord, receipt: Receipt) -> bool:
    """Tell whether scan length and body mass are plausible, and the dose is not high."""
    figures, dose = receipt.thresholds, exam.ctdivol
    length, mass = scan_length(exam), body_mass_index(exam)
    return (
        (dose is None or dose <= figures["ctdivol_ceiling"])
        and (
            length is None or figures["scan_length_least"] <= length <= figures["scan_length_most"]
        )
        and (mass is None or figures["bmi_least"] <= mass <= figures["bmi_most"])
    )
