"""Labelled metrics: a child is found again, made again after its removal, and told in the exposition."""

from enum import StrEnum

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from acr_telemetry.labelled import Counter, Gauge, Histogram


class Colour(StrEnum):
    RED = "red"


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.mark.parametrize("kind", [Counter, Gauge, Histogram])
def test_the_same_labels_name_the_same_child(
    kind: type[Counter | Gauge | Histogram], registry: CollectorRegistry
) -> None:
    metric = kind("seen", "Things seen.", ["colour"], registry=registry)

    child = metric.labels("red")

    assert isinstance(child, kind)
    assert metric.labels("red") is child
    assert metric.labels(Colour.RED) is child
    assert metric.labels(colour="red") is child
    assert metric.labels("blue") is not child


def test_a_number_is_the_label_of_its_text(registry: CollectorRegistry) -> None:
    metric = Gauge("behind", "Records behind.", ["partition"], registry=registry)

    metric.labels(3).set(7)

    assert metric.labels("3")._value.get() == 7
    assert b'behind{partition="3"} 7.0' in generate_latest(registry)


def test_a_child_that_was_removed_is_made_anew(registry: CollectorRegistry) -> None:
    metric = Counter("sent", "Things sent.", ["colour"], registry=registry)
    metric.labels("red").inc()

    metric.remove("red")

    assert b"red" not in generate_latest(registry)
    metric.labels("red").inc()
    assert b'sent_total{colour="red"} 1.0' in generate_latest(registry)


def test_a_wrong_number_of_labels_is_refused(registry: CollectorRegistry) -> None:
    metric = Counter("sent", "Things sent.", ["colour"], registry=registry)

    with pytest.raises(ValueError, match="label"):
        metric.labels("red", "blue")
