"""Measures how long each service takes from its process's start until it is ready, neighbours being up.

Beside it, as a floor, a bare interpreter that imports the same drivers and ends.
"""

import asyncio
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

import httpx
from benchmarks.outcome import Outcome
from benchmarks.stand import Stand

from acr_localstack.ports import free_ports
from acr_localstack.services import Ports, Service, plan_system

REGISTRY = "lcsr"
LOOK_AGAIN_SECONDS = 0.005
READY_SECONDS_MAX = 60.0
DRIVERS = (
    "import aiokafka, asyncpg, fastavro, pydantic_settings, starlette, structlog, uvicorn, uvloop"
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How many starts of each service."""

    rounds: int = 5


TINY = Plan(rounds=1)


async def measure(stand: Stand, plan: Plan) -> Outcome:
    """Start each service alone, in turns with the floor; raises TimeoutError where one stays unready."""
    neighbours = await stand.fresh_database("starting", [REGISTRY])
    logs = stand.logs / "starting"
    gateway, reader, consumer = free_ports(3)
    system = plan_system(neighbours, [REGISTRY], Ports(gateway, reader, [consumer]), logs)
    services = {
        "gateway": system.gateway,
        "consumer": system.consumers[REGISTRY],
        "reader": system.reader,
    }
    seconds: dict[str, list[float]] = {"drivers": [], **{name: [] for name in services}}
    for number in range(plan.rounds + 1):
        # The first round reads everything from the disk: it is none.
        kept = seconds if number else {name: [] for name in seconds}
        kept["drivers"].append(await asyncio.to_thread(_import_drivers))
        for name, service in services.items():
            kept[name].append(await _start(service))
            stand.report(f"{name} is ready after {kept[name][-1]:.2f} s")
    ratios: dict[str, list[float]] = {}
    for name in services:
        ratios[f"{name}: seconds until ready"] = seconds[name]
        pairs = zip(seconds[name], seconds["drivers"], strict=True)
        ratios[f"{name}: to importing the drivers"] = [one / floor for one, floor in pairs]
    return Outcome(asdict(plan), ratios, {"seconds": seconds})


def _import_drivers() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", DRIVERS], check=True)
    return time.perf_counter() - began


async def _start(service: Service) -> float:
    began = time.perf_counter()
    service.start()
    try:
        async with httpx.AsyncClient(base_url=service.url, timeout=5) as client:
            async with asyncio.timeout(READY_SECONDS_MAX):
                while not await _ready(client):
                    service.process.require_running(service.name)
                    await asyncio.sleep(LOOK_AGAIN_SECONDS)
        return time.perf_counter() - began
    finally:
        await asyncio.to_thread(service.stop)


async def _ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/readyz")).status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
