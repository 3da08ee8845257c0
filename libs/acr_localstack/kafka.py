"""Runs a real Apache Kafka, one broker or a cluster, on loopback. Knows no topics and no clients."""

import base64
import json
import os
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from acr_localstack.cache import Report
from acr_localstack.data_lock import hold_data
from acr_localstack.errors import StackError, StartFailed
from acr_localstack.java import find_java
from acr_localstack.kafka_jars import KAFKA_VERSION, ensure_kafka_jars
from acr_localstack.kafka_launch import HEAP_MEBIBYTES, BrokerFolder, Launcher
from acr_localstack.kafka_probe import known_brokers
from acr_localstack.kafka_properties import Detour, Seat, server_properties
from acr_localstack.leash import ManagedProcess
from acr_localstack.ports import LOOPBACK, free_ports, require_port

START_SECONDS_MAX = 90.0
STOP_SECONDS_MAX = 20.0
POLL_SECONDS = 0.05
PORT_SETTING = "--kafka-port"

NO_SETTINGS: Mapping[str, str] = MappingProxyType({})


class Broker:
    """One broker process, which can be ended in several ways and started again on its data."""

    def __init__(
        self, seat: Seat, folder: BrokerFolder, start: Callable[[], ManagedProcess]
    ) -> None:
        self._seat = seat
        self._folder = folder
        self._start = start
        self._process: ManagedProcess | None = None

    @property
    def node_id(self) -> int:
        """Its id in the cluster, from 1."""
        return self._seat.node_id

    @property
    def port(self) -> int:
        """The port for clients, the same through every start of this cluster."""
        return self._seat.port

    @property
    def address(self) -> str:
        """host:port for clients."""
        return f"{LOOPBACK}:{self.port}"

    @property
    def pid(self) -> int:
        """The process id of the latest start."""
        return self._started().pid

    @property
    def running(self) -> bool:
        """Whether its process is there; a suspended one is."""
        return self._process is not None and self._process.running

    @property
    def log(self) -> Path:
        """The file with what it says."""
        return self._folder.printed

    @property
    def storage(self) -> Path:
        """The folder of its topics' data."""
        return self._folder.storage

    def launch(self) -> None:
        """Start the process where it does not run; does not wait for it."""
        if not self.running:
            self._process = self._start()

    def start(self, seconds: float = START_SECONDS_MAX) -> None:
        """Start it on its data and wait until it is a member that takes requests.

        Raises StartFailed; in a cluster it cannot come back while no majority runs.
        """
        self.launch()
        self.wait_until_known({self.node_id}, seconds)

    def wait_until_known(self, node_ids: set[int], seconds: float) -> None:
        """Wait until it answers and sees these brokers; raises StartFailed."""
        deadline = time.monotonic() + seconds
        while not node_ids <= known_brokers(self.port):
            self._started().require_running(f"Kafka broker {self.node_id}")
            if time.monotonic() > deadline:
                tail = self._started().tail()
                raise StartFailed(
                    f"Kafka broker {self.node_id} did not answer on {self.address} in "
                    f"{seconds:.0f} s; {self.log} ends:\n{tail}"
                )
            time.sleep(POLL_SECONDS)

    def stop(self) -> int:
        """End it in order and give its exit status; kills it where that takes too long."""
        return self._started().terminate(STOP_SECONDS_MAX)

    def kill(self) -> None:
        """End it with SIGKILL, as a crash of its machine would."""
        self._started().kill()

    def suspend(self) -> None:
        """Stop its clock: connections stay open and nothing answers."""
        self._started().suspend()

    def resume(self) -> None:
        """Let it go on after suspend."""
        self._started().resume()

    def _started(self) -> ManagedProcess:
        if self._process is None:
            raise StackError(f"Kafka broker {self.node_id} was never started")
        return self._process


@dataclass(frozen=True, slots=True)
class KafkaCluster:
    """A running cluster. ``bootstrap`` is "host:port", with commas between several."""

    bootstrap: str
    brokers: tuple[Broker, ...]


@contextmanager
def running_kafka(
    home: Path,
    *,
    data: Path,
    report: Report,
    brokers: int = 1,
    ports: Sequence[int] | None = None,
    extra_settings: Mapping[str, str] = NO_SETTINGS,
    quick_start: bool = False,
    heap_mebibytes: int = HEAP_MEBIBYTES,
    detours: Sequence[Detour] = (),
) -> Iterator[KafkaCluster]:
    """Run that many brokers on ``data``, which is kept; yields when all of them answer.

    ``home`` is the cache folder for the jars; ``ports`` are for clients, one each, free ones
    without it. ``quick_start`` saves half a second per start and costs a fifth of the throughput;
    the heap is each broker's; ``detours`` are second ways in, one each, or none.
    Raises StackError: Java or Maven missing, port taken, data in use, failed start.
    """
    data = data.absolute()
    jars = ensure_kafka_jars(home.absolute(), report)
    launcher = Launcher(find_java(os.environ), jars, quick_start, heap_mebibytes)
    with hold_data(data) as held:
        seats = _choose_seats(brokers, ports, detours)
        cluster_id = _cluster_id(data, brokers)
        folders = [BrokerFolder(data / f"broker-{seat.node_id}") for seat in seats]
        for seat, folder in zip(seats, folders, strict=True):
            folder.root.mkdir(exist_ok=True)
            text = server_properties(seat, seats, folder.storage, extra_settings)
            folder.properties.write_text(text)
        _format_new(launcher, folders, cluster_id, report)
        cluster = _make_cluster(launcher, seats, folders, held)
        try:
            _start_all(cluster, report)
            yield cluster
        finally:
            _stop_all(cluster, launcher, folders, report)


def _choose_seats(
    brokers: int, ports: Sequence[int] | None, detours: Sequence[Detour]
) -> tuple[Seat, ...]:
    if detours and len(detours) != brokers:
        raise StackError(f"{brokers} Kafka brokers need as many detours, not {len(detours)}")
    if ports is not None and len(ports) != brokers:
        raise StackError(f"{brokers} Kafka brokers need as many ports, not {len(ports)}")
    for port in ports or ():
        require_port(port, "Kafka", PORT_SETTING)
    taken = {port for detour in detours for port in (detour.port, detour.advertised_port)}
    chosen = free_ports(2 * brokers, avoid={*taken, *(ports or ())})
    for_clients = tuple(ports) if ports is not None else chosen[:brokers]
    return tuple(
        Seat(
            number + 1,
            for_clients[number],
            chosen[brokers + number],
            detours[number] if detours else None,
        )
        for number in range(brokers)
    )


def new_cluster_id() -> str:
    """Make an id as Kafka does: base64 of a UUID, and none that reads like a command's option."""
    while True:
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        if not cluster_id.startswith("-"):
            return cluster_id


def _cluster_id(data: Path, brokers: int) -> str:
    """Read the cluster's id, or make one for new data; refuses data of another broker count."""
    file = data / "cluster.json"
    if file.exists():
        made = json.loads(file.read_text())
        if made["brokers"] != brokers:
            raise StackError(
                f"{data} was made by {made['brokers']} Kafka brokers and cannot be run by "
                f"{brokers}; choose another folder"
            )
        return str(made["id"])
    cluster_id = new_cluster_id()
    # Written whole or not at all: brokers formatted under one id never meet another.
    arriving = file.with_suffix(".part")
    arriving.write_text(json.dumps({"id": cluster_id, "brokers": brokers}))
    arriving.replace(file)
    return cluster_id


def _format_new(
    launcher: Launcher, folders: Sequence[BrokerFolder], cluster_id: str, report: Report
) -> None:
    new = [folder for folder in folders if not folder.formatted_mark.exists()]
    if not new:
        return
    report("formatting Kafka's storage")
    with ThreadPoolExecutor(len(new)) as pool:
        list(pool.map(lambda folder: launcher.format(folder, cluster_id, os.environ), new))


def _make_cluster(
    launcher: Launcher, seats: Sequence[Seat], folders: Sequence[BrokerFolder], held: int
) -> KafkaCluster:
    def starter(folder: BrokerFolder, write_classes: bool) -> Callable[[], ManagedProcess]:
        return lambda: launcher.start(folder, held, write_classes=write_classes, environ=os.environ)

    brokers = tuple(
        Broker(seat, folder, starter(folder, seat.node_id == 1))
        for seat, folder in zip(seats, folders, strict=True)
    )
    return KafkaCluster(",".join(broker.address for broker in brokers), brokers)


def _start_all(cluster: KafkaCluster, report: Report) -> None:
    report(f"starting Kafka {KAFKA_VERSION} on {cluster.bootstrap}")
    began = time.monotonic()
    for broker in cluster.brokers:
        broker.launch()
    everyone = {broker.node_id for broker in cluster.brokers}
    for broker in cluster.brokers:
        broker.wait_until_known(everyone, began + START_SECONDS_MAX - time.monotonic())
    report(f"Kafka answers after {time.monotonic() - began:.1f} s")


def _stop_all(
    cluster: KafkaCluster, launcher: Launcher, folders: Sequence[BrokerFolder], report: Report
) -> None:
    """Stop all at once: one by one, the last ones would miss a majority to sign off with."""
    running = [broker for broker in cluster.brokers if broker.running]
    if not running:
        return
    began = time.monotonic()
    with ThreadPoolExecutor(len(running)) as pool:
        statuses = dict(zip(running, pool.map(Broker.stop, running), strict=True))
    for broker, folder in zip(cluster.brokers, folders, strict=True):
        launcher.keep_classes(folder, statuses.get(broker, -1))
    report(f"Kafka stopped after {time.monotonic() - began:.1f} s")
