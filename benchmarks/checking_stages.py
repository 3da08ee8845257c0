"""Times validation stage by stage, in alternated rounds, beside the floor. Tells figures, judges none."""

import json
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from benchmarks.undisturbed import Round, Undisturbed, time_round, undisturbed

from acr_domain.strict_json import JsonValue
from acr_registries.contract import open_contract
from acr_registries.examination import examine
from acr_registries.examples import read_submissions
from acr_registries.fast_json import read_json
from acr_registries.forms import Form
from acr_registries.header import HEADER, PAYLOAD, PROGRAM, DartHeader
from acr_registries.reading import read_contents
from acr_registries.registry import Contents, Registry

RECEIVED_AT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
PARSE, MODEL, READ, ALL = "parse", "parse and model", "read", "all"
STAGES = (PARSE, MODEL, READ, ALL)
SHORT_ROUNDS = 20  # After each round, of a third of its time each.


@dataclass(frozen=True, slots=True)
class Sample:
    """A submission to time, of which registry and what it is."""

    name: str
    registry: str
    example: str


SAMPLES = (
    Sample("LCSR exam, every section", "lcsr", "annual-with-follow-up"),
    Sample("LCSR exam, no follow-up", "lcsr", "baseline"),
    Sample("CDSR published sample", "cdsr", "published-sample"),
    Sample("CDSR full payload", "cdsr", "full"),
    Sample("PQRS, 4 cases", "pqrs", "case-batch"),
    Sample("GRID, 3 exams", "grid", "exam-batch"),
)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio's median over the rounds, and the least and most of them."""

    median: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Timed:
    """One sample's figures: microseconds of each stage, validations a second, ratios by their name.

    ``micros`` are medians of the rounds, ``least`` the fastest round of each stage, ``undisturbed``
    what all of it takes while nothing outside slows the core.
    """

    name: str
    body_bytes: int
    elements: int
    micros: Mapping[str, float]
    least: Mapping[str, float]
    per_second: float
    undisturbed: Undisturbed
    ratios: Mapping[str, Ratio]


def time_sample(registry: Registry, sample: Sample, rounds: int, seconds: float) -> Timed:
    """Time a sample's stages in turns, ``seconds`` a stage and round.

    Raises:
        InvalidSubmission: if the example is none of the registry's.
    """
    body = json.dumps(read_submissions(registry.package, "valid")[sample.example]).encode()
    stages = _stages(registry, body)
    times = {name: max(1, int(seconds / _once(run))) for name, run in stages.items()}
    micros: dict[str, list[float]] = {name: [] for name in stages}
    short: list[Round] = []
    for number in range(rounds):
        order = STAGES if number % 2 == 0 else tuple(reversed(STAGES))
        for name in order:
            micros[name].append(_spent(stages[name], times[name]) / times[name] * 1e6)
        few = max(1, times[ALL] // 3)
        short += (time_round(stages[ALL], few) for _ in range(SHORT_ROUNDS))
    medians = {name: statistics.median(each) for name, each in micros.items()}
    return Timed(
        sample.name,
        len(body),
        _count(json.loads(body)),
        medians,
        {name: min(each) for name, each in micros.items()},
        1e6 / medians[ALL],
        undisturbed(short),
        _ratios(micros),
    )


def _ratios(micros: Mapping[str, list[float]]) -> dict[str, Ratio]:
    by_round = [dict(zip(micros, each, strict=True)) for each in zip(*micros.values(), strict=True)]
    ratios: dict[str, Callable[[Mapping[str, float]], float]] = {
        "all to parse": lambda each: each[ALL] / each[PARSE],
        "all to parse and model": lambda each: each[ALL] / each[MODEL],
        "rules to parse": lambda each: (each[ALL] - each[READ]) / each[PARSE],
        "rules to parse and model": lambda each: (each[ALL] - each[READ]) / each[MODEL],
    }
    return {name: _ratio([ratio(each) for each in by_round]) for name, ratio in ratios.items()}


def _ratio(values: list[float]) -> Ratio:
    return Ratio(statistics.median(values), min(values), max(values))


def _stages(registry: Registry, body: bytes) -> dict[str, Callable[[], object]]:
    """Give the floor's two stages and ours.

    The floor reads with the same parser and validates by the same models, and does nothing else:
    names are taken as sent, nothing is digested, no rule is asked.
    """
    contents = read_contents(registry, body, {})
    program_model = contents.program.__class__
    form_model = _bound_model(registry, contents)
    members: Any = read_json(body).value
    by_lower_name = {name.lower(): name for name in members}
    header_name, payload_name = by_lower_name[HEADER], by_lower_name[PAYLOAD]

    def parse_and_model() -> None:
        members: Any = read_json(body).value
        header = {name.lower(): value for name, value in members[header_name].items()}
        DartHeader.model_validate(header)
        program_model.model_validate(
            {name.lower(): value for name, value in header[PROGRAM].items()}
        )
        if form_model is not None:
            form_model.model_validate(members[payload_name])

    open_contract(registry)
    return {
        PARSE: lambda: read_json(body),
        MODEL: parse_and_model,
        READ: lambda: read_contents(registry, body, {}),
        ALL: lambda: examine(registry, read_contents(registry, body, {}), RECEIVED_AT),
    }


def _bound_model(registry: Registry, contents: Contents) -> type[Form] | None:
    if contents.form is None:
        return None
    bound = open_contract(registry, contents.version.name).bound
    return bound[type(contents.form).binding.declared]


def _once(run: Callable[[], object]) -> float:
    _spent(run, 50)
    return _spent(run, 50) / 50


def _spent(run: Callable[[], object], times: int) -> float:
    """Measure the CPU time of a run: other processes share the cores."""
    started = time.process_time()
    for _ in range(times):
        run()
    return time.process_time() - started


def _count(value: JsonValue) -> int:
    """Count the values that are no object or list."""
    if isinstance(value, dict):
        return sum(map(_count, value.values()))
    return sum(map(_count, value)) if isinstance(value, list) else 1
