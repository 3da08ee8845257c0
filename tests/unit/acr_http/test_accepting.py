"""Connections are taken several at a time, and none after the stop."""

import asyncio
import socket
from urllib.parse import urlsplit

import pytest
import uvloop
from starlette.types import Receive, Scope, Send

from acr_http.accepting import ACCEPTED_A_ROUND
from acr_testkit.served_app import served

SENDERS = 3 * ACCEPTED_A_ROUND
# Beside those that take connections: to read their requests, and to begin on them.
FURTHER_ROUNDS = 4
REQUEST = b"GET / HTTP/1.1\r\nHost: test\r\n\r\n"


def test_a_round_of_the_loop_takes_several_connections() -> None:
    """Goal: where rounds are long because of a flood, a new sender is not kept out by it."""
    assert uvloop.run(_come_in()) <= SENDERS / ACCEPTED_A_ROUND + FURTHER_ROUNDS


async def _come_in() -> int:
    """Connect all senders while the loop stands still; gives the rounds until all are heard."""
    heard = 0

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal heard
        heard += 1
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async with served(app) as url:
        address = ("127.0.0.1", urlsplit(url).port or 0)
        senders = [socket.create_connection(address) for _ in range(SENDERS)]
        for sender in senders:
            sender.sendall(REQUEST)
        rounds = 0
        while heard < SENDERS:
            rounds += 1
            await asyncio.sleep(0)
        for sender in senders:
            sender.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address, timeout=1)
    return rounds
