"""Makes the patients of synthetic submissions, and what an exam says of them."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from acr_registries.lcsr.distributions import Distributions
from acr_registries.lcsr.time_spans import as_sent, whole_years

MEDICARE_AGE = 65
BAND_YEARS = 5
YEAR_DAYS = 365.25
# So many years since quitting that no rule set takes the patient, and how far back that goes.
QUIT_LONG_AGO = (16.0, 30.0)


@dataclass(frozen=True, slots=True)
class Person:
    """A made-up patient. Spans in years as of the day of the first exam; height in inches."""

    serial: int
    facility_id: str
    facility_npi: str
    last_name: str
    first_name: str
    born: date
    sex: str
    race: str
    ethnicity: str
    height: float
    body_mass: float
    smoking: str
    pack_years: float
    years_since_quit: float
    first_exam: date
    education: str
    insurance_young: str
    insurance_old: str


def draw_person(random: Random, distributions: Distributions, serial: int, first: date) -> Person:
    """Draw a patient, who meets the USPSTF rules of 2021 as often as it was published."""
    shares, body = distributions.figures["shares"], distributions.figures["body"]
    met = random.random() < distributions.figures["targets"]["uspstf_met"]
    reason = "" if met else distributions.draws["not_eligible"].one(random)
    sex = "M" if random.random() < shares["male"] else "F"
    tall = body["height_male"] if sex == "M" else body["height_female"]
    facility = random.choice(distributions.facilities)
    smoking, pack_years, quit_years = _smoking(random, shares["current_smoker"], reason)
    return Person(
        serial=serial,
        facility_id=facility[0],
        facility_npi=facility[1],
        last_name=random.choice(distributions.last_names),
        first_name=random.choice(distributions.first_names),
        born=_born(random, distributions, first, reason),
        sex=sex,
        race=distributions.draws["race"].one(random),
        ethnicity=distributions.draws["ethnicity"].one(random),
        height=round(_within(random.gauss(tall, body["height_spread"]), 56, 80), 1),
        body_mass=_within(random.gauss(body["bmi_mean"], body["bmi_spread"]), 17, 48),
        smoking=smoking,
        pack_years=pack_years,
        years_since_quit=quit_years,
        first_exam=first,
        education=distributions.draws["education"].one(random),
        insurance_young=distributions.draws["insurance_young"].one(random),
        insurance_old=distributions.draws["insurance_old"].one(random),
    )


def _within(value: float, least: float, most: float) -> float:
    return min(max(value, least), most)


def _born(random: Random, distributions: Distributions, first: date, reason: str) -> date:
    """Draw a birthday; who meets the rules stays within their ages."""
    if reason == "too_old":
        years = random.uniform(81.1, 88)
    elif reason == "too_young":
        years = random.uniform(44, 49.8)
    else:
        years = int(distributions.draws["ages"].one(random)) + random.random() * BAND_YEARS + 0.02
    return first - timedelta(days=int(years * YEAR_DAYS))


def _smoking(random: Random, current: float, reason: str) -> tuple[str, float, float]:
    """Draw smoking status, pack-years and years since quitting."""
    if reason == "never_smoked":
        return "3", 0.0, 0.0
    packs = 20 + min(random.gammavariate(2.2, 9), 70)
    if reason == "few_pack_years":
        packs = random.uniform(4, 19.4)
    if reason == "quit_long_ago":
        return "2", round(packs, 1), round(random.uniform(*QUIT_LONG_AGO), 1)
    if random.random() < current:
        return "1", round(packs, 1), 0.0
    # A whole year short of the limit, lest the next exam should lie beyond it.
    return "2", round(packs, 1), round(random.uniform(0.5, 12.5), 1)


def registration(person: Person, day: date, number: int) -> dict[str, Any]:
    """Write who the patient is and whose exam it is."""
    old = whole_years(person.born, day) >= MEDICARE_AGE
    return {
        "Exam_Unique_ID": f"SYN-{day.year % 100:02}-{person.serial:09d}-{number}",
        "Facility_ID": person.facility_id,
        "Facility_NPI": person.facility_npi,
        "Refused_To_Answer_SSN": "Y",
        "Refused_Medicare_ID": "Y",
        "Other_ID": f"SYN-{person.serial:09d}",
        "Patient_Last_Name": person.last_name,
        "Patient_First_Name": person.first_name,
        "Patient_Date_Of_Birth": as_sent(person.born),
        "Patient_Sex": person.sex,
        "Patient_Race": [person.race],
        "Patient_Ethnicity": person.ethnicity,
        "Health_Insurance": [person.insurance_old if old else person.insurance_young],
    }


def risk_factors(random: Random, distributions: Distributions, person: Person) -> dict[str, Any]:
    """Write section C."""
    shares = distributions.figures["shares"]
    return {
        "Education_Level": person.education,
        "Radon_Exposure": "Y" if random.random() < shares["radon"] else "U",
        "Occupational_Exposures": [distributions.draws["exposures"].one(random)],
        "Lung_Cancer_In_First_Deg_Rel": _yes(random, shares["relative_with_cancer"]),
        "Lung_Cancer_Other_First_Deg_Rel": _yes(random, shares["relative_with_cancer"] / 2),
        "Second_Hand_Smoke_Exposure": _yes(random, shares["second_hand_smoke"]),
    }


def _yes(random: Random, share: float) -> str:
    return "Y" if random.random() < share else "N"
