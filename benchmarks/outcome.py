"""What a part of the suite found: ratios round by round, and figures. Measures nothing, judges nothing."""

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.facts import Facts

RESULTS = Path(__file__).parent / "results"
NEW_RESULTS = Path(__file__).parent / "new-results"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Ratios by name, one for each round, and figures in JSON members, of any form."""

    plan: Mapping[str, Any]
    ratios: Mapping[str, Sequence[float]]
    figures: Mapping[str, Any] = field(default_factory=dict)


def as_document(outcome: Outcome, facts: Facts) -> dict[str, Any]:
    """Give what is kept: each ratio as the median of its rounds, and the rounds."""
    ratios = {
        name: {"median": round(statistics.median(each), 4), "rounds": [round(r, 4) for r in each]}
        for name, each in outcome.ratios.items()
    }
    return {
        "facts": facts,
        "plan": dict(outcome.plan),
        "ratios": ratios,
        "figures": _rounded(outcome.figures),
    }


def _rounded(value: Any) -> Any:
    """Leave four digits of each figure: more would say nothing, and differ each time."""
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, Mapping):
        return {name: _rounded(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return value


def write_results(folder: Path, name: str, document: Mapping[str, Any]) -> None:
    """Write the results of one part."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, indent=2, sort_keys=True)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def read_results(folder: Path = RESULTS) -> dict[str, Any]:
    """Read the results of every part that a folder has, by name."""
    return {
        path.stem: json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.json"))
    }
