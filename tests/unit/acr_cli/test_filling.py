"""How far the filling of typed tables is: a line now and then, each registry's own."""

import pytest

from acr_cli import progress
from acr_cli.filling import filling_shown


def test_each_registry_has_lines_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(progress, "LINE_SECONDS", 0.0)

    with filling_shown(shown=True) as report:
        report("cdsr", 250, 300)
        report("cdsr", 300, 300)
        report("lcsr", 1, 1)

    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" so far")[0] for line in lines] == [
        "tables of cdsr: 250",
        "tables of cdsr: 300",
        "tables of lcsr: 1",
    ]


def test_nothing_is_shown_to_machines(capsys: pytest.CaptureFixture[str]) -> None:
    with filling_shown(shown=False) as report:
        report("cdsr", 250, 300)

    assert capsys.readouterr().err == ""
