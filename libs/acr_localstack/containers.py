"""Kafka and PostgreSQL as containers, through testcontainers. Imports it only when called.

Data in containers is gone with them; they are for tests and first looks.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from acr_localstack.cache import Report
from acr_localstack.kafka_jars import KAFKA_VERSION
from acr_localstack.kafka_properties import Seat, server_properties
from acr_localstack.ports import LOOPBACK, free_port
from acr_localstack.postgres_cluster import DATABASE, OWNER, TEXT_OPTIONS

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

KAFKA_IMAGE = f"apache/kafka:{KAFKA_VERSION}"
POSTGRES_IMAGE = "postgres:18"
PING_SECONDS = 2
UNIX_SCHEME = "unix://"
DEFAULT_HOST = "unix:///var/run/docker.sock"
START_SECONDS_MAX = 120
_CLIENT_PORT = 9092
_CONTROLLER_PORT = 9093
_INSIDE_PORT = 19092


def docker_answers() -> bool:
    """Tell whether a container engine answers within two seconds, asked where testcontainers asks."""
    try:
        from testcontainers.core.docker_client import get_docker_host
    except ImportError:
        return False
    host = get_docker_host() or DEFAULT_HOST
    if host.startswith(UNIX_SCHEME):
        return _socket_answers(host.removeprefix(UNIX_SCHEME))
    return _remote_answers()


def _socket_answers(path: str) -> bool:
    """Ping by hand: the docker package leaks a socket for each engine that is not there."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(PING_SECONDS)
        try:
            connection.connect(path)
            connection.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
            return connection.recv(64).split(b" ")[1:2] == [b"200"]
        except OSError:
            return False


def _remote_answers() -> bool:
    from docker.errors import DockerException  # type: ignore[import-untyped]
    from testcontainers.core.docker_client import DockerClient

    try:
        docker = DockerClient(timeout=PING_SECONDS).client
    except (DockerException, OSError, ValueError):
        return False
    try:
        return bool(docker.ping())
    except (DockerException, OSError):
        return False
    finally:
        docker.close()


def kafka_environment(advertised: str) -> dict[str, str]:
    """Give the container's settings: KAFKA_ and the broker's own names in capitals.

    Clients come to ``advertised``; the broker reaches itself by a listener inside the container.
    """
    seat = Seat(1, _CLIENT_PORT, _CONTROLLER_PORT)
    lines = server_properties(seat, [seat], log_folder="/var/lib/kafka/data", extra={})
    settings = dict(line.split("=", 1) for line in lines.splitlines())
    settings |= {
        "listeners": (
            f"PLAINTEXT://:{_CLIENT_PORT},INSIDE://localhost:{_INSIDE_PORT},"
            f"CONTROLLER://localhost:{_CONTROLLER_PORT}"
        ),
        "advertised.listeners": f"PLAINTEXT://{advertised},INSIDE://localhost:{_INSIDE_PORT}",
        "inter.broker.listener.name": "INSIDE",
        "listener.security.protocol.map": (
            "PLAINTEXT:PLAINTEXT,INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT"
        ),
        "controller.quorum.voters": f"1@localhost:{_CONTROLLER_PORT}",
    }
    return {"KAFKA_" + name.upper().replace(".", "_"): value for name, value in settings.items()}


@contextmanager
def kafka_container(port: int | None, report: Report) -> Iterator[str]:
    """Run one broker in a container; yields its bootstrap address when it has started."""
    from testcontainers.core.container import DockerContainer
    from testcontainers.core.wait_strategies import LogMessageWaitStrategy

    started = LogMessageWaitStrategy("Kafka Server started")
    container = DockerContainer(KAFKA_IMAGE)
    container.waiting_for(started.with_startup_timeout(START_SECONDS_MAX))
    # Bound before the start, as the broker has to tell its clients the port on the host.
    bootstrap = _bind(container, _CLIENT_PORT, port)
    report(f"starting {KAFKA_IMAGE} in a container on {bootstrap}")
    with container.with_envs(**kafka_environment(bootstrap)):
        yield bootstrap


@contextmanager
def postgres_container(port: int | None, report: Report) -> Iterator[str]:
    """Run PostgreSQL in a container; yields its address when it takes connections."""
    from testcontainers.community.postgres import PostgresContainer

    container = PostgresContainer(
        POSTGRES_IMAGE, username=OWNER, password=DATABASE, dbname=DATABASE, driver=None
    )
    container.with_env("POSTGRES_INITDB_ARGS", " ".join(TEXT_OPTIONS))
    address = _bind(container, container.port, port)
    report(f"starting {POSTGRES_IMAGE} in a container on {address}")
    with container:
        yield container.get_connection_url()


def _bind(container: "DockerContainer", inside: int, port: int | None) -> str:
    """Publish a container's port where the engine runs, on loopback when that is here."""
    host = container.get_docker_client().host()
    chosen = port if port is not None else free_port()
    if host in ("localhost", LOOPBACK):
        # The docker package takes an address beside the port; testcontainers hands it through.
        cast(dict[str, tuple[str, int]], container.ports)[str(inside)] = (LOOPBACK, chosen)
    else:
        container.with_bind_ports(inside, chosen)
    return f"{host}:{chosen}"
