"""Days at the ends of the calendar are judged like others: no arithmetic on them overflows."""

from collections.abc import Callable

import pytest

from acr_registries.catalogue import load_registries
from acr_registries.examination import examine
from acr_registries.examples import RECEIVED_AT
from acr_registries.registry import Contents

SIGNED = "/payload/records/0/reportsigneddatetime"
SERVED = "/payload/records/0/dateofservice"


@pytest.mark.parametrize(
    ("signed", "served", "rules"),
    [
        ("9999-12-31T23:59:59Z", "9999-12-31", {"PQRS-203", "PQRS-204"}),
        ("0001-01-01T00:00:00Z", "0001-01-01", {"PQRS-203"}),
        ("0001-01-01T00:00:00Z", "9999-12-31", {"PQRS-203", "PQRS-204", "PQRS-214"}),
    ],
)
def test_a_case_of_a_far_day_is_judged(
    read: Callable[..., Contents], signed: str, served: str, rules: set[str]
) -> None:
    contents = read("minimal", {SIGNED: signed, SERVED: served})

    found = examine(load_registries()["pqrs"], contents, RECEIVED_AT)

    assert {each.rule for each in found} == rules
