"""Keeps the driver's clients from falling silent for ever, and tells those that did.

On uvloop a connection that was reset takes no more bytes and says so by a bare RuntimeError, some
steps before the driver knows that it is closed. aiokafka 0.14 expects an OSError there (its issue
1038), so that whichever of its tasks wrote at that moment ends: without the one for metadata or the
one that fetches, a client waits for ever and reports nothing. Opens no connection itself.
"""

import asyncio
from collections.abc import Callable
from functools import wraps
from typing import Any

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.conn import AIOKafkaConnection, CloseReason
from aiokafka.errors import KafkaConnectionError, KafkaError

from acr_domain.errors import ClientLost

_MENDED = "_tells_a_closed_transport_as_broken"

Send = Callable[..., Any]


def mend_connections() -> None:
    """Let every connection of this process tell a transport that is closed as a broken connection.

    Doing so again changes nothing.
    """
    if not hasattr(AIOKafkaConnection, _MENDED):
        AIOKafkaConnection.send = _tell_as_broken(AIOKafkaConnection.send)
        # What an authentication sends goes another way.
        AIOKafkaConnection._send_sasl_token = _tell_as_broken(AIOKafkaConnection._send_sasl_token)
        setattr(AIOKafkaConnection, _MENDED, True)


def _tell_as_broken(send: Send) -> Send:
    @wraps(send)
    def sent(connection: AIOKafkaConnection, *arguments: Any, **options: Any) -> Any:
        try:
            return send(connection, *arguments, **options)
        except KafkaError:  # Each of them is a RuntimeError, too.
            raise
        except RuntimeError as error:
            connection.close(reason=CloseReason.CONNECTION_BROKEN)
            raise KafkaConnectionError(f"connection broken: {error}") from error

    return sent


def ended_task(client: AIOKafkaConsumer | AIOKafkaProducer) -> str | None:
    """Name the task by which an open client reaches the brokers, where one has ended.

    Nothing but a new client helps then. None where all of them run, and before the client is open.
    """
    ended = (name for name, task in _tasks(client).items() if task is not None and task.done())
    return next(ended, None)


def require_alive(client: AIOKafkaConsumer | AIOKafkaProducer) -> None:
    """Check that an open client still reaches the brokers by itself.

    Raises:
        ClientLost: if one of its tasks has ended.
    """
    if name := ended_task(client):
        raise ClientLost(f"Kafka: the client's task for {name} has ended")


def cut_off(client: AIOKafkaConsumer | AIOKafkaProducer) -> None:
    """Let go of what is left of a client whose orderly end failed, as that of a lost one does."""
    for task in _tasks(client).values():
        if task is not None:
            task.cancel()
    driver = client.client if isinstance(client, AIOKafkaProducer) else client._client
    for connection in list(driver._conns.values()):
        connection.close()


def _tasks(
    client: AIOKafkaConsumer | AIOKafkaProducer,
) -> dict[str, "asyncio.Task[None] | None"]:
    if isinstance(client, AIOKafkaProducer):
        return {"metadata": client.client._sync_task, "sending": client._sender.sender_task}
    return {
        "metadata": client._client._sync_task,
        "fetching": client._fetcher and client._fetcher._fetch_task,
        # A client in no group has none.
        "its group": getattr(client._coordinator, "_coordination_task", None),
    }
