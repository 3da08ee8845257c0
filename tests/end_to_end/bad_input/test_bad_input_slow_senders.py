"""Senders that let a byte drop now and then: they get a bounded time, then their place is free."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from acr_http.http1 import HEADER_SECONDS_MAX
from acr_http.problems import Kind
from acr_localstack.neighbours import Neighbours
from acr_localstack.ports import free_port
from acr_localstack.services import Service, System
from acr_testkit.problem_answers import MARKER, check_problem
from acr_testkit.raw_http import RawConnection, post_head

PATH = "/v1/registries/lcsr/submissions"
BODY_SECONDS_MAX = 0.4


@pytest.fixture(scope="module")
def impatient(
    neighbours: Neighbours, prepared: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """A gateway that gives a body less than half a second."""
    port = free_port()
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ACR_")},
        "ACR_KAFKA_BOOTSTRAP_SERVERS": neighbours.kafka_bootstrap,
        "ACR_GATEWAY_PORT": str(port),
        "ACR_GATEWAY_BODY_TIMEOUT_SECONDS": str(BODY_SECONDS_MAX),
    }
    log: Path = tmp_path_factory.mktemp("impatient") / "gateway.log"
    service = Service("impatient gateway", "acr_gateway", port, environ, log)
    service.start()
    try:
        service.wait_ready()
        yield service
    finally:
        assert service.stop() == 0


@pytest.mark.parametrize("pieces", [1, 8], ids=["then silence", "in drops"])
def test_a_body_that_is_not_complete_in_time_is_refused(impatient: Service, pieces: int) -> None:
    began = time.monotonic()
    with (
        httpx.Client(base_url=impatient.url) as gateway,
        RawConnection(impatient.url) as connection,
    ):
        connection.send(post_head(PATH, "Content-Length: 1000"))
        for _ in range(pieces):
            connection.send(MARKER[:1].encode())
            time.sleep(BODY_SECONDS_MAX / 10)

        problem = check_problem(gateway, connection.answer(), Kind.SLOW)

        assert f"{BODY_SECONDS_MAX:g} seconds" in problem["detail"]
        assert connection.ended()
    assert BODY_SECONDS_MAX <= time.monotonic() - began < BODY_SECONDS_MAX + 2


@pytest.mark.slow
def test_headers_that_are_not_complete_in_time_end_the_connection(system: System) -> None:
    """Three senders at once: one is silent, one drips, one drips its second request."""
    complete = post_head(PATH, "Content-Length: 2")
    with (
        RawConnection(system.gateway.url) as silent,
        RawConnection(system.gateway.url) as dripping,
        RawConnection(system.gateway.url) as second,
    ):
        second.send(complete + b"[]")
        assert second.answer().status_code == Kind.INVALID.status
        began = time.monotonic()
        for each in complete[: int(HEADER_SECONDS_MAX)]:
            dripping.send(bytes([each]))
            second.send(bytes([each]))
            time.sleep(0.5)

        assert silent.ended()
        assert dripping.ended()
        assert second.ended()
        assert time.monotonic() - began < HEADER_SECONDS_MAX + 2
