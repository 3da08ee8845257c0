"""Speaks HTTP byte by byte, so that tests can do what no client library does. Sends what it is told."""

import http.client
import socket
from types import TracebackType
from typing import Self

import httpx

READ_SECONDS_MAX = 15.0


class RawConnection:
    """One TCP connection to a service, closed at the end of its block."""

    def __init__(self, url: str, seconds_max: float = READ_SECONDS_MAX) -> None:
        """Connect; ``seconds_max`` bounds each read."""
        target = httpx.URL(url)
        self._socket = socket.create_connection((target.host, target.port or 80), seconds_max)
        self._reader = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.hang_up()

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._socket.sendall(data)

    def answer(self) -> httpx.Response:
        """Read one answer, which must tell its length; an interim one (1xx) fails the test."""
        version, status = self._reader.readline().split(b" ")[:2]
        assert version == b"HTTP/1.1"
        assert not status.startswith(b"1"), "an interim answer came first"
        fields = http.client.parse_headers(self._reader)
        body = self._reader.read(int(fields["content-length"]))
        return httpx.Response(int(status), headers=fields.items(), content=body)

    def ended(self) -> bool:
        """Wait until the service closes; False where it sends something instead, or nothing."""
        try:
            return self._reader.read(1) == b""
        except ConnectionError:
            return True
        except TimeoutError:
            return False

    def hang_up(self) -> None:
        """Close our side."""
        self._reader.close()
        self._socket.close()


def post_head(path: str, *fields: str) -> bytes:
    """Write the head of a POST request for JSON, with further fields."""
    lines = [f"POST {path} HTTP/1.1", "Host: test", "Content-Type: application/json", *fields]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
