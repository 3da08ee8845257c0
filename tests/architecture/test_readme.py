"""The README names every setting, metric, route and command; a failure prints the line to add."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from prometheus_client.metrics import MetricWrapperBase
from pydantic import SecretStr
from starlette.routing import Route

from acr_cli.main import app
from acr_http.problems import Kind
from acr_settings.reading import variable_names
from acr_settings.settings import SETTINGS_CLASSES
from acr_telemetry import metrics
from acr_testkit.both_apps import gateway_app, reader_app

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def setting_rows() -> Iterator[str]:
    for settings_class in SETTINGS_CLASSES:
        for variable, field in variable_names(settings_class).items():
            info = settings_class.model_fields[field]
            default = info.default
            if isinstance(default, SecretStr):
                default = default.get_secret_value()
            shown = "" if default is None or default == "" else f"`{default}`"
            yield f"| `{variable}` | {shown} | {info.description} |"


def metric_rows() -> Iterator[str]:
    for each in vars(metrics).values():
        if isinstance(each, MetricWrapperBase):
            described = next(iter(each.describe()))
            name = described.name + {"counter": "_total", "info": "_info"}.get(described.type, "")
            labels = ", ".join(each._labelnames)
            yield f"| `{name}` | {described.type} | {labels} | {described.documentation} |"


def route_rows() -> Iterator[str]:
    apps = {"gateway": gateway_app(), "reader": reader_app()}
    for service, application in apps.items():
        for route in application.routes:
            assert isinstance(route, Route)
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield f"| {service} | `{method} {route.path}` |"


def command_names() -> Iterator[str]:
    def walk(command: Any, path: str) -> Iterator[str]:
        children = getattr(command, "commands", {})
        if not children:
            yield path
        for name, child in children.items():
            yield from walk(child, f"{path} {name}")

    return walk(typer.main.get_command(app), "acr-connect")


def test_the_readme_has_a_row_for_each_setting() -> None:
    missing = [row for row in setting_rows() if row not in README]

    assert not missing, "add to the README's settings:\n" + "\n".join(missing)


def test_the_readme_has_a_row_for_each_metric() -> None:
    missing = [row for row in metric_rows() if row not in README]

    assert not missing, "add to the README's metrics:\n" + "\n".join(missing)


def test_the_readme_has_a_row_for_each_route() -> None:
    missing = [row for row in route_rows() if row not in README]

    assert not missing, "add to the README's addresses:\n" + "\n".join(missing)


@pytest.mark.parametrize("command", list(command_names()))
def test_the_readme_names_each_command(command: str) -> None:
    assert f"`{command}" in README


@pytest.mark.parametrize("kind", list(Kind))
def test_the_readme_names_each_kind_of_problem(kind: Kind) -> None:
    assert f"`{kind.slug}`" in README


@pytest.mark.parametrize("command", list(command_names()))
def test_each_command_helps_with_an_example(command: str) -> None:
    found: Any = typer.main.get_command(app)
    for name in command.split()[1:]:
        found = found.commands[name]

    assert "Example: acr-connect" in (found.help or "")


def test_the_readme_names_nothing_that_is_gone() -> None:
    rows = {*setting_rows(), *metric_rows(), *route_rows()}
    starts = ("| `ACR_", "| `acr_", "| gateway | `", "| reader | `")
    stale = [line for line in README.splitlines() if line.startswith(starts) and line not in rows]

    assert not stale, "remove from the README:\n" + "\n".join(stale)
