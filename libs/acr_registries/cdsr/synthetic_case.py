"""Draws what one synthetic CDSR submission is about; how it is told is written elsewhere."""

from dataclasses import dataclass
from random import Random

from acr_registries.cdsr.distributions import Distributions, Exam, read_distributions

TRAINEES = frozenset({"resident", "fellow"})
MIDDLE, HIGH = 4, 7  # Least scores of the middle and the high band.


@dataclass(slots=True)
class Case:
    """What was drawn for one submission. Filled step by step."""

    random: Random
    told: Distributions
    exam: Exam
    dsn: str
    day: int
    minute: int
    orderer: str
    furnisher: str
    setting: str
    payer: str
    role: str
    mode: str
    exception: str
    phase: str
    furnishing: bool
    tool: str
    rating: str = ""
    score: int = 0
    action: str = "signed_as_requested"

    def at(self, minutes: int, days: int = 0) -> str:
        """Write a moment some minutes after the consultation, and some days after its day."""
        minute = self.minute + minutes
        return f"{self.told.days[self.day + days]}T{minute // 60:02}:{minute % 60:02}:00Z"


def draw_case(random: Random, serial: int) -> Case:
    """Draw who, where, when and what is asked for; `rate_first` then draws what the tool says."""
    told = read_distributions()
    records, chances = told.shares["records"], told.chances
    phase = ("baseline", "posteducation")[serial % 2] if random.random() < records["rscan"] else ""
    exception = not phase and random.random() < records["exception"]
    code = chances["exceptions"].draw(random) if exception else ""
    shown = not phase and random.random() < records["shown"]
    return Case(
        random=random,
        told=told,
        exam=random.choice(told.exams),
        dsn=f"syn-{serial}-{random.getrandbits(32):08x}",
        day=_day(random, told, phase),
        minute=420 + random.randrange(840),
        orderer=random.choice(told.orderers),
        furnisher=random.choice(told.furnishers),
        setting="emergency" if code == "MA" else chances["settings"].draw(random),
        payer=chances["payers"].draw(random),
        role=chances["roles"].draw(random),
        mode="display" if shown else "silent",
        exception=code,
        phase=phase,
        furnishing=random.random() < records["furnishing"],
        tool="G1004" if phase else chances["tools"].draw(random),
    )


def _day(random: Random, told: Distributions, phase: str) -> int:
    """Draw a day; a project's cases before the teaching lie in the first half of all days."""
    days: int = told.shares["records"]["days"]
    if not phase:
        return random.randrange(days)
    half = random.randrange(days // 2)
    return half if phase == "baseline" else days // 2 + half


def rate_first(case: Case) -> None:
    """Draw the rating and the score of what was first wanted; an exception has none."""
    if case.exception:
        return
    random, told = case.random, case.told
    shares = told.shares["ratings"]
    drawn = 1.0 if case.phase else random.random()
    if drawn < shares["no_criteria"]:
        case.rating = "no_criteria"
        return
    if drawn < shares["no_criteria"] + shares["incomplete"]:
        case.rating = "incomplete"
        return
    trainee = case.role in TRAINEES and not case.phase
    bands = (told.trainee_bands if trainee else told.bands)[case.phase or case.mode]
    drawn = random.random()
    if drawn < bands.low:
        case.rating, least = "not_appropriate", 1
    elif drawn < 1 - bands.high:
        case.rating, least = "maybe_appropriate", MIDDLE
    else:
        case.rating, least = "appropriate", HIGH
    case.score = least + random.randrange(3)
