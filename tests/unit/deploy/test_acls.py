"""deploy/kafka/acls.toml against the topics that are declared and the services that there are."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from acr_domain.topics import (
    RESULTS_TOPIC,
    amendments_topic,
    dead_letters_topic,
    submissions_topic,
    uploads_topic,
)

KAFKA = Path(__file__).parents[3] / "deploy" / "kafka"
ACLS: dict[str, Any] = tomllib.loads((KAFKA / "acls.toml").read_text(encoding="utf-8"))
TOPICS = {one["name"] for one in tomllib.loads((KAFKA / "topics.toml").read_text()).values()}
RESOURCES = {"topic", "group", "cluster"}
OPERATIONS = {
    "Read",
    "Write",
    "Create",
    "Describe",
    "DescribeConfigs",
    "AlterConfigs",
    "IdempotentWrite",
}


def allowed(service: str) -> set[tuple[str, str]]:
    """Each right of a service: operation and name."""
    return {
        (operation, entry[next(iter(RESOURCES & entry.keys()))])
        for entry in ACLS[service]["allow"]
        for operation in entry["operations"]
    }


def test_the_topics_named_are_those_declared() -> None:
    entries = [entry for service in ACLS.values() for entry in service["allow"]]
    literal = {one["topic"] for one in entries if one.get("topic") and one["pattern"] == "literal"}

    assert literal == TOPICS


@pytest.mark.parametrize("service", ACLS)
def test_each_line_is_one_that_kafka_knows(service: str) -> None:
    for entry in ACLS[service]["allow"]:
        assert len(RESOURCES & entry.keys()) == 1
        assert set(entry["operations"]) <= OPERATIONS
        assert entry.get("pattern", "literal") in {"literal", "prefixed"}
        assert entry.get("cluster", "kafka-cluster") == "kafka-cluster"


def test_the_gateway_cannot_read_submissions_nor_write_results() -> None:
    assert allowed("gateway") == {
        ("Write", submissions_topic("{registry}")),
        ("Write", uploads_topic("{registry}")),
        ("Read", RESULTS_TOPIC),
        ("IdempotentWrite", "kafka-cluster"),
    }


def test_a_consumer_cannot_write_submissions_nor_touch_another_registry() -> None:
    assert allowed("consumer") == {
        ("Read", submissions_topic("{registry}")),
        ("Read", "acr.{registry}.consumers"),
        ("Read", uploads_topic("{registry}")),
        ("Read", "acr.{registry}.uploads"),
        ("Read", amendments_topic("{registry}")),
        ("Write", RESULTS_TOPIC),
        ("Read", dead_letters_topic("{registry}")),
        ("Write", dead_letters_topic("{registry}")),
        ("IdempotentWrite", "kafka-cluster"),
    }
    assert "{registry}" in ACLS["consumer"]["principal"]


def test_a_replay_cannot_write_submissions() -> None:
    assert allowed("replayer") == {
        ("Read", submissions_topic("{registry}")),
        ("Read", amendments_topic("{registry}")),
        ("Write", amendments_topic("{registry}")),
        ("Write", RESULTS_TOPIC),
        ("IdempotentWrite", "kafka-cluster"),
    }


def test_a_rebuild_can_only_read() -> None:
    assert allowed("rebuilder") == {
        ("Read", submissions_topic("{registry}")),
        ("Read", amendments_topic("{registry}")),
        ("Read", dead_letters_topic("{registry}")),
    }


def test_an_export_can_only_read() -> None:
    assert allowed("archivist") == {
        ("Read", submissions_topic("{registry}")),
        ("Read", amendments_topic("{registry}")),
    }


def test_nobody_may_delete_and_only_a_restore_may_alter() -> None:
    operations = {
        operation for name in ACLS if name != "restorer" for operation, _ in allowed(name)
    }

    assert not operations & {"Delete", "Alter", "AlterConfigs", "All", "ClusterAction"}
    restoring = {operation for operation, _ in allowed("restorer")}
    assert not restoring & {"Delete", "Alter", "All", "ClusterAction"}
