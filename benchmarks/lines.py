"""Makes files of submissions, one a line, and sends them as streams or single posts. Judges nothing."""

import json
import re
import socket
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.wire import LoadFailed

from acr_registries.catalogue import load_registries
from acr_registries.examples import read_submissions

CHUNK_LINES = 50
# As many lines as the gateway works on at once: what is pushed beyond waits in sockets and says nothing.
WINDOW_CHUNKS = 20
READ_BYTES = 256 * 1024
TAIL_BYTES = 4096
STANDSTILL_SECONDS_MAX = 60.0
_LINE = re.compile(rb'\n\{"line":(\d+),')
_SUMMARY = re.compile(rb'\{"summary":(\{.*?\})\}')


@dataclass(frozen=True, slots=True)
class Sample:
    """An example of a registry's own that lines are made of."""

    name: str
    registry: str
    example: str


SAMPLES = (
    Sample("CDSR sample", "cdsr", "published-sample"),
    Sample("LCSR exam", "lcsr", "annual-with-follow-up"),
)


def path_of(registry: str) -> str:
    """Give the path at which a registry's submissions are taken."""
    return f"/v1/registries/{registry}/submissions"


def make_lines(sample: Sample, count: int) -> list[bytes]:
    """Make so many submissions that differ in their header id alone, each with its line end."""
    declared = load_registries()[sample.registry]
    body = read_submissions(declared.package, "valid")[sample.example]
    held = str(uuid.uuid4())
    body["dartheader"]["id"] = held
    before, after = json.dumps(body, separators=(",", ":")).split(held)
    start, end = before.encode(), after.encode() + b"\n"
    return [start + str(uuid.uuid4()).encode() + end for _ in range(count)]


def write_lines(path: Path, sample: Sample, count: int) -> list[bytes]:
    """Make lines, write them into a file, and give them too."""
    lines = make_lines(sample, count)
    path.write_bytes(b"".join(lines))
    return lines


def as_requests(registry: str, lines: Sequence[bytes], preference: str = "") -> Iterator[bytes]:
    """Give the same lines as single requests; ``preference`` is a whole header line or none."""
    head = (
        f"POST {path_of(registry)} HTTP/1.1\r\nHost: gateway\r\n"
        f"Content-Type: application/json\r\n{preference}Content-Length: "
    ).encode()
    for line in lines:
        yield b"%b%d\r\n\r\n%b" % (head, len(line) - 1, line[:-1])


@dataclass(slots=True)
class Streamed:
    """What came of one stream; it fills while the stream lasts. Latencies are of each line, seconds."""

    seconds: float = 0.0
    summary: dict[str, Any] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)


class Stream:
    """One upload over one blocking connection, sent by a thread of its own while answers are read."""

    def __init__(self, url: str, registry: str, lines: Sequence[bytes], preference: str) -> None:
        """Keep what is to be sent; ``preference`` as above."""
        address = urlsplit(url)
        self._address = (str(address.hostname), address.port or 80)
        self._head = (
            f"POST {path_of(registry)} HTTP/1.1\r\nHost: gateway\r\n{preference}"
            "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
        ).encode()
        self._lines = lines
        self._sent_at: list[float] = []
        self._room = threading.Semaphore(WINDOW_CHUNKS)

    def run(self, *, timed: bool = False) -> Streamed:
        """Send all, read all. Blocks.

        With ``timed`` each line's latency is taken, and no more are sent ahead than the gateway
        works on.

        Raises:
            LoadFailed: if a line is not taken, or the answer is not whole.
        """
        done = Streamed()
        with socket.create_connection(self._address, STANDSTILL_SECONDS_MAX) as connection:
            began = time.perf_counter()
            sending = threading.Thread(target=self._send, args=(connection, timed), daemon=True)
            sending.start()
            tail = self._read(connection, done.latencies if timed else None)
            done.seconds = time.perf_counter() - began
            sending.join()
        found = _SUMMARY.search(tail)
        if found is None:
            raise LoadFailed(f"the answer to a stream is not whole: {tail[-300:]!r}")
        done.summary = json.loads(found[1])
        if done.summary["lines"] != len(self._lines) or done.summary.get("refused"):
            raise LoadFailed(f"{len(self._lines)} lines were sent, but it says {done.summary}")
        return done

    def _send(self, connection: socket.socket, timed: bool) -> None:
        connection.sendall(self._head)
        for begin in range(0, len(self._lines), CHUNK_LINES):
            data = b"".join(self._lines[begin : begin + CHUNK_LINES])
            if timed:
                self._room.acquire()
            self._sent_at.append(time.perf_counter())
            connection.sendall(b"%x\r\n%b\r\n" % (len(data), data))
        connection.sendall(b"0\r\n\r\n")

    def _read(self, connection: socket.socket, latencies: list[float] | None) -> bytes:
        """Read to the end of the answer; gives its last bytes."""
        held = b""
        while not held.endswith(b"\r\n0\r\n\r\n"):
            data = connection.recv(READ_BYTES)
            if not data:
                raise LoadFailed("the gateway closed a stream")
            held += data
            held = held[-TAIL_BYTES:] if latencies is None else self._note(held, latencies)
        if latencies is not None and len(latencies) != len(self._lines):
            raise LoadFailed(f"{len(latencies)} of {len(self._lines)} lines were answered")
        return held

    def _note(self, held: bytes, latencies: list[float]) -> bytes:
        """Take the time of each line whose answer is here; gives what is not looked at yet."""
        now, looked_at = time.perf_counter(), 0
        for found in _LINE.finditer(held):
            latencies.append(now - self._sent_at[(int(found[1]) - 1) // CHUNK_LINES])
            looked_at = found.end()
            if len(latencies) % CHUNK_LINES == 0:
                self._room.release()
        return held[looked_at:]
