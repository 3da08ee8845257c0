"""Synthetic submissions of each registry: the same by seed, as many of each kind as asked, and valid."""

import hashlib
import itertools
import math
import os
import subprocess
import sys
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from acr_domain.errors import InvalidSubmission
from acr_domain.findings import Finding, Severity
from acr_registries.catalogue import load_registries
from acr_registries.checking import check_submission
from acr_registries.registry import Registry
from acr_registries.synthesis import (
    WINDOW_RECORDS,
    Kind,
    NoMaker,
    Shares,
    Synthesized,
    synthesize,
    synthesized,
)

REGISTRIES = load_registries()
MIXED = Shares(faults=0.05, revisions=0.1, repeats=0.03, cancels=0.02)
NOW = datetime.now(UTC)


@pytest.fixture(params=list(REGISTRIES))
def registry(request: pytest.FixtureRequest) -> Registry:
    return REGISTRIES[request.param]


def taken(registry: Registry, count: int, shares: Shares = MIXED, seed: int = 7) -> list[Any]:
    return list(itertools.islice(synthesized(registry, seed, shares), count))


def digest(bodies: Iterator[dict[str, Any]]) -> str:
    taken = hashlib.sha256()
    for body in bodies:
        taken.update(orjson.dumps(body) + b"\n")
    return taken.hexdigest()


def errors(registry: Registry, body: dict[str, Any]) -> list[Finding]:
    try:
        findings = check_submission(registry, orjson.dumps(body), NOW).findings
    except InvalidSubmission as error:
        findings = tuple(error.findings)
    return [each for each in findings if each.severity is Severity.ERROR]


PROGRAM = """
import hashlib, sys
import orjson
from acr_registries.catalogue import load_registries
from acr_registries.synthesis import synthesize
for name, registry in load_registries().items():
    taken = hashlib.sha256()
    for body in synthesize(registry, 300, 7, faults=0.05, revisions=0.1, repeats=0.03):
        taken.update(orjson.dumps(body) + b"\\n")
    print(name, taken.hexdigest())
"""


def test_the_same_seed_makes_the_same_bytes_whatever_python_hashes_by() -> None:
    here = [
        f"{name} {digest(synthesize(each, 300, 7, faults=0.05, revisions=0.1, repeats=0.03))}"
        for name, each in REGISTRIES.items()
    ]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, "PYTHONHASHSEED": "4711"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert done.stdout.splitlines() == here


def test_fewer_are_the_beginning_of_more_and_another_seed_is_another(registry: Registry) -> None:
    many = [each.body for each in taken(registry, 300)]

    assert [each.body for each in taken(registry, 100)] == many[:100]
    assert [each.body for each in taken(registry, 100, seed=8)] != many[:100]


def test_kinds_come_in_their_shares(registry: Registry) -> None:
    counts = Counter(each.kind for each in taken(registry, 2000))

    for kind, share in (
        (Kind.FAULTY, MIXED.faults),
        (Kind.REVISION, MIXED.revisions),
        (Kind.REPEAT, MIXED.repeats),
        (Kind.CANCEL, MIXED.cancels),
    ):
        four_deviations = 4 * math.sqrt(share * (1 - share) / 2000)
        assert counts[kind] / 2000 == pytest.approx(share, abs=four_deviations)


def test_every_faulty_one_is_rejected(registry: Registry) -> None:
    made = taken(registry, 400, Shares(faults=1.0))

    assert [each.fault for each in made if not errors(registry, each.body)] == []


def test_everything_else_is_stored(registry: Registry) -> None:
    made = taken(registry, 800, Shares(revisions=0.3, cancels=0.05))

    found = [errors(registry, each.body) for each in made]

    assert [each for each in found if each] == []


def test_a_revision_is_another_version_of_an_earlier_record(registry: Registry) -> None:
    numbers: dict[tuple[str, str], set[int]] = {}
    jumps = Counter[str]()
    for made in taken(registry, 1000, Shares(revisions=0.5)):
        header = made.body["dartheader"]
        key, number = (header["partnerid"], header["id"]), header["versionno"]
        known = numbers.setdefault(key, set())
        assert (made.kind is Kind.REVISION) is bool(known)
        assert number not in known
        if known:
            jumps["late" if number < max(known) else "next"] += 1
        known.add(number)

    assert jumps["late"] > 3
    assert jumps["next"] > 350


def test_a_revision_differs_in_more_than_its_header_where_it_can(registry: Registry) -> None:
    payloads: dict[str, set[bytes]] = {}
    revised = changed = 0
    for made in taken(registry, 600, Shares(revisions=0.3)):
        seen = payloads.setdefault(made.body["dartheader"]["id"], set())
        text = orjson.dumps(made.body["payload"])
        if made.kind is Kind.REVISION:
            revised += 1
            changed += text not in seen
        seen.add(text)

    assert changed > revised / 2


def test_a_cancellation_takes_back_an_earlier_record_which_then_rests(registry: Registry) -> None:
    known: dict[str, int] = {}
    gone: set[str] = set()
    for made in taken(registry, 800, Shares(revisions=0.2, cancels=0.1)):
        header = made.body["dartheader"]
        assert header["id"] not in gone
        if made.kind is Kind.CANCEL:
            assert header["recordstatus"] == "cancelled"
            assert header["versionno"] > known[header["id"]]
            gone.add(header["id"])
        else:
            known[header["id"]] = max(header["versionno"], known.get(header["id"], 0))

    assert len(gone) > 40


def test_a_repeat_is_an_earlier_one_to_the_byte(registry: Registry) -> None:
    seen: set[bytes] = set()
    repeats = 0
    for made in taken(registry, 600, Shares(repeats=0.2)):
        text = orjson.dumps(made.body)
        assert (text in seen) is (made.kind is Kind.REPEAT)
        repeats += made.kind is Kind.REPEAT
        seen.add(text)

    assert repeats > 60


def test_dates_of_the_header_are_in_order_and_past(registry: Registry) -> None:
    for made in taken(registry, 300, Shares(revisions=0.3)):
        header = made.body["dartheader"]
        created = datetime.fromisoformat(header["creationdate"])
        modified = datetime.fromisoformat(header["modificationdate"])
        assert created <= modified < datetime(2026, 11, 24, tzinfo=UTC)


def test_memory_does_not_grow_with_the_count(registry: Registry) -> None:
    def peak(made: Iterator[Synthesized], count: int) -> int:
        tracemalloc.start()
        for _ in itertools.islice(made, count):
            pass
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    made = synthesized(registry, 7, Shares(repeats=0.1))
    filled = peak(made, WINDOW_RECORDS * 2)

    assert peak(made, WINDOW_RECORDS * 4) < filled * 1.5


def test_a_registry_without_a_maker_says_so(registry: Registry) -> None:
    with pytest.raises(NoMaker, match=registry.name):
        synthesize(replace(registry, make=None), 1, 1)


@pytest.mark.parametrize(
    "shares", [(-0.1, 0, 0, 0), (0.5, 0.4, 0.2, 0), (1.1, 0, 0, 0), (0.3, 0.3, 0.3, 0.3)]
)
def test_shares_beyond_all_are_refused(shares: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="shares"):
        Shares(*shares)
