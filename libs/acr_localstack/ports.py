"""Chooses free TCP ports of the loopback address, and says who has a port that is taken."""

import errno
import random
import socket
from collections.abc import Collection
from contextlib import suppress

import psutil

from acr_localstack.errors import PortTaken, StackError

LOOPBACK = "127.0.0.1"
# Below the ports that systems give to outgoing connections: a client that keeps dialling a stopped
# server in that range can end up connected to itself and so take the server's port away.
PORT_MIN = 20_000
PORT_MAX = 29_999
TRIES_MAX = 200


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this port of the loopback address now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # Connections that were closed a moment ago do not hinder a server.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
            probe.listen(1)
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise
    return True


def free_ports(count: int, avoid: Collection[int] = ()) -> tuple[int, ...]:
    """Choose that many different free ports, at random so that runs side by side do not meet."""
    candidates = random.SystemRandom().sample(range(PORT_MIN, PORT_MAX + 1), TRIES_MAX)
    chosen: list[int] = []
    for port in candidates:
        if len(chosen) == count:
            break
        if port not in avoid and is_free(port):
            chosen.append(port)
    if len(chosen) < count:
        raise StackError(f"found no {count} free ports between {PORT_MIN} and {PORT_MAX}")
    return tuple(chosen)


def free_port() -> int:
    """Choose one free port."""
    return free_ports(1)[0]


def require_port(port: int, purpose: str, setting: str | None = None) -> None:
    """Raise PortTaken, naming the owner where that can be seen, unless the port is free.

    ``setting`` is what a person would change to choose another port.
    """
    if is_free(port):
        return
    pid = _listener_pid(port)
    name = None
    if pid is not None:
        with suppress(psutil.Error):
            name = psutil.Process(pid).name()
    raise PortTaken(port, purpose, pid, name, setting)


def _listener_pid(port: int) -> int | None:
    try:
        connections = psutil.net_connections(kind="tcp")
    except psutil.AccessDenied:
        return None
    for connection in connections:
        address = connection.laddr
        if connection.status == psutil.CONN_LISTEN and address and address.port == port:
            return connection.pid
    return None
