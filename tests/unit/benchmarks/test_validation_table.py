"""The table of validation tells the median round and the fastest one, stage by stage."""

from dataclasses import replace

import pytest
from benchmarks import validation
from benchmarks.checking_stages import ALL, SAMPLES, SHORT_ROUNDS, STAGES, Timed, time_sample
from benchmarks.undisturbed import Undisturbed

from acr_registries.catalogue import load_registries


@pytest.fixture(scope="module")
def timed() -> Timed:
    sample = next(each for each in SAMPLES if each.registry == "cdsr")
    return time_sample(load_registries()["cdsr"], sample, rounds=3, seconds=0.0005)


def test_short_rounds_are_told_apart(timed: Timed) -> None:
    assert timed.undisturbed.of == 3 * SHORT_ROUNDS
    assert 0 < timed.undisturbed.rounds <= timed.undisturbed.of


def test_no_round_is_faster_than_the_fastest(timed: Timed) -> None:
    assert timed.least.keys() == timed.micros.keys() == set(STAGES)
    assert all(0 < timed.least[stage] <= timed.micros[stage] for stage in STAGES)


def test_a_row_tells_the_median_and_the_fastest_round(
    timed: Timed, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    known = replace(
        timed,
        micros=dict(zip(STAGES, (8.0, 20.0, 25.0, 40.0), strict=True)),
        least=dict(zip(STAGES, (4.0, 10.0, 12.5, 20.0), strict=True)),
        per_second=25_000.0,
        undisturbed=Undisturbed(32.0, 7, 60),
    )
    monkeypatch.setattr(validation, "time_sample", lambda *_: known)
    monkeypatch.setattr(validation, "SAMPLES", SAMPLES[:1])
    monkeypatch.setattr("sys.argv", ["validation", "--count", "1"])
    assert validation.main() == 0
    lines = capsys.readouterr().out.splitlines()
    head = next(each for each in lines if each.startswith("| submission")).split(" | ")
    row = next(each for each in lines if each.startswith(f"| {timed.name}")).split(" | ")
    told = dict(zip(head, row, strict=True))
    stages = " / ".join(STAGES)
    assert told[f"µs: {stages}"] == "8.0 / 20.0 / 25.0 / 40.0"
    assert told[f"least µs: {stages}"] == "4.0 / 10.0 / 12.5 / 20.0"
    assert (told[f"{ALL}, a second"], told[f"{ALL}, a second, at most"]) == ("25,000", "50,000")
    assert told["undisturbed µs: all"] == "32.0"
    assert told["all, a second, undisturbed (rounds)"] == "31,250 (7 of 60)"
