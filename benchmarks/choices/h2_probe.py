"""A small HTTP/2 client without TLS, to see how a server streams; needs the h2 package."""

from __future__ import annotations

import contextlib
import importlib
import socket
import time
from typing import Any

STREAM = 1


class Client:
    """One connection with one stream, driven by hand."""

    def __init__(self, port: int, path: str) -> None:
        self._link = socket.create_connection(("127.0.0.1", port), 1)
        connection = importlib.import_module("h2.connection")
        self._events = importlib.import_module("h2.events")
        self._h2: Any = connection.H2Connection()
        self._h2.initiate_connection()
        names = (":method", ":path", ":scheme", ":authority")
        values = ("POST", path, "http", "x")
        self._h2.send_headers(STREAM, list(zip(names, values, strict=True)))
        self._flush()

    def _flush(self) -> None:
        self._link.sendall(self._h2.data_to_send())

    def close(self) -> None:
        """Hang up."""
        self._link.close()

    def send(self, data: bytes, *, end: bool = False) -> None:
        """Send one DATA frame."""
        self._h2.send_data(STREAM, data, end_stream=end)
        self._flush()

    def window(self) -> int:
        """Bytes that the server lets us send now, at most one frame."""
        window = self._h2.local_flow_control_window(STREAM)
        return int(min(window, self._h2.max_outbound_frame_size))

    def receive(self) -> bytes:
        """Take in what has arrived; return the body bytes in it. Raises TimeoutError, EOFError."""
        arrived = self._link.recv(65536)
        if not arrived:
            raise EOFError("the server hung up")
        body = b""
        for event in self._h2.receive_data(arrived):
            if isinstance(event, self._events.DataReceived):
                body += event.data
                self._h2.acknowledge_received_data(event.flow_controlled_length, STREAM)
        self._flush()
        return body


def full_duplex(port: int) -> str:
    """Three lines, each echoed before the next is sent."""
    with contextlib.closing(Client(port, "/echo")) as client:
        try:
            for number in range(3):
                line = b"line %d\n" % number
                client.send(line)
                received = b""
                while line not in received:
                    received += client.receive()
        except (TimeoutError, EOFError) as error:
            return f"no ({type(error).__name__})"
        client.send(b"", end=True)
        return "yes"


def back_pressure(port: int, seconds: float = 1.2, bytes_max: int = 32 * 2**20) -> str:
    """How much of a body the server takes while its application reads nothing."""
    sent = 0
    deadline = time.monotonic() + seconds
    with contextlib.closing(Client(port, "/stall")) as client:
        client.receive()
        try:
            while time.monotonic() < deadline and sent < bytes_max:
                size = client.window()
                if size > 0:
                    client.send(bytes(size))
                    sent += size
                else:
                    client.receive()
        except TimeoutError:
            return f"yes: took {sent / 2**20:.2f} MiB"
        except EOFError:
            return f"hung up after {sent / 2**20:.2f} MiB"
    return f"no: took {sent / 2**20:.2f} MiB"
