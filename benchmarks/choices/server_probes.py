"""Tries by hand, over raw sockets, what each HTTP server does at the edges; measures no speed.

Needs curl for HTTP/2. Run from the root of the checkout: python -m benchmarks.choices.server_probes
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable

import psutil
from benchmarks.choices.http_servers import running

SERVERS = ("uvicorn", "uvicorn-timed", "uvicorn-zttp", "granian-embed", "granian")
OTHER_SERVERS = ("hypercorn", "aiohttp")
Probe = Callable[[int], str]


def _connect(port: int, timeout: float = 5) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout)


def _post(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: x", *headers, "", ""]).encode()


def _first_line(link: socket.socket, timeout: float = 5) -> str:
    link.settimeout(timeout)
    try:
        received = link.recv(65536)
    except TimeoutError:
        return f"nothing for {timeout:g} s"
    except ConnectionError as error:
        return type(error).__name__
    return received.split(b"\r\n")[0].decode("latin-1") or "closed"


def disconnect_seen(port: int) -> str:
    """(a) Hang up while the application waits for its result."""
    with _connect(port) as link:
        link.sendall(_post("/hold", "Content-Length: 2") + b"{}")
        time.sleep(0.3)
    time.sleep(0.5)
    with _connect(port) as link:
        link.sendall(b"GET /seen HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        received = b""
        with contextlib.suppress(TimeoutError):
            while part := link.recv(65536):
                received += part
    start = received.find(b"{")
    return str(json.loads(received[start : received.rfind(b"}") + 1])["disconnect"])


def full_duplex(port: int) -> str:
    """(b) Send a chunk, expect its echo, then send the next: three times on one upload."""
    with _connect(port, 1.5) as link:
        link.sendall(_post("/echo", "Transfer-Encoding: chunked"))
        for number in range(3):
            line = b"line %d\n" % number
            link.sendall(b"%x\r\n%s\r\n" % (len(line), line))
            received = b""
            try:
                while line not in received:
                    part = link.recv(65536)
                    if not part:
                        return f"no: closed at line {number}"
                    received += part
            except TimeoutError:
                return f"no: nothing for line {number} while the upload runs"
        link.sendall(b"0\r\n\r\n")
        return "yes"


def _seconds_until_closed(link: socket.socket, limit: float) -> str:
    began = time.monotonic()
    link.settimeout(0.25)
    while time.monotonic() - began < limit:
        try:
            if not link.recv(65536):
                return f"cut after {time.monotonic() - began:.1f} s"
        except TimeoutError:
            with contextlib.suppress(OSError):
                link.sendall(b"x")
        except ConnectionError:
            return f"cut after {time.monotonic() - began:.1f} s"
    return f"still open after {limit:g} s"


def slow_headers(port: int) -> str:
    """(c) One header byte each quarter second; then a client that says nothing at all."""
    with _connect(port) as link:
        link.sendall(b"POST /submit HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        trickle = _seconds_until_closed(link, 7)
    with _connect(port) as link:
        link.settimeout(7)
        began = time.monotonic()
        try:
            link.recv(1)
            silent = f"cut after {time.monotonic() - began:.1f} s"
        except TimeoutError:
            silent = "still open after 7 s"
    return f"trickle: {trickle}; silent: {silent}"


def back_pressure(port: int) -> str:
    """(d) Push a body while the application does not read; what the kernels hold is in it."""
    size = 48 * 1024 * 1024
    sent = 0
    with _connect(port) as link:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 65536)
        link.sendall(_post("/stall", f"Content-Length: {size}"))
        link.settimeout(0.3)
        with contextlib.suppress(TimeoutError):
            while sent < size:
                sent += link.send(bytes(min(65536, size - sent)))
    return f"{'yes' if sent < size else 'no'}: took {sent / 2**20:.1f} MiB"


def expect_continue(port: int) -> str:
    """(f) Wait for the interim answer before sending the body."""
    with _connect(port) as link:
        link.sendall(_post("/submit", "Content-Length: 2", "Expect: 100-continue"))
        return _first_line(link, 2)


def early_refusal(port: int) -> str:
    """(h) Declare a body above the limit, send none of it, expect 413; then the same with Expect."""
    with _connect(port) as link:
        link.sendall(_post("/limit", "Content-Length: 50000000"))
        plain = _first_line(link, 2)
    with _connect(port) as link:
        link.sendall(_post("/limit", "Content-Length: 50000000", "Expect: 100-continue"))
        return f"{plain}; with Expect: {_first_line(link, 2)}"


def malformed(port: int) -> str:
    """(i) Bytes that are no HTTP, then two framings that smugglers like."""
    both = _post("/limit", "Content-Length: 2", "Transfer-Encoding: chunked") + b"0\r\n\r\n"
    twice = _post("/limit", "Content-Length: 2", "Content-Length: 3") + b"{}"
    answers = []
    for request in (b"\x00\x01 nonsense\r\n\r\n", both, twice):
        with _connect(port) as link:
            link.sendall(request)
            answers.append(_first_line(link, 2).replace("HTTP/1.1 ", ""))
    return "garbage: {}; CL+TE: {}; two CL: {}".format(*answers)


def http2(port: int) -> str:
    """(g) HTTP/2 with prior knowledge and without TLS."""
    body = '{"dartheader": {"id": "1", "partnerid": "2", "versionno": 3}}'
    command = ["curl", "-s", "-m", "3", "-o", "/dev/null", "-w", "%{http_version} %{http_code}"]
    url = f"http://127.0.0.1:{port}/submit"
    finished = subprocess.run(
        [*command, "--http2-prior-knowledge", "-d", body, url],
        check=False,
        capture_output=True,
        text=True,
    )
    return finished.stdout if finished.returncode == 0 else f"no (curl {finished.returncode})"


def http2_streams(port: int) -> str:
    """(g) On one HTTP/2 stream: echo while the upload runs; then a body that nobody reads."""
    h2_probe = importlib.import_module("benchmarks.choices.h2_probe")
    return f"duplex {h2_probe.full_duplex(port)}; back-pressure {h2_probe.back_pressure(port)}"


PROBES: dict[str, Probe] = {
    "a http.disconnect while waiting": disconnect_seen,
    "b full duplex": full_duplex,
    "c slow headers": slow_headers,
    "d back-pressure": back_pressure,
    "f Expect: 100-continue": expect_continue,
    "g h2c prior knowledge": http2,
    "g HTTP/2 streams": http2_streams,
    "h refusal before the body": early_refusal,
    "i malformed": malformed,
}


def drain(server: str, loop: str) -> str:
    """(e) SIGTERM with one request in flight and one idle connection; then how it ended."""
    with running(server, "probe", loop) as (process, port):
        idle = _connect(port)
        idle.sendall(_post("/limit", "Content-Length: 0"))
        _first_line(idle)
        answers: list[str] = []

        def slow_request() -> None:
            with _connect(port) as link:
                link.sendall(_post("/slow", "Content-Length: 2") + b"{}")
                answers.append(_first_line(link))

        caller = threading.Thread(target=slow_request)
        caller.start()
        time.sleep(0.3)
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        caller.join()
        try:
            code = process.wait(10)
        except psutil.TimeoutExpired:
            return f"in flight: {answers[0]}; still running after 10 s"
        took = time.monotonic() - began
        said = process.stdout.read().decode().strip() if process.stdout else ""
        idle.close()
        return f"in flight: {answers[0]}; exit {code} after {took:.1f} s; said {said!r}"


def examine(server: str, loop: str) -> dict[str, str]:
    """Run every probe against a fresh process of one server."""
    with running(server, "probe", loop) as (_, port):
        found = {name: _safely(probe, port) for name, probe in PROBES.items()}
    found["e drain on SIGTERM"] = drain(server, loop)
    with contextlib.suppress(RuntimeError), running(server, "starlette-duplex", loop) as (_, port):
        if server not in ("granian", "aiohttp"):
            found["b again, Starlette's StreamingResponse"] = full_duplex(port)
    return found


def _safely(probe: Probe, port: int) -> str:
    try:
        return probe(port)
    except (OSError, ValueError, ImportError) as error:
        return f"failed: {type(error).__name__} {error}"


def main() -> None:
    """Probe the chosen servers and print a list for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", default=[*SERVERS, *OTHER_SERVERS], metavar="SERVER")
    parser.add_argument("--loop", choices=["asyncio", "uvloop"], default="uvloop")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = {server: examine(server, options.loop) for server in options.only}
    if options.json:
        print(json.dumps(found, indent=2))
        return
    for server, findings in found.items():
        print(f"\n## {server}")
        for name, finding in findings.items():
            print(f"- {name}: {finding}")


if __name__ == "__main__":
    main()
