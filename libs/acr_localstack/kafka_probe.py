"""Asks a Kafka broker which brokers it knows. Speaks one request; no client library.

The local stack stands beside the adapters and must not import theirs; and what it needs to know,
whether a broker serves requests and sees its fellows, is one small answer of a fixed form.
"""

import socket
import struct

from acr_localstack.ports import LOOPBACK

PROBE_SECONDS = 2.0
ANSWER_BYTES_MAX = 1 << 20
_METADATA = 3
_METADATA_VERSION = 1
_NO_TOPICS = struct.pack(">i", 0)


def known_brokers(port: int) -> frozenset[int]:
    """Give the node ids in a broker's answer to a Metadata request; empty where it gives none.

    A broker is named from when it has caught up with the cluster's metadata and takes requests.
    """
    client = b"acr-localstack"
    header = struct.pack(">hhih", _METADATA, _METADATA_VERSION, 1, len(client)) + client
    request = header + _NO_TOPICS
    try:
        with socket.create_connection((LOOPBACK, port), PROBE_SECONDS) as connection:
            connection.settimeout(PROBE_SECONDS)
            connection.sendall(struct.pack(">i", len(request)) + request)
            (size,) = struct.unpack(">i", _receive(connection, 4))
            return _node_ids(_receive(connection, min(size, ANSWER_BYTES_MAX)))
    except (OSError, struct.error):
        return frozenset()


def _receive(connection: socket.socket, size: int) -> bytes:
    received = bytearray()
    while len(received) < size:
        if not (some := connection.recv(size - len(received))):
            raise ConnectionResetError
        received += some
    return bytes(received)


def _node_ids(answer: bytes) -> frozenset[int]:
    """Read correlation id, then an array of node id, host, port, rack."""
    count, position = struct.unpack_from(">4xi", answer)[0], 8
    found = set()
    for _ in range(count):
        node_id, host_length = struct.unpack_from(">ih", answer, position)
        position += 6 + host_length + 4
        (rack_length,) = struct.unpack_from(">h", answer, position)
        position += 2 + max(rack_length, 0)
        found.add(node_id)
    return frozenset(found)
