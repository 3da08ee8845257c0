"""Writes a broker's configuration: real KRaft, small, on loopback only. Starts nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from acr_localstack.ports import LOOPBACK

MIN_IN_SYNC_REPLICAS = 2

# Everything to the standard output, which goes to the broker's log file together with what the
# Java runtime itself has to say.
LOG4J = """\
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=[%d] %p %m (%c)%n
rootLogger.level=warn
rootLogger.appenderRef.out.ref=out
"""


@dataclass(frozen=True, slots=True)
class Detour:
    """A second way in: the broker listens on ``port`` and sends its clients to ``advertised_port``.

    Whoever begins at the advertised port, where something passes bytes on, is kept on that way.
    """

    port: int
    advertised_port: int


@dataclass(frozen=True, slots=True)
class Seat:
    """Where one broker sits: its node id, and its ports for clients and for the quorum."""

    node_id: int
    port: int
    controller_port: int
    detour: "Detour | None" = None


def server_properties(
    seat: Seat, seats: Sequence[Seat], log_folder: Path | str, extra: Mapping[str, str]
) -> str:
    """Give the text of server.properties for one broker of a cluster; ``extra`` wins."""
    count = str(len(seats))
    in_sync = str(min(MIN_IN_SYNC_REPLICAS, len(seats)))
    voters = ",".join(f"{one.node_id}@{LOOPBACK}:{one.controller_port}" for one in seats)
    settings = {
        "process.roles": "broker,controller",
        "node.id": str(seat.node_id),
        "controller.quorum.voters": voters,
        **_listeners(seat),
        "log.dirs": str(log_folder),
        "auto.create.topics.enable": "false",
        "default.replication.factor": count,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": count,
        "transaction.state.log.replication.factor": count,
        "transaction.state.log.min.isr": in_sync,
        "share.coordinator.state.topic.replication.factor": count,
        "share.coordinator.state.topic.min.isr": in_sync,
        # The usual 50 partitions each are for hundreds of groups; here they only cost time.
        "offsets.topic.num.partitions": "5",
        "transaction.state.log.num.partitions": "5",
        "group.initial.rebalance.delay.ms": "0",
        # A broker that was killed may sign in again only when its old session has run out.
        "broker.session.timeout.ms": "4000",
        "broker.heartbeat.interval.ms": "1000",
        # A quarter of the heap would go to this buffer otherwise.
        "log.cleaner.dedupe.buffer.size": str(16 * 1024 * 1024),
    }
    return "".join(f"{name}={value}\n" for name, value in {**settings, **extra}.items())


def _listeners(seat: Seat) -> dict[str, str]:
    clients = [f"PLAINTEXT://{LOOPBACK}:{seat.port}"]
    advertised = list(clients)
    if seat.detour is not None:
        clients.append(f"DETOUR://{LOOPBACK}:{seat.detour.port}")
        advertised.append(f"DETOUR://{LOOPBACK}:{seat.detour.advertised_port}")
    return {
        "listeners": ",".join([*clients, f"CONTROLLER://{LOOPBACK}:{seat.controller_port}"]),
        "advertised.listeners": ",".join(advertised),
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": (
            "PLAINTEXT:PLAINTEXT,DETOUR:PLAINTEXT,CONTROLLER:PLAINTEXT"
        ),
    }
