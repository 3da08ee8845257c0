"""How every client of ours reaches the brokers, and what their errors mean to us."""

import asyncio
import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.helpers import create_ssl_context

from acr_domain.errors import Unavailable
from acr_settings.settings import KafkaSettings

CLOSE_SECONDS_MAX = 5.0
PROBE_SECONDS = 2.0
REQUEST_OVER_SESSION_SECONDS = 1.0


def request_timeout_seconds(settings: KafkaSettings) -> float:
    """Give the silence of a broker, in seconds, after which its connection is given up.

    A member that joins its group waits for the others as long as a session, so it is longer than
    that; a connection that has died without a word is found by this alone, so it is not much longer.
    """
    return settings.session_timeout_seconds + REQUEST_OVER_SESSION_SECONDS


def client_options(settings: KafkaSettings, client_id: str) -> dict[str, Any]:
    """Give the options that producers, consumers and admin clients share."""
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
    with contextlib.suppress(TimeoutError, KafkaError):
        async with asyncio.timeout(CLOSE_SECONDS_MAX):
            await client.stop()


@contextmanager
def broker_trouble() -> Iterator[None]:
    """Tell whatever the brokers or the way to them do to us as `Unavailable`."""
    try:
        yield
    except (KafkaError, TimeoutError, OSError) as error:
        raise Unavailable(f"Kafka: {type(error).__name__}") from error
    except asyncio.InvalidStateError as error:  # aiokafka, when it is closed meanwhile.
        raise Unavailable("Kafka: client closed") from error


async def brokers_listen(settings: KafkaSettings) -> bool:
    """Tell whether one of the brokers to begin with takes a connection within two seconds."""
    for address in settings.bootstrap_servers.split(","):
        host, _, port = address.strip().rpartition(":")
        with contextlib.suppress(OSError, TimeoutError, ValueError):
            async with asyncio.timeout(PROBE_SECONDS):
                _, writer = await asyncio.open_connection(host, int(port))
            writer.transport.abort()
            return True
    return False
