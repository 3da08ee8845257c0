"""Runs our own services as processes beside the neighbours. Knows their names, not their code."""

import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from acr_localstack.cache import Report
from acr_localstack.errors import StartFailed
from acr_localstack.leash import ManagedProcess
from acr_localstack.neighbours import Neighbours

LOOPBACK = "127.0.0.1"
READY_SECONDS_MAX = 60.0
LOOK_AGAIN_SECONDS = 0.05


class Service:
    """One of our services, which can be stopped, killed and started again."""

    def __init__(
        self, name: str, module: str, port: int, environ: Mapping[str, str], log: Path
    ) -> None:
        """Say what to run; nothing runs until `start`."""
        self.name = name
        self.url = f"http://{LOOPBACK}:{port}"
        self._module = module
        self._environ = environ
        self._log = log
        self._process: ManagedProcess | None = None

    def another(self, name: str, port: int, changes: Mapping[str, str]) -> "Service":
        """Plan one more of its sort, which listens elsewhere and is changed so."""
        log = self._log.with_name(f"{name}.log")
        return Service(name, self._module, port, {**self._environ, **changes}, log)

    @property
    def process(self) -> ManagedProcess:
        """The process that was started last.

        Raises:
            StartFailed: if none ever was.
        """
        if self._process is None:
            raise StartFailed(f"{self.name} was never started")
        return self._process

    def start(self, changes: Mapping[str, str] | None = None) -> None:
        """Start it; does not wait. ``changes`` to its environment hold for this one start."""
        argv = [sys.executable, "-m", self._module]
        environ = {**self._environ, **(changes or {})}
        self._process = ManagedProcess.start(argv, log=self._log, env=environ)

    def wait_ready(self, seconds_max: float = READY_SECONDS_MAX) -> None:
        """Wait until it says that it can do its job.

        Raises:
            StartFailed: if it ends, or does not say so in time.
        """
        deadline = time.monotonic() + seconds_max
        state = "no answer"
        while time.monotonic() < deadline:
            self.process.require_running(self.name)
            try:
                answer = httpx.get(f"{self.url}/readyz", timeout=2.0)
            except httpx.TransportError:
                pass
            else:
                if answer.status_code == httpx.codes.OK:
                    return
                state = answer.text
            time.sleep(LOOK_AGAIN_SECONDS)
        raise StartFailed(f"{self.name} was not ready in {seconds_max:g} s: {state}")

    def stop(self) -> int:
        """Ask it to finish its work and end; gives its exit status."""
        return self.process.terminate(seconds=45.0) if self._process else 0


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the services listen. ``consumers`` has one port for each registry, in their order."""

    gateway: int
    reader: int
    consumers: Sequence[int]


@dataclass(frozen=True, slots=True)
class System:
    """All services of one running system."""

    gateway: Service
    reader: Service
    consumers: Mapping[str, Service]

    def all(self) -> list[Service]:
        """List them in the order in which they are stopped: the door first."""
        return [self.gateway, *self.consumers.values(), self.reader]


def plan_system(
    neighbours: Neighbours, registries: Sequence[str], ports: Ports, logs: Path
) -> System:
    """Say how each service is to run; nothing runs yet."""
    common = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ACR_")},
        **{name: value for name, value in os.environ.items() if name.startswith("ACR_TELEMETRY_")},
        "ACR_KAFKA_BOOTSTRAP_SERVERS": neighbours.kafka_bootstrap,
        "ACR_POSTGRES_DSN": neighbours.postgres_dsn,
    }
    gateway = {
        **common,
        "ACR_GATEWAY_PORT": str(ports.gateway),
        "ACR_GATEWAY_READER_URL": f"http://{LOOPBACK}:{ports.reader}",
    }
    del gateway["ACR_POSTGRES_DSN"]  # The gateway has no business with the database.
    reader = {**common, "ACR_READER_PORT": str(ports.reader)}
    return System(
        Service("gateway", "acr_gateway", ports.gateway, gateway, logs / "gateway.log"),
        Service("reader", "acr_reader", ports.reader, reader, logs / "reader.log"),
        {
            registry: Service(
                f"consumer-{registry}",
                "acr_consumer",
                port,
                {
                    **common,
                    "ACR_CONSUMER_REGISTRY": registry,
                    "ACR_CONSUMER_PORT": str(port),
                },
                logs / f"consumer-{registry}.log",
            )
            for registry, port in zip(registries, ports.consumers, strict=True)
        },
    )


def _stop_in_order(system: System) -> None:
    """Close the door first, so that what came in is still settled and announced; then the rest."""
    system.gateway.stop()
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda service: service.stop(), [*system.consumers.values(), system.reader]))


@contextmanager
def running_system(
    neighbours: Neighbours,
    registries: Sequence[str],
    ports: Ports,
    logs: Path,
    report: Report,
) -> Iterator[System]:
    """Start every service, wait until all are ready, and stop them in order at the end.

    Raises:
        StartFailed: if one of them does not become ready; the others are stopped then.
    """
    system = plan_system(neighbours, registries, ports, logs)
    with ExitStack() as stack:
        stack.callback(_stop_in_order, system)
        started = time.monotonic()
        for service in system.all():
            service.start()
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda service: service.wait_ready(), system.all()))
        report(f"{len(system.all())} services are ready after {time.monotonic() - started:.1f} s")
        yield system
