"""A gateway with small bounds, served in the tests' loop before a log in memory."""

from collections.abc import AsyncIterator

import pytest

from acr_settings.settings import GatewaySettings
from acr_testkit.served_gateway import ServedGateway, served_gateway
from acr_testkit.stream_sender import StreamSender, stream_sender

WINDOW_LINES = 20


@pytest.fixture
async def gateway() -> AsyncIterator[ServedGateway]:
    """A gateway of the test's own."""
    settings = GatewaySettings(
        body_bytes_max=4096,
        stream_lines_max=WINDOW_LINES,
        stream_line_timeout_seconds=0.5,
        stream_answers_bytes_max=8192,
        streams_max=2,
    )
    async with served_gateway(settings) as gateway:
        yield gateway


@pytest.fixture
async def sender(gateway: ServedGateway) -> AsyncIterator[StreamSender]:
    """A connection to it."""
    async with stream_sender(gateway.url) as sender:
        yield sender
