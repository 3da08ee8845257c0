"""Synthetic GRID submissions: without faults, and with the published percentiles of turnaround."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from acr_domain.findings import Severity
from acr_registries.catalogue import load_registries
from acr_registries.examination import examine
from acr_registries.grid.exams import ExamRecord, turnaround_hours, turnaround_measure
from acr_registries.grid.synthetic import make
from acr_registries.grid.turnaround_figures import draw_hours, figures, share_within
from acr_registries.npi import is_npi
from acr_registries.reading import read_contents
from acr_registries.synthesis import synthesize
from acr_testkit.samples import as_bytes

REGISTRY = load_registries()["grid"]
RECEIVED_AT = datetime(2026, 11, 24, tzinfo=UTC)
# P10, P50 and P90 in hours (GRID reference, 5.2).
PUBLISHED = {
    "ACRAD15": (0.59, 1.73, 13.39),
    "ACRAD16": (0.72, 2.19, 10.33),
    "ACRAD17": (1.84, 7.43, 26.37),
    "ACRAD18": (0.75, 2.44, 18.72),
    "ACRAD19": (1.49, 5.49, 22.47),
    "ACRAD25": (1.08, 7.45, 29.72),
}
SUBMISSIONS = 12_000


def made(count: int) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    random = Random(7)
    for serial in range(count):
        each = make(random, serial)
        yield each.program, each.payload


def made_hours() -> dict[str, list[float]]:
    hours = defaultdict(list)
    for program, payload in made(SUBMISSIONS):
        if program["recordtype"] == "exam":
            for record in payload["records"]:
                form = ExamRecord(**record)
                measure = turnaround_measure(form, NO_CONTENTS)
                taken = turnaround_hours(form, NO_CONTENTS)
                if measure is not None and taken is not None:
                    hours[measure].append(taken)
    return hours


NO_CONTENTS: Any = None  # Neither value looks at the submission around the exam.


def test_turnaround_of_made_exams_has_the_published_percentiles() -> None:
    hours = made_hours()

    assert hours.keys() == PUBLISHED.keys()
    for measure, published in PUBLISHED.items():
        ordered = sorted(hours[measure])
        found = [ordered[len(ordered) * percent // 100] for percent in (10, 50, 90)]
        assert found == pytest.approx(published, rel=0.15), measure


@pytest.mark.parametrize("modality", ["radiography", "ct", "pet"])
def test_drawn_hours_have_every_published_percentile(modality: str) -> None:
    table, random = figures()["turnaround"], Random(11)

    drawn = sorted(draw_hours(random, modality) for _ in range(40_000))

    for percent, hours in zip(table["percentiles"], table[modality], strict=True):
        assert drawn[len(drawn) * percent // 100] == pytest.approx(hours, rel=0.1)
        assert share_within(modality, hours) == pytest.approx(percent / 100)


def test_no_hours_are_shorter_than_the_shortest_or_longer_than_the_longest() -> None:
    assert share_within("ct", 0.01) == 0.0
    assert share_within("ct", 1000.0) == 1.0


def test_made_submissions_have_no_finding() -> None:
    found: Counter[str] = Counter()
    for body in synthesize(REGISTRY, 1500, 3):
        contents = read_contents(REGISTRY, as_bytes(body), {})
        found.update(each.rule for each in examine(REGISTRY, contents, RECEIVED_AT))

    assert found == {}


def test_revised_submissions_have_no_error() -> None:
    for body in synthesize(REGISTRY, 200, 5, revisions=0.5):
        contents = read_contents(REGISTRY, as_bytes(body), {})
        findings = examine(REGISTRY, contents, RECEIVED_AT)
        assert [each for each in findings if each.severity is Severity.ERROR] == []


def test_most_are_exams_and_every_kind_is_there() -> None:
    kinds = Counter(program["recordtype"] for program, _ in made(3000))

    shares = figures()["records"]
    assert {kind: round(count / 3000, 1) for kind, count in kinds.items()} == {
        kind: round(shares[kind], 1) for kind in kinds
    }
    assert len(kinds) == 4


def test_batches_have_one_to_five_exams() -> None:
    sizes = {
        len(payload["records"]) for program, payload in made(500) if program["recordtype"] == "exam"
    }

    assert sizes == {1, 2, 3, 4, 5}


def test_identifiers_belong_to_nobody_and_pass_their_check_digit() -> None:
    records = itertools.chain.from_iterable(payload["records"] for _, payload in made(1000))
    identifiers = {
        record[name] for record in records for name in ("physiciannpi", "npi") if name in record
    }

    assert len(identifiers) > 300
    assert all(each.startswith("2") and is_npi(each) for each in identifiers)


def test_the_same_seed_makes_the_same_submissions() -> None:
    assert list(made(300)) == list(made(300))


def test_each_measure_of_an_exam_is_one_of_its_procedure() -> None:
    answers = Counter(
        (record["cptcode"], entry["measureid"])
        for program, payload in made(3000)
        if program["recordtype"] == "exam"
        for record in payload["records"]
        for entry in record.get("measures", ())
    )

    assert {("71275", "ACRAD37"), ("71250", "ACRAD36")} <= answers.keys()
    assert all(figures()["measures"][code] == measure for code, measure in answers)


def test_green_facilities_tell_no_outcomes_and_no_incidents() -> None:
    for program, payload in made(3000):
        told = any("out" in record or "incidents" in record for record in payload["records"])
        if program["recordtype"] != "exam":
            assert told == (program["participationlevel"] == "gold")
