"""The synthetic header's own values: codes that the registry takes, and dates after the payload's."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from acr_registries.catalogue import load_registries
from acr_registries.elements import header_codes
from acr_registries.registry import Synthetic
from acr_registries.synthetic_headers import DELAY_DAYS_MAX, Headers, later_version

REGISTRIES = load_registries()


def header(payload: dict[str, Any], registry: str = "cdsr", seed: int = 1) -> dict[str, Any]:
    return Headers(REGISTRIES[registry], Random(seed)).first(Synthetic({}, payload))


def created(payload: dict[str, Any], seed: int) -> datetime:
    return datetime.fromisoformat(header(payload, seed=seed)["creationdate"])


@pytest.mark.parametrize(
    "payload",
    [
        {"done": "2026-03-04", "before": "2026-01-31"},
        {"done": "03/04/2026"},
        {"done": ["01-05-2026", {"at": "03/04/2026 10:00:00"}]},
        {"done": "2026-03-04T23:59:59-05:00", "planned": "2027-01-01"},
        {"done": "2026-03-04", "planned": "01/01/2027"},
    ],
)
def test_it_is_created_within_weeks_after_the_newest_day_that_is_past(
    payload: dict[str, Any],
) -> None:
    newest = datetime(2026, 3, 5, tzinfo=UTC)
    for seed in range(20):
        assert newest <= created(payload, seed) < newest + timedelta(days=DELAY_DAYS_MAX)


def test_without_any_day_it_is_created_on_some_day_of_the_last_years() -> None:
    days = {created({}, seed).date() for seed in range(50)}

    assert len(days) > 30
    assert all(2025 <= day.year <= 2026 for day in days)


@pytest.mark.parametrize("registry", REGISTRIES)
def test_coded_elements_hold_codes_of_the_registry(registry: str) -> None:
    made = header({}, registry)

    for name, codes in header_codes(REGISTRIES[registry].package).items():
        assert made[name] in codes


def test_a_higher_version_is_modified_later() -> None:
    first = header({})

    times = [first["modificationdate"]]
    times += [later_version(first, number)["modificationdate"] for number in (2, 3, 4)]

    assert times == sorted(set(times))
