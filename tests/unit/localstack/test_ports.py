"""Free ports, and who has a port that is taken."""

import os
import socket

import pytest

from acr_localstack.errors import PortTaken
from acr_localstack.ports import PORT_MAX, PORT_MIN, free_port, free_ports, is_free, require_port


def test_chosen_ports_are_different_free_and_below_those_of_outgoing_connections() -> None:
    ports = free_ports(20)

    assert len(set(ports)) == 20
    assert all(PORT_MIN <= port <= PORT_MAX and is_free(port) for port in ports)


def test_a_port_to_avoid_is_not_chosen() -> None:
    most = range(PORT_MIN, PORT_MAX - 999)

    for _ in range(5):
        assert not set(free_ports(3, avoid=most)) & set(most)


def test_a_taken_port_is_told_with_its_owner_and_the_setting_that_chooses_another() -> None:
    with socket.create_server(("127.0.0.1", free_port())) as server:
        port = server.getsockname()[1]

        with pytest.raises(PortTaken) as caught:
            require_port(port, "Kafka", "--kafka-port")

    assert caught.value.port == port
    assert caught.value.pid == os.getpid()
    for part in (str(port), "Kafka", f"pid {os.getpid()}", "--kafka-port"):
        assert part in str(caught.value)


def test_a_port_is_free_again_when_its_server_has_closed_with_clients_connected() -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)) as server:
        client = socket.create_connection(("127.0.0.1", port))
        accepted, _ = server.accept()
        accepted.close()
        client.close()

    require_port(port, "PostgreSQL")
