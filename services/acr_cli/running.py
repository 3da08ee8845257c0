"""Where the systems that run on this machine are: one state file each, in the cache folder."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from acr_localstack.cache import cache_home
from acr_localstack.neighbours import Neighbours
from acr_localstack.services import System

STATE_FILE = "running.json"
DEFAULT_GATEWAY = "http://127.0.0.1:8080"


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses and process ids of one running system. ``pids`` has services and servers."""

    name: str
    gateway: str
    reader: str
    kafka: str
    postgres: str
    metrics: Mapping[str, str]
    pids: Mapping[str, int]
    logs: str
    up_pid: int = field(default_factory=os.getpid)

    def alive(self) -> bool:
        """Tell whether the `up` that wrote this still runs."""
        return psutil.pid_exists(self.up_pid)


def system_folder(name: str | None) -> Path:
    """Name the folder of a system: of the one named, else of the present working folder's own."""
    if name is None:
        here = Path.cwd().resolve()
        name = f"{here.name}-{hashlib.sha256(bytes(here)).hexdigest()[:8]}"
    return cache_home(os.environ) / "systems" / name


def describe(name: str, neighbours: Neighbours, system: System, logs: Path) -> Endpoints:
    """Gather the endpoints of a running system."""
    pids = {service.name: service.process.pid for service in system.all()}
    pids |= {name: server.pid for name, server in neighbours.servers().items()}
    return Endpoints(
        name=name,
        gateway=system.gateway.url,
        reader=system.reader.url,
        kafka=neighbours.kafka_bootstrap,
        postgres=neighbours.postgres_dsn,
        metrics={service.name: f"{service.url}/metrics" for service in system.all()},
        pids=pids,
        logs=str(logs),
    )


def write_endpoints(folder: Path, endpoints: Endpoints) -> None:
    """Write the state file in one step, so that nobody reads half of it."""
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{STATE_FILE}.draft"
    draft.write_text(json.dumps(asdict(endpoints), indent=2), encoding="utf-8")
    draft.replace(folder / STATE_FILE)


def forget_endpoints(folder: Path) -> None:
    """Remove the state file."""
    (folder / STATE_FILE).unlink(missing_ok=True)


def find_endpoints(name: str | None) -> Endpoints | None:
    """Find the running system of that name or folder; else the only one that runs, if it is one."""
    own = _read(system_folder(name) / STATE_FILE)
    if own is not None or name is not None:
        return own
    others = (cache_home(os.environ) / "systems").glob(f"*/{STATE_FILE}")
    running = [found for path in others if (found := _read(path)) is not None]
    return running[0] if len(running) == 1 else None


def gateway_address(given: str | None) -> str:
    """Give the gateway to send to: the one given, else that of the running system, else the usual one."""
    if given is not None:
        return given
    running = find_endpoints(None)
    return running.gateway if running else DEFAULT_GATEWAY


def _read(path: Path) -> Endpoints | None:
    try:
        endpoints = Endpoints(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return endpoints if endpoints.alive() else None
