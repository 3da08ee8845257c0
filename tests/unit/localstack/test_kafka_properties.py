"""A broker's configuration: where it listens, and where it sends its clients."""

from acr_localstack.kafka_properties import Detour, Seat, server_properties


def settings(seat: Seat) -> dict[str, str]:
    text = server_properties(seat, [seat], "/data", {})
    return dict(line.split("=", 1) for line in text.splitlines())


def test_clients_of_a_detour_are_sent_back_to_it() -> None:
    found = settings(Seat(1, 29001, 29002, Detour(29003, 29004)))

    assert found["listeners"] == (
        "PLAINTEXT://127.0.0.1:29001,DETOUR://127.0.0.1:29003,CONTROLLER://127.0.0.1:29002"
    )
    assert found["advertised.listeners"] == ("PLAINTEXT://127.0.0.1:29001,DETOUR://127.0.0.1:29004")


def test_without_one_there_is_one_way_in() -> None:
    found = settings(Seat(1, 29001, 29002))

    assert "DETOUR" not in found["listeners"]
    assert found["advertised.listeners"] == "PLAINTEXT://127.0.0.1:29001"
