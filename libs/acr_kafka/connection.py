"""How every client of ours reaches the brokers, and what their errors mean to us."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.helpers import create_ssl_context

from acr_domain.errors import Unavailable
from acr_kafka.silent_ends import cut_off, mend_connections, require_alive
from acr_settings.settings import KafkaSettings

CLOSE_SECONDS_MAX = 5.0
REQUEST_OVER_SESSION_SECONDS = 1.0


def request_timeout_seconds(settings: KafkaSettings) -> float:
    """Give the silence of a broker, in seconds, after which its connection is given up.

    A member that joins its group waits for the others as long as a session, so it is longer than
    that; a connection that has died without a word is found by this alone, so it is not much longer.
    """
    return settings.session_timeout_seconds + REQUEST_OVER_SESSION_SECONDS


def client_options(settings: KafkaSettings, client_id: str) -> dict[str, Any]:
    """Give the options that producers, consumers and admin clients share."""
    mend_connections()  # Here, as every client of ours is made with these.
    options: dict[str, Any] = {
        "bootstrap_servers": settings.bootstrap_servers,
        "client_id": client_id,
        "security_protocol": settings.security_protocol,
        "request_timeout_ms": int(request_timeout_seconds(settings) * 1000),
        # A leader that moved is found again within this time even where no request fails.
        "metadata_max_age_ms": 30_000,
    }
    if "SASL" in settings.security_protocol:
        password = settings.sasl_password
        options |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.sasl_username,
            "sasl_plain_password": password.get_secret_value() if password else None,
        }
    if "SSL" in settings.security_protocol:
        options["ssl_context"] = create_ssl_context(
            cafile=settings.ssl_ca_path,
            certfile=settings.ssl_certificate_path,
            keyfile=settings.ssl_key_path,
        )
    return options


async def close_client(client: AIOKafkaConsumer | AIOKafkaProducer) -> None:
    """Close a client, and do not wait long for brokers that do not answer."""
    try:
        async with asyncio.timeout(CLOSE_SECONDS_MAX):
            await client.stop()
    except (TimeoutError, KafkaError, RuntimeError):  # The last: a task that ended by one.
        cut_off(client)


@contextmanager
def broker_trouble(client: AIOKafkaConsumer | None = None) -> Iterator[None]:
    """Tell whatever the brokers or the way to them do to us as `Unavailable`.

    Where a client is named that will not find back to them by itself, as `ClientLost`, also where
    nothing was said: it gives nothing any more, and no error either.
    """
    try:
        yield
    except (KafkaError, TimeoutError, OSError) as error:
        if client is not None:
            require_alive(client)
        raise Unavailable(f"Kafka: {type(error).__name__}") from error
    except asyncio.InvalidStateError as error:  # aiokafka, when it is closed meanwhile.
        raise Unavailable("Kafka: client closed") from error
    if client is not None:
        require_alive(client)
