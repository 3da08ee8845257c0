"""The gateway's composition root: opens what it needs, serves, and closes it in order."""

import asyncio
import contextlib
import os
import socket

import structlog

from acr_gateway.admission import Admission
from acr_gateway.admission_bounds import admission_bounds
from acr_gateway.app import create_gateway_app
from acr_gateway.closing import Closing
from acr_gateway.replies import Replies
from acr_gateway.submit import Gateway
from acr_gateway.waiters import Waiters
from acr_http.server import serve_http, stop_on_signals
from acr_http.workers import Worker
from acr_kafka.writer import open_writer
from acr_registries.catalogue import load_registries
from acr_registries.opening import open_registries
from acr_settings.settings import GatewaySettings, KafkaSettings
from acr_telemetry.health import Health

# Senders that still wait when the service stops get 202 after this time.
LAST_WAIT_SECONDS = 5.0

log = structlog.get_logger()


async def serve(settings: GatewaySettings, kafka: KafkaSettings, worker: Worker) -> None:
    """Serve until SIGTERM or SIGINT, and not lose an answer then.

    Raises:
        BadSettings: if a registry's data files cannot be used.
        OSError: if the address cannot be listened on.
    """
    registries = load_registries()
    open_registries(registries)
    client_id = f"acr-gateway-{socket.gethostname()}-{os.getpid()}"
    health, waiters = Health(), Waiters()

    closing = Closing()

    def begin_stop() -> None:
        closing.begin()
        asyncio.get_running_loop().call_later(LAST_WAIT_SECONDS, waiters.give_up)

    async with (
        open_writer(kafka, client_id, health.watch("kafka")) as writer,
        stop_on_signals(health, begin_stop) as stop,
    ):
        replies = Replies(kafka, client_id, writer, settings.reply_partition)
        listening = asyncio.create_task(replies.listen(waiters, health.watch("results")))
        admission = Admission(admission_bounds(settings))
        gateway = Gateway(settings, writer, admission, waiters, replies, closing)
        app = create_gateway_app(gateway, registries, health)
        log.info("gateway_serving", host=settings.host, port=settings.port)
        try:
            await serve_http(app, settings.host, settings.port, stop, worker)
        finally:
            listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await listening
    log.info("gateway_stopped")
