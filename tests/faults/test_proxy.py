"""The proxy loses what it is told to lose, and nothing else."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from acr_localstack.ports import free_ports
from acr_testkit.tcp_proxy import LOOPBACK, CuttingProxy

SILENCE_SECONDS = 0.2
ANSWER = b"y" * 10_000


@pytest.fixture
async def ways() -> AsyncIterator[tuple[CuttingProxy, int]]:
    """A proxy before a server that answers each line with `ANSWER`, and the proxy's port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            writer.write(ANSWER)
            await writer.drain()
        writer.close()

    server_port, port = free_ports(2)
    server = await asyncio.start_server(answer, LOOPBACK, server_port)
    proxy = CuttingProxy(server_port, seed=1)
    async with proxy.listening(port):
        yield proxy, port
    server.close()


async def ask(streams: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> bytes:
    reader, writer = streams
    writer.write(b"?\n")
    return await reader.readexactly(len(ANSWER))


async def silent(asking: "asyncio.Task[bytes]") -> bool:
    done, _ = await asyncio.wait({asking}, timeout=SILENCE_SECONDS)
    return not done


async def test_what_is_held_back_comes_when_it_flows(ways: tuple[CuttingProxy, int]) -> None:
    proxy, port = ways
    streams = await asyncio.open_connection(LOOPBACK, port)
    assert await ask(streams) == ANSWER
    proxy.stall()
    asking = asyncio.create_task(ask(streams))

    assert await silent(asking)

    proxy.flow()
    assert await asking == ANSWER
    streams[1].close()


async def test_an_abandoned_connection_stays_silent_and_new_ones_are_served(
    ways: tuple[CuttingProxy, int],
) -> None:
    proxy, port = ways
    old = await asyncio.open_connection(LOOPBACK, port)
    await ask(old)
    proxy.abandon()
    asking = asyncio.create_task(ask(old))

    assert await silent(asking)

    new = await asyncio.open_connection(LOOPBACK, port)
    assert await ask(new) == ANSWER
    asking.cancel()
    for _, writer in (old, new):
        writer.close()


async def test_an_answer_is_cut_within_its_bytes(ways: tuple[CuttingProxy, int]) -> None:
    proxy, port = ways
    proxy.answer_bytes_max = 5_000
    streams = await asyncio.open_connection(LOOPBACK, port)

    with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
        await ask(streams)

    assert proxy.cuts == 1
    streams[1].close()
