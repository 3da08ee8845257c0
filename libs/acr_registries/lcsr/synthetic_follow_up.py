"""Makes the follow-ups of synthetic exams: imaging on time, tissue, cancers with their stages."""

from datetime import date, timedelta
from random import Random
from typing import Any

from acr_registries.lcsr.distributions import Distributions
from acr_registries.lcsr.lung_rads import read_categories
from acr_registries.lcsr.time_spans import as_sent, whole_months

LOW_DOSE_CT, ROUTINE_CT, PET_CT, BRONCHOSCOPY, BIOPSY, RESECTION = "123456"
LATEST_DAYS = 355
MONTH_DAYS = 30.44
EXAM_PROCEDURES = {
    "3": (LOW_DOSE_CT,),
    "4A": (LOW_DOSE_CT, LOW_DOSE_CT, PET_CT),
    "4B": (ROUTINE_CT, PET_CT),
    "4X": (ROUTINE_CT, PET_CT),
}
TISSUE_METHODS = {BRONCHOSCOPY: "2", BIOPSY: "1", RESECTION: "3"}
LOCATIONS = ("1", "2", "3", "5", "6", "9")


def make_follow_ups(
    random: Random, distributions: Distributions, day: date, exam: dict[str, Any]
) -> None:
    """Add follow-ups to an exam: what its category asks for, and what was found."""
    category = exam["CT_Exam_Result_Lung_RADS"]
    shares = distributions.figures["shares"]
    cancer = random.random() < distributions.figures["malignancy"][category]
    follow_ups: list[dict[str, Any]] = []
    if category in EXAM_PROCEDURES and (
        cancer or random.random() < shares["follow_up_of_positive"]
    ):
        due = read_categories()[category].months * MONTH_DAYS
        procedure = random.choice(EXAM_PROCEDURES[category])
        follow_ups.append(_follow_up(day, due * random.uniform(0.75, 1.1), procedure))
        if category in ("4B", "4X") and not cancer and random.random() < shares["benign_tissue"]:
            follow_ups.append(_tissue(random, day, due + random.uniform(15, 60), benign=True))
    if cancer:
        days = random.uniform(40, 200)
        follow_ups.append(_tissue(random, day, days, benign=False) | _tumour(random, distributions))
    if follow_ups and day + timedelta(days=LATEST_DAYS) <= distributions.days["last_day"]:
        for number, each in enumerate(follow_ups, start=1):
            each["Follow_Up_Unique_ID"] = f"{exam['Exam_Unique_ID']}-F{number}"
        exam["Follow_Ups"] = follow_ups
        if cancer and random.random() < shares["death_after_cancer"]:
            _add_death(day, exam)


def _follow_up(day: date, days: float, procedure: str) -> dict[str, Any]:
    then = day + timedelta(days=min(int(days), LATEST_DAYS))
    return {
        "Date_Of_Follow_Up": as_sent(then),
        "Follow_Up_Diagnostic": procedure,
        "Period_Of_Follow_Up": whole_months(day, then),
    }


def _tissue(random: Random, day: date, days: float, *, benign: bool) -> dict[str, Any]:
    procedure = random.choice((BRONCHOSCOPY, BIOPSY) if benign else (BIOPSY, RESECTION, RESECTION))
    follow_up = _follow_up(day, days, procedure)
    follow_up["Tissue_Diagnosis"] = "1" if benign else "2"
    follow_up["Tissue_Diagnosis_Method"] = TISSUE_METHODS[procedure]
    follow_up["Location_From_Sample_Obtained"] = random.choice(LOCATIONS)
    return follow_up


def _tumour(random: Random, distributions: Distributions) -> dict[str, Any]:
    t, n, m, stage = distributions.draws["stages"].one(random).split()
    histology, _, kind = distributions.draws["histologies"].one(random).partition("/")
    tumour = {
        "Histology": histology,
        "Stage_Clinical_Or_Pathologic": "2" if random.random() < 0.6 else "1",
        "Overall_Stage": stage,
        "T_Status": t,
        "N_Status": n,
        "M_Status": m,
        "AJCC_Cancer_Staging_Edition": "8",
    }
    if kind:
        tumour["Histology_Non_Small_Cell_LC"] = kind
    return tumour


def _add_death(day: date, exam: dict[str, Any]) -> None:
    exam |= {
        "Date_Of_Death": as_sent(day + timedelta(days=LATEST_DAYS)),
        "How_Cause_Was_Determined": "3",
        "Cause_Of_Death": "1",
        "Death_Within_30_Days": "N",
    }
