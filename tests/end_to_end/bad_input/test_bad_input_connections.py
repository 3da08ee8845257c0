"""Senders that break off, send too much or no HTTP at all, byte by byte on a connection."""

import uuid

import httpx
import pytest

from acr_http.problems import Kind
from acr_localstack.services import System
from acr_settings.settings import GatewaySettings
from acr_testkit.awaiting import wait_until
from acr_testkit.kept_log import Kept
from acr_testkit.problem_answers import MARKER, check_problem
from acr_testkit.raw_http import RawConnection, post_head
from acr_testkit.samples import as_bytes, submission

PATH = "/v1/registries/lcsr/submissions"
BYTES_MAX = GatewaySettings().body_bytes_max
SOON_SECONDS = 3.0


def metric(gateway: httpx.Client, sample: str) -> float:
    """The value of one sample of the gateway's metrics; 0 where it was never counted."""
    lines = gateway.get("/metrics").text.splitlines()
    return next((float(one.split()[-1]) for one in lines if one.startswith(f"{sample} ")), 0.0)


def valid_body(header_id: str) -> bytes:
    return as_bytes(submission("lcsr", header_id=header_id))


@pytest.mark.parametrize("field", [(), ("Expect: 100-continue",)], ids=["plain", "expecting"])
def test_a_body_announced_as_too_large_is_refused_before_it_is_sent(
    gateway: httpx.Client, system: System, field: tuple[str, ...]
) -> None:
    with RawConnection(system.gateway.url, seconds_max=SOON_SECONDS) as connection:
        connection.send(post_head(PATH, f"Content-Length: {BYTES_MAX + 1}", *field))

        problem = check_problem(gateway, connection.answer(), Kind.TOO_LARGE)

        assert str(BYTES_MAX) in problem["detail"]
        assert connection.ended()


def test_a_body_in_chunks_is_refused_when_it_passes_the_limit(
    gateway: httpx.Client, system: System
) -> None:
    chunk = b"40000\r\n" + b" " * 0x40000 + b"\r\n"
    with RawConnection(system.gateway.url, seconds_max=SOON_SECONDS) as connection:
        connection.send(post_head(PATH, "Transfer-Encoding: chunked"))
        for _ in range(BYTES_MAX // 0x40000):
            connection.send(chunk)
        connection.send(b"1\r\n \r\n")

        check_problem(gateway, connection.answer(), Kind.TOO_LARGE)

        assert connection.ended()


def test_a_body_of_just_the_limit_is_taken(gateway: httpx.Client, kept: Kept) -> None:
    body = valid_body(str(uuid.uuid4())).ljust(BYTES_MAX)

    answer = gateway.post(PATH, content=body, headers={"Content-Type": "application/json"})

    assert answer.status_code == httpx.codes.CREATED
    kept.expect(answer)


def test_a_sender_that_hangs_up_while_we_wait_is_settled_all_the_same(
    gateway: httpx.Client, reader: httpx.Client, system: System, kept: Kept
) -> None:
    """Goal: an acknowledged submission outlives its sender.

    Method: the consumer stands still, so that the wait is sure to have begun when the sender goes.
    """
    header_id = str(uuid.uuid4())
    kept.header_ids.add(header_id)
    body, before = valid_body(header_id), metric(gateway, "acr_hang_ups_total")
    appended = 'acr_append_duration_seconds_count{registry="lcsr"}'
    appended_before = metric(gateway, appended)
    consumer = system.consumers["lcsr"].process
    consumer.suspend()
    try:
        with RawConnection(system.gateway.url) as connection:
            connection.send(post_head(PATH, f"Content-Length: {len(body)}", "Prefer: wait=60"))
            connection.send(body)
            wait_until(lambda: metric(gateway, appended) > appended_before, "the append")
        wait_until(lambda: metric(gateway, "acr_hang_ups_total") == before + 1, "the hang-up")
    finally:
        consumer.resume()

    record = f"/v1/registries/lcsr/records/ndsc/{header_id}"
    wait_until(lambda: reader.get(record).status_code == httpx.codes.OK, "the record")


def test_a_sender_that_hangs_up_in_mid_body_leaves_nothing(
    gateway: httpx.Client, system: System
) -> None:
    refused = 'acr_submissions_refused_total{problem="body-timeout",registry="lcsr"}'
    before, body = metric(gateway, refused), valid_body(str(uuid.uuid4()))

    with RawConnection(system.gateway.url) as connection:
        connection.send(post_head(PATH, f"Content-Length: {len(body)}") + body[:-1])

    wait_until(lambda: metric(gateway, refused) == before + 1, "the refusal")


def test_a_sender_that_hangs_up_in_mid_headers_leaves_nothing(system: System) -> None:
    with RawConnection(system.gateway.url) as connection:
        connection.send(post_head(PATH)[:-4])


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
        MARKER.encode() + b"\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /%zz HTTP/1.1\r\nHost: a\r\nNo colon\r\n\r\n",
        b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        post_head(PATH, "Content-Length: -1"),
        post_head(PATH, "Content-Length: 1x"),
        post_head(PATH, "Content-Length: 99999999999999999999999"),
        post_head(PATH, "Content-Length: 5", "Content-Length: 6"),
        post_head(PATH, "Content-Length: 5", "Transfer-Encoding: chunked"),
        post_head(PATH, "Transfer-Encoding: chunked") + b"zz\r\n" + MARKER.encode(),
        post_head(PATH, "X-Split: a\rb"),
    ],
    ids=[
        "nul",
        "tls",
        "word",
        "version",
        "no-colon",
        "method",
        "letters",
        "http-2",
        "minus",
        "word-length",
        "huge",
        "two-lengths",
        "both",
        "bad-chunk",
        "bare-return",
    ],
)
def test_what_is_no_http_is_refused_and_the_connection_closed(
    gateway: httpx.Client, system: System, garbage: bytes
) -> None:
    with RawConnection(system.gateway.url, seconds_max=SOON_SECONDS) as connection:
        connection.send(garbage)

        check_problem(gateway, connection.answer(), Kind.MALFORMED)

        assert connection.ended()


def test_garbage_behind_a_submission_does_not_hide_its_answer(system: System, kept: Kept) -> None:
    body = valid_body(str(uuid.uuid4()))
    with RawConnection(system.gateway.url) as connection:
        head = post_head(PATH, f"Content-Length: {len(body)}")
        connection.send(head + body + b"\x00" + MARKER.encode())

        answer = connection.answer()

        assert answer.status_code == httpx.codes.CREATED
        kept.expect(answer)
        assert connection.ended()


def test_endless_header_fields_are_refused(gateway: httpx.Client, system: System) -> None:
    with RawConnection(system.gateway.url, seconds_max=SOON_SECONDS) as connection:
        connection.send(post_head(PATH)[:-2] + b"X-Long: ")
        connection.send(b"x" * 1024 * 1024)

        check_problem(gateway, connection.answer(), Kind.HEADERS_TOO_LARGE)

        assert connection.ended()


def test_an_offer_to_speak_http_2_is_passed_over(
    gateway: httpx.Client, system: System, kept: Kept
) -> None:
    """Some client libraries make this offer with every first request of a connection."""
    offer = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk")
    with RawConnection(system.gateway.url) as connection:
        for _ in range(2):
            body = valid_body(str(uuid.uuid4()))
            connection.send(post_head(PATH, f"Content-Length: {len(body)}", *offer))
            gateway.get("/livez")  # By its answer the head has been read, and no body yet.
            connection.send(body)
            answer = connection.answer()
            assert answer.status_code == httpx.codes.CREATED
            kept.expect(answer)


def test_requests_sent_in_one_go_are_each_answered(gateway: httpx.Client, system: System) -> None:
    with RawConnection(system.gateway.url, seconds_max=SOON_SECONDS) as connection:
        connection.send((post_head(PATH, "Content-Length: 2") + b"[]") * 10)

        for _ in range(10):
            check_problem(gateway, connection.answer(), Kind.INVALID, [("HEADER-102", "")])
