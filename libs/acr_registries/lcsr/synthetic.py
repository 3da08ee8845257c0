"""Makes synthetic submissions of LCSR by the published figures. No real people, no real numbers.

A submission has a patient's screening exam and, where the patient came back, the next one.
"""

from datetime import date, timedelta
from random import Random
from typing import Any

from acr_registries.lcsr.distributions import Distributions, read_distributions
from acr_registries.lcsr.synthetic_exam import make_study
from acr_registries.lcsr.synthetic_follow_up import make_follow_ups
from acr_registries.lcsr.synthetic_patient import Person, draw_person, registration, risk_factors
from acr_registries.lcsr.time_spans import as_sent
from acr_registries.registry import Synthetic

MAPPING_VERSION = "1.8"
DAYS_IN_MONTH = 30.44
# Return of patients, in months after the exam: on time, late, later (reference 5.2, measure 16).
ON_TIME, LATE, LATER = (11.2, 15.0), (16.0, 23.5), (24.5, 26.5)


def make(random: Random, serial: int) -> Synthetic:
    """Make a submission without faults; ``serial`` is its number, from 0."""
    distributions = read_distributions()
    days = distributions.days
    span = (days["last_exam"] - days["first_exam"]).days
    first = days["first_exam"] + timedelta(days=random.randrange(span + 1))
    person = draw_person(random, distributions, serial, first)
    shares = distributions.figures["shares"]
    indication = "1" if random.random() < shares["baseline"] else "2"
    exams = [_exam(random, distributions, person, first, indication, 1)]
    again = _return_day(random, distributions, first)
    if again is not None and "Date_Of_Death" not in exams[0]:
        exams.append(_exam(random, distributions, person, again, "2", 2))
    return Synthetic(
        {}, {"Transaction_Header": _header(distributions, person, exams), "Exams": exams}
    )


def _exam(
    random: Random,
    distributions: Distributions,
    person: Person,
    day: date,
    indication: str,
    number: int,
) -> dict[str, Any]:
    exam = registration(person, day, number)
    make_study(random, distributions, person, day, indication, exam)
    exam |= risk_factors(random, distributions, person)
    make_follow_ups(random, distributions, day, exam)
    return exam


def _return_day(random: Random, distributions: Distributions, first: date) -> date | None:
    targets, chance = distributions.figures["targets"], random.random()
    if chance < targets["back_on_time"]:
        least, most = ON_TIME
    elif chance < targets["back_in_24_months"]:
        least, most = LATE
    elif chance < targets["back_ever"]:
        least, most = LATER
    else:
        return None
    return first + timedelta(days=int(DAYS_IN_MONTH * random.uniform(least, most)))


def _header(
    distributions: Distributions, person: Person, exams: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "Transaction_ID": f"SYN-TX-{person.serial:09d}",
        "Transaction_DateTime": f"{as_sent(distributions.days['last_day'])} 09:15:00",
        "Num_of_Exam_Included": len(exams),
        "Partner_ID": "SYNPARTNER",
        "App_ID": "SYNAPP",
        "Facility_ID": person.facility_id,
        "Registry": "LCSR",
        "Mapping_Version": MAPPING_VERSION,
    }
