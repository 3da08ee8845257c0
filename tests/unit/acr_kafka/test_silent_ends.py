"""A connection that was reset is a broken one on uvloop, too, whoever writes before that is known."""

import asyncio
import socket
import struct

import uvloop
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.admin import ApiVersionRequest

from acr_kafka.silent_ends import mend_connections
from acr_localstack.ports import LOOPBACK

BYTES_BEFORE_THE_RESET = 64
RESET = struct.pack("ii", 1, 0)  # SO_LINGER with no time to linger: closing resets.


class Unversioned(AIOKafkaConnection):  # type: ignore[misc]  # aiokafka is untyped.
    """A connection that does not ask first which versions are spoken."""

    async def _do_version_lookup(self) -> None:
        return


async def _reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Be a broker that is killed while requests come in."""
    await reader.readexactly(BYTES_BEFORE_THE_RESET)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()


async def _write_until_closed() -> list[Exception]:
    """Write at every step of the loop; gives what that raised."""
    server = await asyncio.start_server(_reset, LOOPBACK, 0)
    connection = Unversioned(LOOPBACK, server.sockets[0].getsockname()[1])
    await connection.connect()
    raised: list[Exception] = []
    while connection.connected():
        try:
            connection.send(ApiVersionRequest()).close()  # Nobody waits for the answer.
        except Exception as error:  # noqa: BLE001  # Which ones come is the question.
            raised.append(error)
        await asyncio.sleep(0)
    server.close()
    return raised


def test_who_writes_to_a_reset_connection_is_told_that_it_is_broken() -> None:
    mend_connections()

    raised = uvloop.run(_write_until_closed())

    assert [type(each) for each in raised] == [KafkaConnectionError]


def test_mending_again_changes_nothing() -> None:
    mend_connections()
    send = AIOKafkaConnection.send

    mend_connections()

    assert AIOKafkaConnection.send is send
