"""Counts what a replay finds and changes, with some examples. It holds no value of a submission. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from acr_domain.amending import Standing, changes
from acr_domain.findings import Finding, has_error
from acr_domain.judgement import STORED_VERDICTS, Outcome
from acr_domain.submission import LogPosition
from acr_kafka.records import LogRecord
from acr_kafka.stretches import Gap

EXAMPLES_MAX = 20
EXAMPLE_FINDINGS_MAX = 3


@dataclass(slots=True)
class Tally:
    """What was found so far; it grows.

    ``arrivals`` were looked at, ``unreadable`` could not be read as arrivals, ``refused`` is what
    the database refuses; both stay dead letters. ``discarded`` is left alone, ``changed`` counts
    amendments, ``kept`` what is stored although today's rules would reject it. ``records`` counts
    those whose typed rows differ, ``became`` what amended arrivals count as since, by verdict, ``unprojectable`` those of which today's declaration makes the
    root row alone, ``missing`` offsets that the log no longer holds.
    """

    arrivals: int = 0
    changed: int = 0
    discarded: int = 0
    kept: int = 0
    records: int = 0
    unprojectable: int = 0
    missing: int = 0
    unreadable: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    verdicts: Counter[str] = field(default_factory=Counter)
    became: Counter[str] = field(default_factory=Counter)
    appeared: Counter[str] = field(default_factory=Counter)
    vanished: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)

    @property
    def letters(self) -> int:
        """How many dead letters were met that stay so."""
        return sum(self.unreadable.values()) + sum(self.refused.values())

    def note(self, standing: Standing, outcome: Outcome) -> None:
        """Note what was decided about one arrival."""
        self.arrivals += 1
        if outcome.verdict in STORED_VERDICTS and has_error(outcome.findings):
            self.kept += 1
        if not changes(standing, outcome):
            return
        self.changed += 1
        self.became[outcome.verdict.value] += 1
        if standing.verdict is not outcome.verdict:
            self.verdicts[f"{standing.verdict} -> {outcome.verdict}"] += 1
        former, found = Counter(standing.findings), Counter(outcome.findings)
        appeared, vanished = found - former, former - found
        self.appeared += _by_rule(appeared.elements())
        self.vanished += _by_rule(vanished.elements())
        self._example(
            submission_id=outcome.submission_id,
            position=str(outcome.position),
            before=standing.verdict.value,
            after=outcome.verdict.value,
            appeared=_shown(appeared),
            vanished=_shown(vanished),
        )

    def note_letter(self, record: LogRecord, error_class: str, *, refused: bool) -> None:
        """Note a record that stays a dead letter."""
        self.arrivals += 1
        (self.refused if refused else self.unreadable)[error_class] += 1
        self._example(position=str(record.position), dead_letter=error_class)

    def note_discarded(self, positions: Iterable[LogPosition]) -> None:
        """Note dead letters that a person gave up."""
        for position in sorted(positions):
            self.arrivals += 1
            self.discarded += 1
            self._example(position=str(position), dead_letter="discarded")

    def with_gaps(self, gaps: Iterable[Gap]) -> "Tally":
        """Give a copy that knows of offsets which the log no longer holds."""
        whole = read_tally(self.data())
        for gap in gaps:
            whole.missing += gap.end - gap.begin
            whole._example(missing=str(gap))
        return whole

    def note_rows(self, changed: Counter[tuple[str, str]]) -> None:
        """Note that the typed rows of one record differ."""
        if changed:
            self.records += 1
            for (table, what), count in changed.items():
                self.rows[f"{table} {what}"] += count

    def add(self, other: "Tally") -> None:
        """Add what another tally counted."""
        for name, value in other.data().items():
            if name == "examples":
                self.examples = [*self.examples, *value][:EXAMPLES_MAX]
            elif isinstance(value, dict):
                getattr(self, name).update(value)
            else:
                setattr(self, name, getattr(self, name) + value)

    def with_other(self, other: "Tally") -> "Tally":
        """Give the sum of two tallies and leave both as they are."""
        both = read_tally(self.data())
        both.add(other)
        return both

    def data(self) -> dict[str, Any]:
        """Write it as JSON members."""
        return {
            name: dict(value) if isinstance(value, Counter) else value
            for name in _NAMES
            for value in [getattr(self, name)]
        }

    def _example(self, **members: Any) -> None:
        if len(self.examples) < EXAMPLES_MAX:
            self.examples.append(members)


_NAMES = tuple(Tally.__dataclass_fields__)


def read_tally(data: Mapping[str, Any]) -> Tally:
    """Read a tally back from its JSON members."""
    tally = Tally()
    for name in _NAMES & data.keys():
        value = data[name]
        if name == "examples":
            tally.examples = list(value)
        else:
            setattr(tally, name, Counter(value) if isinstance(value, Mapping) else value)
    return tally


def total(tallies: Iterable[Tally]) -> Tally:
    """Add tallies up."""
    whole = Tally()
    for each in tallies:
        whole.add(each)
    return whole


def _by_rule(found: Iterable[Finding]) -> Counter[str]:
    return Counter(f"{each.rule} {each.severity}" for each in found)


def _shown(found: Iterable[Finding]) -> list[dict[str, str]]:
    return [
        {"rule": each.rule, "severity": each.severity.value, "pointer": each.pointer}
        for each in list(found)[:EXAMPLE_FINDINGS_MAX]
    ]
