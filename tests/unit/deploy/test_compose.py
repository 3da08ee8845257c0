"""docker-compose.yml without an engine: its schema, and that it fits the services and settings."""

import importlib.util
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from acr_cli.main import app
from acr_localstack.containers import KAFKA_IMAGE, POSTGRES_IMAGE, kafka_environment
from acr_localstack.postgres_cluster import DATABASE, OWNER, TEXT_OPTIONS
from acr_registries.catalogue import load_registries
from acr_settings.reading import read_settings, unknown_variables
from acr_settings.settings import (
    SETTINGS_CLASSES,
    ConsumerSettings,
    GatewaySettings,
    KafkaSettings,
    PostgresSettings,
    ReaderSettings,
)

ROOT = Path(__file__).parents[3]
COMPOSE = ROOT / "docker-compose.yml"
DOCUMENT: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = DOCUMENT["services"]
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
OURS = sorted(name for name, each in SERVICES.items() if each["image"].startswith("acr-connect:"))
ONE_SHOT = {"topics", "migrate"}
LISTENER_SETTINGS = {
    "KAFKA_LISTENERS",
    "KAFKA_ADVERTISED_LISTENERS",
    "KAFKA_INTER_BROKER_LISTENER_NAME",
    "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP",
    "KAFKA_CONTROLLER_QUORUM_VOTERS",
}


def environment(service: str) -> dict[str, str]:
    """A service's variables, with the defaults that the file itself gives."""
    default = "${POSTGRES_PASSWORD:-local-only}"
    variables: dict[str, str] = SERVICES[service].get("environment", {})
    assert all(isinstance(value, str) for value in variables.values())
    return {name: value.replace(default, "local-only") for name, value in variables.items()}


def test_it_is_valid_by_the_compose_specification() -> None:
    argv = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]

    done = subprocess.run([*argv, str(COMPOSE)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


def test_it_has_the_neighbours_the_one_shot_commands_and_all_services() -> None:
    consumers = {f"consumer-{registry}" for registry in load_registries()}

    assert set(SERVICES) == {"kafka", "postgres", "gateway", "reader"} | ONE_SHOT | consumers


@pytest.mark.parametrize("registry", load_registries())
def test_every_registry_has_a_consumer(registry: str) -> None:
    assert environment(f"consumer-{registry}")["ACR_CONSUMER_REGISTRY"] == registry


@pytest.mark.parametrize("service", OURS)
def test_a_services_command_exists(service: str) -> None:
    program, *rest = SERVICES[service]["command"]

    if program == "python":
        assert rest[0] == "-m"
        assert callable(importlib.import_module(f"{rest[1]}.__main__").main)
    else:
        assert program == "acr-connect"
        names = [each for each in rest if not each.startswith("-")]
        command: Any = get_command(app)
        for name in names:
            command = command.commands[name]
        flags = {flag for parameter in command.params for flag in parameter.opts}
        assert {each for each in rest if each.startswith("-")} <= flags


@pytest.mark.parametrize("service", OURS)
def test_a_services_settings_are_known_and_accepted(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("ACR_")]:
        monkeypatch.delenv(name)
    for name, value in environment(service).items():
        monkeypatch.setenv(name, value)

    assert list(unknown_variables(os.environ)) == []
    for settings_class in SETTINGS_CLASSES:
        read_settings(settings_class)


@pytest.mark.parametrize("service", OURS)
def test_a_service_is_told_the_addresses_of_what_it_uses_and_no_other(service: str) -> None:
    kafka = {"gateway", "topics"} | {f"consumer-{registry}" for registry in load_registries()}
    postgres = {"reader", "migrate"} | {f"consumer-{registry}" for registry in load_registries()}
    told = environment(service)

    assert (told.get("ACR_KAFKA_BOOTSTRAP_SERVERS") == "kafka:9092") == (service in kafka)
    dsn = f"postgresql://{OWNER}:local-only@postgres:5432/{DATABASE}"
    assert (told.get("ACR_POSTGRES_DSN") == dsn) == (service in postgres)
    assert (told.keys() >= {"ACR_POSTGRES_DSN"}) == (service in postgres)


def test_only_the_doors_are_published_on_loopback_at_their_usual_ports() -> None:
    published = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}

    gateway, reader = GatewaySettings().port, ReaderSettings().port
    assert published == {
        "gateway": [f"127.0.0.1:{gateway}:{gateway}"],
        "reader": [f"127.0.0.1:{reader}:{reader}"],
    }


@pytest.mark.parametrize("service", sorted(set(OURS) - ONE_SHOT))
def test_a_service_is_asked_for_its_health_at_its_own_port(service: str) -> None:
    ports = {"gateway": GatewaySettings().port, "reader": ReaderSettings().port}
    port = ports.get(service, ConsumerSettings().port)

    assert environment(service)["HEALTH_URL"] == f"http://127.0.0.1:{port}/livez"
    assert SERVICES[service]["restart"] == "unless-stopped"


@pytest.mark.parametrize("service", sorted(ONE_SHOT))
def test_a_one_shot_command_runs_once_and_has_no_health(service: str) -> None:
    assert SERVICES[service]["restart"] == "no"
    assert SERVICES[service]["healthcheck"] == {"disable": True}


def test_images_are_those_of_the_local_stack_and_our_own_version() -> None:
    assert SERVICES["kafka"]["image"] == KAFKA_IMAGE
    assert SERVICES["postgres"]["image"] == POSTGRES_IMAGE
    assert {SERVICES[name]["image"] for name in OURS} == {f"acr-connect:{VERSION}"}
    assert {SERVICES[name]["build"]["dockerfile"] for name in OURS} == {"deploy/Dockerfile"}


def test_services_wait_for_what_they_need() -> None:
    conditions = {
        name: {what: how["condition"] for what, how in each.get("depends_on", {}).items()}
        for name, each in SERVICES.items()
    }
    done, healthy = "service_completed_successfully", "service_healthy"

    assert conditions["topics"] == {"kafka": healthy}
    assert conditions["migrate"] == {"postgres": healthy}
    assert conditions["gateway"] == {"topics": done}
    assert conditions["reader"] == {"migrate": done}
    for registry in load_registries():
        assert conditions[f"consumer-{registry}"] == {"topics": done, "migrate": done}
    assert all("test" in SERVICES[name]["healthcheck"] for name in ("kafka", "postgres"))


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_has_no_more_rights_than_it_needs(service: str) -> None:
    container = SERVICES[service]

    assert container["cap_drop"] == ["ALL"]
    assert container["security_opt"] == ["no-new-privileges:true"]
    assert container["stop_grace_period"] == "45s"
    assert not {"privileged", "network_mode", "pid", "ipc", "devices"} & container.keys()
    if service != "kafka":
        assert container["read_only"] is True
        assert any(each.startswith("/tmp") for each in container["tmpfs"])
    if service in OURS:
        assert "volumes" not in container
        assert "cap_add" not in container


def test_the_broker_is_set_up_as_in_the_local_stack_but_for_its_listeners() -> None:
    local = kafka_environment("kafka:9092")
    here = environment("kafka")

    assert here.keys() == local.keys() | LISTENER_SETTINGS
    assert {name: here[name] for name in local.keys() - LISTENER_SETTINGS} == {
        name: local[name] for name in local.keys() - LISTENER_SETTINGS
    }
    bootstrap = KafkaSettings(bootstrap_servers="kafka:9092").bootstrap_servers
    assert here["KAFKA_ADVERTISED_LISTENERS"] == f"PLAINTEXT://{bootstrap}"


def test_the_database_is_set_up_as_in_the_local_stack() -> None:
    here = environment("postgres")

    assert here["POSTGRES_INITDB_ARGS"].split() == list(TEXT_OPTIONS)
    assert (here["POSTGRES_USER"], here["POSTGRES_DB"]) == (OWNER, DATABASE)
    dsn = PostgresSettings().dsn.get_secret_value()
    assert dsn.endswith(f"5432/{DATABASE}")


def test_data_outlives_its_containers() -> None:
    mounts = [volume for each in SERVICES.values() for volume in each.get("volumes", [])]

    assert sorted(mounts) == ["kafka-data:/var/lib/kafka/data", "postgres-data:/var/lib/postgresql"]
    assert set(DOCUMENT["volumes"]) == {mount.split(":")[0] for mount in mounts}
    assert environment("kafka")["KAFKA_LOG_DIRS"] == "/var/lib/kafka/data"
