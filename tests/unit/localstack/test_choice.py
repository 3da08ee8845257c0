"""Where the neighbours come from: the environment, containers, or the local stack."""

import os
import socket
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from acr_localstack.containers import PING_SECONDS, docker_answers, kafka_environment
from acr_localstack.errors import StackError
from acr_localstack.neighbours import choose_kind, given_addresses, open_neighbours

GIVEN = {
    "ACR_KAFKA_BOOTSTRAP_SERVERS": "kafka:9092",
    "ACR_POSTGRES_DSN": "postgresql://db/acr",
}


@pytest.fixture
def no_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Set first, so that what testcontainers writes into the environment is undone afterwards.
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/nobody")


def test_addresses_in_the_environment_are_used_as_they_are(tmp_path: Path) -> None:
    with open_neighbours(GIVEN, data=tmp_path / "data", report=print) as neighbours:
        assert neighbours.kind == "environment"
        assert neighbours.kafka_bootstrap == "kafka:9092"
        assert neighbours.postgres_dsn == "postgresql://db/acr"
        assert neighbours.postgres_pid is None
    assert not (tmp_path / "data").exists()


def test_an_address_may_stand_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "dsn"
    file.write_text("postgresql://secret/acr\n")
    environ = {
        "ACR_KAFKA_BOOTSTRAP_SERVERS": "kafka:9092",
        "ACR_POSTGRES_DSN_FILE": str(file),
    }

    assert given_addresses(environ) == ("kafka:9092", "postgresql://secret/acr")


@pytest.mark.parametrize("name", GIVEN)
def test_one_address_without_the_other_is_refused_by_name(name: str) -> None:
    (missing,) = GIVEN.keys() - {name}

    with pytest.raises(StackError, match=f"{name} is set and {missing} is not"):
        choose_kind({name: GIVEN[name]})


@pytest.mark.usefixtures("no_engine")
def test_without_an_engine_the_local_stack_is_chosen() -> None:
    assert not docker_answers()
    assert choose_kind({}) == "local"


def test_an_engine_that_never_answers_is_given_up_within_bounds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A socket's path has to be short.
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as silent:
        silent.bind(f"{folder}/s")
        silent.listen()
        monkeypatch.setenv("DOCKER_HOST", f"unix://{folder}/s")
        began = time.monotonic()

        assert not docker_answers()

        assert time.monotonic() - began < 3 * PING_SECONDS


def test_an_engine_that_answers_a_ping_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as engine:
        engine.bind(f"{folder}/s")
        engine.listen()
        monkeypatch.setenv("DOCKER_HOST", f"unix://{folder}/s")

        def answer() -> None:
            connection, _ = engine.accept()
            with connection:
                connection.recv(1024)
                connection.sendall(b"HTTP/1.0 200 OK\r\n\r\nOK")

        with ThreadPoolExecutor(1) as pool:
            answered = pool.submit(answer)
            assert choose_kind({}) == "docker"
            answered.result()


def test_several_brokers_are_never_taken_from_containers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///asking/this/would/fail")

    assert choose_kind({}, brokers=3) == "local"
    assert os.environ["DOCKER_HOST"] == "unix:///asking/this/would/fail"


def test_the_broker_in_a_container_tells_its_clients_the_port_on_the_host() -> None:
    environment = kafka_environment("localhost:23456")

    advertised = environment["KAFKA_ADVERTISED_LISTENERS"].split(",")
    assert advertised[0] == "PLAINTEXT://localhost:23456"
    assert environment["KAFKA_PROCESS_ROLES"] == "broker,controller"
    assert environment["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert environment["KAFKA_INTER_BROKER_LISTENER_NAME"] == "INSIDE"
