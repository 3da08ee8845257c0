"""The arithmetic of growth agrees with its page, with the declared topics, and with itself."""

import json
import tomllib
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from benchmarks.growth import (
    MEANINGS,
    YEAR_DAYS,
    Assumptions,
    Measured,
    need_of,
    read_measured,
    steps,
)
from benchmarks.growth_page import PAGE, main, page_of
from benchmarks.outcome import read_results
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.metrics import MetricWrapperBase

from acr_telemetry import metrics

ROOT = Path(__file__).parents[3]
ASSUMED = Assumptions()
MEASURED = Measured(
    {"gateway": 2e-4, "consumer": 1e-4, "kafka": 5e-5, "postgres": 1e-4},
    {
        "body": 2000.0,
        "log": 2500.0,
        "results": 500.0,
        "tables": 3000.0,
        "indexes": 500.0,
        "write_ahead": 6000.0,
    },
)
DAYS = st.floats(min_value=1e3, max_value=1e10)


def test_the_page_is_that_of_the_committed_results() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert page_of(page, read_results()) == page, "run python -m benchmarks.growth_page"


def test_one_need_by_hand() -> None:
    need = need_of(
        86_400_000, MEASURED, replace(ASSUMED, peak_factor=2, used_share=0.5, registries=2)
    )

    assert need.peak_a_second == 2000
    assert need.gateways == 2
    assert need.consumers == 2
    assert need.database_bytes_a_year == 86_400_000 * YEAR_DAYS * 3500
    assert need.write_ahead_a_second == 12_000_000
    assert need.broker_bytes_a_second == 2000 * 3000 * 3


@given(DAYS)
def test_more_never_takes_less(a_day: float) -> None:
    little, much = (need_of(each, MEASURED, ASSUMED) for each in (a_day, 2 * a_day))

    for name in ("gateways", "consumers", "partitions", "brokers", "databases", "money_a_month"):
        assert getattr(little, name) <= getattr(much, name)
    assert much.database_bytes_a_year == pytest.approx(2 * little.database_bytes_a_year)


@given(DAYS)
def test_there_are_partitions_for_all_consumers_and_brokers_for_all_replicas(a_day: float) -> None:
    need = need_of(a_day, MEASURED, ASSUMED)

    assert need.partitions * ASSUMED.registries >= need.consumers
    assert need.partitions % ASSUMED.partitions_step == 0
    assert need.brokers >= ASSUMED.replicas


@pytest.mark.parametrize(
    ("begins", "name", "fitting"),
    [("one gateway", "gateways", 2), ("one consumer", "consumers", ASSUMED.registries)],
)
def test_a_step_is_where_one_more_is_needed(begins: str, name: str, fitting: int) -> None:
    step = next(each for each in steps(MEASURED, ASSUMED) if each.bound.startswith(begins))
    below = need_of(step.a_day * 0.999, MEASURED, ASSUMED)
    above = need_of(step.a_day * 2.001, MEASURED, ASSUMED)

    assert getattr(below, name) == fitting
    assert getattr(above, name) > fitting


def test_steps_come_in_their_order() -> None:
    found = [step.a_day for step in steps(MEASURED, ASSUMED)]

    assert found == sorted(found)
    assert len(found) == 8


def test_each_assumption_says_what_it_is_and_agrees_with_the_topics() -> None:
    topics = tomllib.loads((ROOT / "deploy" / "kafka" / "topics.toml").read_text())

    assert [each.name for each in fields(Assumptions)] == list(MEANINGS)
    assert topics["submissions"]["partitions"] == ASSUMED.partitions_step
    assert topics["submissions"]["replication_factor"] == ASSUMED.replicas
    days = int(topics["results"]["config"]["retention.ms"]) / 86_400_000
    assert days == ASSUMED.results_days


def test_the_plan_names_metrics_that_there_are() -> None:
    known = {
        name
        for each in vars(metrics).values()
        if isinstance(each, MetricWrapperBase)
        for described in each.describe()
        for name in (described.name, f"{described.name}_total")
    }
    table = PAGE.read_text(encoding="utf-8").split("What to watch")[1]
    named = {word for word in table.replace("`", " ").replace("(", " ").replace("[", " ").split()}

    asked = {word for word in named if word.startswith("acr_")}
    assert len(asked) > 10
    assert asked <= known


def test_other_assumptions_are_printed_and_unknown_ones_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = PAGE.read_bytes()
    monkeypatch.setattr("sys.argv", ["growth_page", "--set", "peak_factor=9"])
    assert main() == 0
    assert "| `peak_factor` | 9 |" in capsys.readouterr().out

    monkeypatch.setattr("sys.argv", ["growth_page", "--set", "peek_factor=9"])
    assert main() == 2
    assert "peek_factor" in capsys.readouterr().err
    assert PAGE.read_bytes() == before


def test_figures_are_mixed_by_their_share() -> None:
    def steady(value: float) -> dict[str, Any]:
        used = dict.fromkeys(MEASURED.cpu_seconds, value)
        return {
            "stream": [{"cpu_seconds_per_1000": used}],
            "bytes_a_submission": dict.fromkeys(MEASURED.stored_bytes, value),
        }

    results = {"steady": {"figures": {"CDSR sample": steady(1.0), "LCSR exam": steady(3.0)}}}
    mixed = read_measured(json.loads(json.dumps(results)), replace(ASSUMED, exam_share=0.25))

    assert set(mixed.cpu_seconds.values()) == {0.0015}
    assert set(mixed.stored_bytes.values()) == {1.5}
