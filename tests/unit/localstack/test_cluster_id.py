"""The id of a new Kafka cluster."""

import uuid

import pytest

from acr_localstack import kafka


def test_an_id_that_reads_like_an_option_is_never_used(monkeypatch: pytest.MonkeyPatch) -> None:
    made = iter([uuid.UUID(bytes=b"\xf8" + bytes(15)), uuid.UUID(bytes=b"\x01" + bytes(15))])
    monkeypatch.setattr("uuid.uuid4", lambda: next(made))

    assert kafka.new_cluster_id() == "AQAAAAAAAAAAAAAAAAAAAA"
