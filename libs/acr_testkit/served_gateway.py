"""A gateway served over HTTP in the test's own loop, in front of a log in memory. Starts no process."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from acr_gateway.admission import Admission
from acr_gateway.admission_bounds import admission_bounds
from acr_gateway.app import create_gateway_app
from acr_gateway.closing import Closing
from acr_gateway.submit import Gateway
from acr_gateway.waiters import Waiters
from acr_http.server import serve_http
from acr_localstack.ports import free_port, is_free
from acr_registries.catalogue import load_registries
from acr_settings.settings import GatewaySettings
from acr_telemetry.health import Health
from acr_testkit.awaiting import until
from acr_testkit.settling_log import SettlingLog

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class ServedGateway:
    """What a test may look at and turn. ``stop`` is set as SIGTERM would set it."""

    port: int
    log: SettlingLog
    waiters: Waiters
    closing: Closing
    stop: asyncio.Event
    admission: Admission

    def waits(self, partner: str) -> int:
        """Count the submissions and streams of a partner that wait for their turn."""
        return self.admission.waits(partner)

    @property
    def url(self) -> str:
        """Give its address."""
        return f"http://{LOOPBACK}:{self.port}"


@asynccontextmanager
async def served_gateway(settings: GatewaySettings) -> AsyncIterator[ServedGateway]:
    """Serve until the block ends."""
    waiters, closing, stop = Waiters(), Closing(), asyncio.Event()
    log, port = SettlingLog(waiters), free_port()
    admission = Admission(admission_bounds(settings))
    gateway = Gateway(settings, log, admission, waiters, log, closing)
    app = create_gateway_app(gateway, load_registries(), Health())
    serving = asyncio.create_task(serve_http(app, LOOPBACK, port, stop))
    await until(lambda: not is_free(port), "the gateway listens")
    try:
        yield ServedGateway(port, log, waiters, closing, stop, admission)
    finally:
        stop.set()
        await serving
