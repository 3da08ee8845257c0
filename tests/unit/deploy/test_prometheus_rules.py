"""The alerts: checked and tested by Prometheus's own tool, over metrics that there are."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from prometheus_client.metrics import MetricWrapperBase

from acr_telemetry import metrics

ROOT = Path(__file__).parents[3]
RULES = sorted((ROOT / "deploy/prometheus/rules").glob("*.yml"))
RULE_TESTS = sorted((ROOT / "deploy/prometheus/tests").glob("*.yml"))
BESIDE = Path(sys.executable).parent / "promtool"


def promtool(*arguments: str | Path) -> None:
    """Run promtool, which `bash .ci/get_promtool.sh` puts beside this Python."""
    found = str(BESIDE) if BESIDE.exists() else shutil.which("promtool")
    assert found, "promtool is missing: run `bash .ci/get_promtool.sh`, or install Prometheus"
    done = subprocess.run(
        [found, *map(str, arguments)], check=False, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def alerts(path: Path) -> list[dict[str, object]]:
    groups = yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def sample_names() -> set[str]:
    described = [
        next(iter(each.describe()))
        for each in vars(metrics).values()
        if isinstance(each, MetricWrapperBase)
    ]
    endings = {
        "counter": ("_total",),
        "info": ("_info",),
        "histogram": ("_bucket", "_count", "_sum"),
    }
    return {each.name + ending for each in described for ending in endings.get(each.type, ("",))}


def test_promtool_finds_no_fault_in_the_rules() -> None:
    assert RULES
    promtool("check", "rules", *RULES)


@pytest.mark.parametrize("path", RULE_TESTS, ids=lambda path: path.stem)
def test_the_rules_do_what_their_tests_say(path: Path) -> None:
    promtool("test", "rules", path)


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_each_alert_is_tested_and_tells_a_person_what_to_do(path: Path) -> None:
    tested = "".join(each.read_text(encoding="utf-8") for each in RULE_TESTS)
    for alert in alerts(path):
        annotations = alert["annotations"]
        assert isinstance(annotations, dict)
        assert {"summary", "description", "runbook_url"} <= annotations.keys()
        assert (ROOT / annotations["runbook_url"]).is_file(), annotations["runbook_url"]
        assert str(alert["alert"]) in tested


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_the_rules_ask_for_metrics_that_there_are(path: Path) -> None:
    asked = {
        name for alert in alerts(path) for name in re.findall(r"\bacr_\w+", str(alert["expr"]))
    }

    assert asked - sample_names() == set()
