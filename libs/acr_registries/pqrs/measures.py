"""Quality measures as they are defined in each performance year. Data, read once; nothing is judged here."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from acr_registries.data_files import read_tables

PACKAGE = __package__
MEASURES_FILE = "measures_by_year.toml"
DENOMINATORS_FILE = "denominators.toml"

MET, NOT_MET, EXCEPTION, EXCLUSION = "met", "not_met", "exception", "exclusion"
UNREPORTED, OBSERVED = "unreported", "observed"

# Which outcome counts where the codes of one instance hit several (P08).
BEST_FIRST = (MET, EXCLUSION, EXCEPTION, NOT_MET)
BEST_FIRST_INVERSE = (NOT_MET, EXCEPTION, EXCLUSION, MET)

SINGLE_RATE, REGISTRY_SINGLE_RATE = "singlePerformanceRate", "registrySinglePerformanceRate"
MULTI_RATE, REGISTRY_MULTI_RATE = "multiPerformanceRate", "registryMultiPerformanceRate"
SEVERAL_RATES = (MULTI_RATE, REGISTRY_MULTI_RATE)
NON_PROPORTION, BOOLEAN, PROPORTION = "nonProportion", "boolean", "proportion"

AGE_MOST = 150  # Of measures without a limit, in years.

# Ids and years come from senders, so what is remembered of them is bounded.
_REMEMBERED_IDS, _REMEMBERED_YEARS = 4096, 32


@dataclass(frozen=True, slots=True)
class Option:
    """One way to hit an outcome: all of these codes, written with their modifiers (P09)."""

    outcome: str
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class MeasureDefinition:
    """One measure in the years ``since`` to ``until``, in which its definition is the same.

    ``measure_id`` has capital letters, no spaces and no leading zeros; ``shown`` is the id as people
    write it. ``procedures`` and ``diagnoses`` make its denominator, empty where it has none that
    codes could tell; ``findings`` are the quality codes that the denominator asks for. Ages are in
    years, both ends included. ``procedure_sets`` names the sets of codes that make
    ``procedures``. ``rate_per`` is 100 for percent. ``options`` stand in the order in which they
    win (P08); ``unmixed`` has the codes that hit one of them and no other, with a finding where one
    is asked for. ``particular`` measures ask for a stratum, or limit ages by sex.
    """

    measure_id: str
    shown: str
    since: int
    until: int
    title: str
    steward: str
    source: str
    metric: str
    routes: tuple[str, ...]
    nqf: str = ""
    nrdr_source: str = ""
    kind: str = "process"
    high_priority: bool = False
    inverse: bool = False
    group: str = ""
    age_least: int = 0
    age_most: int = AGE_MOST
    age_most_by_sex: Mapping[str, int] | None = None
    sex: str = ""
    procedures: frozenset[str] = frozenset()
    diagnoses: frozenset[str] = frozenset()
    findings: frozenset[str] = frozenset()
    options: tuple[Option, ...] = ()
    codes: frozenset[str] = frozenset()
    strata: tuple[str, ...] = ()
    strata_rate: str = ""
    rate_per: float = 100
    note: str = ""
    procedure_sets: tuple[str, ...] = ()
    unmixed: frozenset[frozenset[str]] = frozenset()
    particular: bool = False

    @property
    def qcdr(self) -> bool:
        """Tell whether it is a measure of the registry's own, whose rate is sent (3.5)."""
        return self.measure_id.startswith("ACRAD")

    @property
    def continuous(self) -> bool:
        """Tell whether its cases are observed values instead of outcomes."""
        return self.metric == NON_PROPORTION

    @property
    def several_rates(self) -> bool:
        """Tell whether it is counted by stratum."""
        return self.metric in SEVERAL_RATES

    @property
    def sex_matters(self) -> bool:
        """Tell whether a case belongs to its denominator depending on the patient's sex."""
        return bool(self.sex) or self.age_most_by_sex is not None

    @property
    def weighty(self) -> bool:
        """Tell whether it is an outcome or else a high-priority measure (P26)."""
        return self.high_priority or "outcome" in self.kind


@dataclass(frozen=True, slots=True)
class Telehealth:
    """What marks a case as telehealth, which leaves denominators from some years on (P06).

    ``later_places`` are all places that do from ``later_since`` on, ``places`` those before.
    """

    since: int
    modifiers: frozenset[str]
    places: frozenset[str]
    later_since: int
    later_places: frozenset[str]

    def places_in(self, year: int) -> frozenset[str]:
        """Give the places of service that leave the denominator in a year."""
        if year < self.since:
            return frozenset()
        return self.later_places if year >= self.later_since else self.places

    def modifiers_in(self, year: int) -> frozenset[str]:
        """Give the procedure modifiers that leave the denominator in a year."""
        return self.modifiers if year >= self.since else frozenset()


@functools.lru_cache(maxsize=_REMEMBERED_IDS)
def plain_id(text: str) -> str:
    """Write a measure's id without what carries no meaning: spaces, case, leading zeros."""
    return text.replace(" ", "").upper().lstrip("0")


@functools.lru_cache(maxsize=_REMEMBERED_IDS)
def measure_in(text: str, year: int) -> MeasureDefinition | None:
    """Find a measure as it is defined in a year; None where the year has no such measure."""
    for definition in definitions().get(plain_id(text), ()):
        if definition.since <= year <= definition.until:
            return definition
    return None


@functools.lru_cache(maxsize=_REMEMBERED_IDS)
def is_foreign(text: str) -> bool:
    """Tell whether an id belongs to another registry, or to an activity that no list here has."""
    measure_id = plain_id(text)
    return measure_id not in definitions() and measure_id.startswith(_foreign_prefixes())


@functools.cache
def definitions() -> Mapping[str, tuple[MeasureDefinition, ...]]:
    """Read every measure by its plain id, with its definitions in the order of their years."""
    tables = read_tables(PACKAGE, MEASURES_FILE)["measures"]
    sets = read_tables(PACKAGE, DENOMINATORS_FILE)
    codes = {name: frozenset(table["codes"].split()) for name, table in sets.items()}
    return {name: _definitions_of(name, table, codes) for name, table in tables.items()}


@functools.cache
def telehealth() -> Telehealth:
    """Read what marks telehealth."""
    table = read_tables(PACKAGE, MEASURES_FILE)["telehealth"]
    return Telehealth(
        table["since"],
        frozenset(table["modifiers"]),
        frozenset(table["places"]),
        table["later_since"],
        frozenset(table["places"] + table["later_places"]),
    )


@functools.lru_cache(maxsize=_REMEMBERED_YEARS)
def telehealth_places(year: int) -> frozenset[str]:
    """Give the places of service that leave the denominator in a year."""
    return telehealth().places_in(year)


@functools.cache
def _foreign_prefixes() -> tuple[str, ...]:
    prefixes: list[str] = read_tables(PACKAGE, MEASURES_FILE)["foreign"]["prefixes"]
    return tuple(prefixes)


def _definitions_of(
    name: str, table: Mapping[str, Any], codes: Mapping[str, frozenset[str]]
) -> tuple[MeasureDefinition, ...]:
    first, last = table.get("since_assumed", table["since"]), table["until"]
    changes = [{"since": first}, *table.get("changes", ())]
    values = {key: value for key, value in table.items() if key not in _OF_ALL_YEARS}
    found = []
    for place, change in enumerate(changes):
        values |= {key: value for key, value in change.items() if key != "since"}
        ends = changes[place + 1]["since"] - 1 if place + 1 < len(changes) else last
        found.append(_definition(name, max(first, change["since"]), ends, values, codes))
    return tuple(found)


_OF_ALL_YEARS = ("since", "until", "since_assumed", "changes")
_LISTS = ("routes", "strata")
_SETS = ("diagnoses", "findings")


def _definition(
    name: str,
    since: int,
    until: int,
    values: Mapping[str, Any],
    sets: Mapping[str, frozenset[str]],
) -> MeasureDefinition:
    order = BEST_FIRST_INVERSE if values.get("inverse") else BEST_FIRST
    options = tuple(
        Option(outcome, frozenset(text.split("+")))
        for outcome in order
        for text in values.get(outcome, ())
    )
    rest = {key: value for key, value in values.items() if key not in (*BEST_FIRST, "procedures")}
    rest |= {key: tuple(rest[key]) for key in _LISTS if key in rest}
    rest |= {key: frozenset(rest[key]) for key in _SETS if key in rest}
    findings = rest.get("findings", frozenset())
    return MeasureDefinition(
        measure_id=name,
        shown=rest.pop("shown", name),
        since=since,
        until=until,
        procedures=frozenset().union(*(sets[each] for each in values.get("procedures", ()))),
        procedure_sets=tuple(values.get("procedures", ())),
        options=options,
        codes=findings.union(*(option.codes for option in options)),
        unmixed=_unmixed(options, findings),
        particular=values["metric"] in SEVERAL_RATES or values.get("age_most_by_sex") is not None,
        **rest,
    )


def _unmixed(options: tuple[Option, ...], findings: frozenset[str]) -> frozenset[frozenset[str]]:
    found = [frozenset((each,)) for each in findings] or [frozenset()]
    sets = [option.codes | finding for option in options for finding in found]
    return frozenset(
        codes for codes in sets if sum(option.codes <= codes for option in options) == 1
    )
