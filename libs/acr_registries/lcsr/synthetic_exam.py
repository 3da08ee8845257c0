"""Makes section A of synthetic exams: appropriateness, study, dose and result."""

import math
from datetime import date
from random import Random
from typing import Any

from acr_registries.lcsr.distributions import Distributions
from acr_registries.lcsr.exam_figures import KILOGRAMS_IN_POUND, METRES_IN_INCH
from acr_registries.lcsr.synthetic_patient import Person

USUAL_BODY_MASS = 27
YEAR_DAYS = 365.25
CURRENT, FORMER, NEVER = "1", "2", "3"
LUNG_RADS_VERSION = "2022"


def make_study(
    random: Random,
    distributions: Distributions,
    person: Person,
    day: date,
    indication: str,
    exam: dict[str, Any],
) -> None:
    """Add section A to an exam."""
    _add_smoking(random, distributions, person, day, exam)
    _add_body(random, distributions, person, exam)
    exam["Radiologist_Reading_NPI"] = reader = random.choice(distributions.professionals)
    orderer = random.choice(distributions.professionals)
    if orderer == reader:
        orderer = person.facility_npi
    exam["Ordering_Practitioner_NPI"] = orderer
    exam["Exam_Date"] = f"{day.month:02}/{day.day:02}/{day.year:04}"
    exam["Signs_Or_Symptoms_Of_Lung_Cancer"] = "N"
    exam["Indication_Of_Exam"] = indication
    exam["Modality"] = "1"
    _add_dose(random, distributions, person, exam)
    _add_result(random, distributions, exam)
    _add_history(random, distributions, exam)


def _add_smoking(
    random: Random, distributions: Distributions, person: Person, day: date, exam: dict[str, Any]
) -> None:
    shares = distributions.figures["shares"]
    passed = (day - person.first_exam).days / YEAR_DAYS
    exam["Smoking_Status"] = person.smoking
    if person.smoking != NEVER:
        exam["Number_Of_Packs_Year_Smoking"] = person.pack_years
    if person.smoking == FORMER:
        exam["Number_Of_Years_Since_Quit"] = round(person.years_since_quit + passed, 1)
    told = person.smoking == CURRENT and random.random() < shares["guidance"]
    exam["Did_Physician_Provide_Guidance"] = "Y" if told else "N"
    decided = random.random() < shares["shared_decision"]
    exam["Doc_Of_Shared_Dec_Making"] = "Y" if decided else "U"


def _add_body(
    random: Random, distributions: Distributions, person: Person, exam: dict[str, Any]
) -> None:
    metres = person.height * METRES_IN_INCH
    exam["Patient_Height"] = person.height
    exam["Patient_Weight"] = round(person.body_mass * metres * metres / KILOGRAMS_IN_POUND, 1)
    comorbidities = [
        code
        for code, share in distributions.figures["comorbidities"].items()
        if random.random() < share
    ]
    if comorbidities:
        exam["Patient_Other_Comorbidities"] = comorbidities
    exam["COPD"] = "Y" if "0" in comorbidities else "N"
    exam["Pulmonary_Fibrosis"] = "Y" if "2" in comorbidities else "N"


def _add_dose(
    random: Random, distributions: Distributions, person: Person, exam: dict[str, Any]
) -> None:
    dose = distributions.figures["dose"]
    maker, _, model = distributions.draws["scanners"].one(random).partition("/")
    exam["CT_Scanner_Manufacturer"] = maker
    exam["CT_Scanner_Model"] = model
    middle = dose["ctdivol_median"] * (person.body_mass / USUAL_BODY_MASS) ** dose["bmi_exponent"]
    ctdivol = middle * math.exp(random.gauss(0, dose["ctdivol_spread"]))
    length = random.gauss(dose["scan_length_mean"], dose["scan_length_spread"])
    exam["CTDIvol"] = round(min(max(ctdivol, 0.3), 9.5), 2)
    exam["DLP"] = round(exam["CTDIvol"] * min(max(length, 22), 48), 1)
    exam["Tube_Current_Time"] = round(random.uniform(18, 60), 1)
    exam["Tube_Voltage"] = 100 if random.random() < 0.4 else 120
    exam["Scanning_Time"] = round(random.uniform(2, 9), 2)
    exam["Pitch"] = round(random.uniform(0.8, 1.6), 2)
    exam["Reconstructed_Image_Width"] = 1.0 if random.random() < 0.5 else 1.25


def _add_result(random: Random, distributions: Distributions, exam: dict[str, Any]) -> None:
    category = distributions.draws["lung_rads"].one(random)
    exam["CT_Exam_Result_Lung_RADS"] = category
    exam["Lung_RADS_Version"] = LUNG_RADS_VERSION
    if category == "0":
        exam["Reason_For_Recall"] = distributions.draws["recall_reasons"].one(random)
    if random.random() >= distributions.figures["targets"]["modifier_s"]:
        exam["CT_Exam_Result_Modifier_S"] = "N"
        return
    finding = distributions.draws["findings"].one(random)
    exam["CT_Exam_Result_Modifier_S"] = "Y"
    exam["What_Were_The_Other_Findings"] = [finding]
    if finding == "2":
        exam["Pulmonary_Fibrosis"] = "Y"
    elif finding == "4":
        exam["Other_Int_Lung_Disease"] = "8"
    elif finding == "5":
        exam["Other_Abnormalities_Spec"] = "Hiatal hernia"


def _add_history(random: Random, distributions: Distributions, exam: dict[str, Any]) -> None:
    if random.random() < distributions.figures["shares"]["prior_lung_cancer"]:
        exam["CT_Exam_Result_Modifier_C"] = "Y"
        exam["Years_Since_Prior_Diagnosis"] = round(random.uniform(5, 20), 1)
        exam["History_Of_Cancers"] = ["0"]
    else:
        exam["CT_Exam_Result_Modifier_C"] = "N"
        exam["History_Of_Cancers"] = ["99"]
