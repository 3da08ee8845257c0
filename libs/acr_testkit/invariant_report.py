"""The invariants by name, and a report of how many facts each was checked on and which broke it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

EXAMPLES_MAX = 10


class Invariant(StrEnum):
    """What holds for whatever befalls the system. README, "Invariants", has the same words."""

    I1 = "what was answered 201, 200 or 202 is in the log and, at rest, stored or in the dead letters"
    I2 = "each version of a key is stored, and stored once"
    I3 = "the current version is the highest one"
    I4 = "the verdict told is the verdict of the log order, the same for every repeat"
    I5 = "each key has exactly one created"
    I6 = "what was answered 400 changed nothing"
    I7 = "every arrival has one result; repeats carry the same id"
    I8 = "tables rebuilt from the topics equal the tables"
    I9 = "one partner never affects another's keys"


class Harm(StrEnum):
    """What a broken invariant means to a sender."""

    LOST = "lost"
    TWICE = "twice"
    WRONG = "wrong"


class Violation(NamedTuple):
    """One fact that breaks an invariant. ``what`` names positions and numbers, never contents."""

    invariant: Invariant
    harm: Harm
    what: str

    def __str__(self) -> str:
        return f"{self.invariant.name} {self.harm}: {self.what}"


@dataclass(slots=True)
class Report:
    """Counts by invariant; of the violations the first ten of each are kept. Reports add up."""

    checked: Counter[Invariant] = field(default_factory=Counter)
    broken: Counter[Invariant] = field(default_factory=Counter)
    harms: Counter[Harm] = field(default_factory=Counter)
    examples: list[Violation] = field(default_factory=list)

    def check(self, invariant: Invariant, holds: bool, harm: Harm, what: str) -> None:
        """Count a fact, and note it where the invariant does not hold."""
        self.checked[invariant] += 1
        if not holds:
            self.note(Violation(invariant, harm, what))

    def note(self, violation: Violation) -> None:
        """Note a violation."""
        self.broken[violation.invariant] += 1
        self.harms[violation.harm] += 1
        if self.broken[violation.invariant] <= EXAMPLES_MAX:
            self.examples.append(violation)

    @property
    def holds(self) -> bool:
        """Tell whether nothing was broken."""
        return not self.broken

    def unchecked(self, but: Iterable[Invariant] = ()) -> list[Invariant]:
        """Name the invariants that were checked on no fact at all, ``but`` some."""
        return [each for each in Invariant if not self.checked[each] and each not in set(but)]

    def add(self, other: "Report") -> None:
        """Add what another report counted."""
        self.checked += other.checked
        self.harms += other.harms
        for each in other.examples:
            if self.broken[each.invariant] + other.broken[each.invariant] <= EXAMPLES_MAX:
                self.examples.append(each)
        self.broken += other.broken

    def as_data(self) -> dict[str, object]:
        """Give the report as JSON members."""
        return {
            "holds": self.holds,
            **{harm.value: self.harms[harm] for harm in Harm},
            "invariants": {
                each.name: {"checked": self.checked[each], "broken": self.broken[each]}
                for each in Invariant
            },
            "violations": [str(each) for each in self.examples],
        }

    def __str__(self) -> str:
        lines = [
            f"{each.name}  {self.checked[each]:>12,} checked {self.broken[each]:>8,} broken  {each}"
            for each in Invariant
        ]
        return "\n".join([*lines, *(f"  {each}" for each in self.examples)])
