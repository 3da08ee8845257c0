"""Faults of the way between a service and its neighbour: cut, stalled, deaf, abandoned.

A service is started anew on a detour through proxies of ours, and without it afterwards. Brokers
send those who come by the detour back to it.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

from acr_localstack.ports import LOOPBACK
from acr_localstack.services import Service
from acr_testkit.faults.scenario import Fault, Scenario, Scene
from acr_testkit.tcp_proxy import CuttingProxy

KAFKA_ANSWER_BYTES_MAX = 3_000
POSTGRES_ANSWER_BYTES_MAX = 20_000

Proxies = Sequence[CuttingProxy]
Choose = Callable[[Scene], Service]


def _gateway(scene: Scene) -> Service:
    return scene.parts.gateways[0]


def _consumer(scene: Scene) -> Service:
    return scene.parts.consumers["cdsr"][0]


async def _detour_to_kafka(scene: Scene, service: Service) -> Proxies:
    proxies = []
    for detour in scene.parts.detours:
        proxy = CuttingProxy(detour.port, scene.chance.getrandbits(32))
        await scene.afterwards.enter_async_context(proxy.listening(detour.advertised_port))
        proxies.append(proxy)
    begin = ",".join(f"{LOOPBACK}:{each.advertised_port}" for each in scene.parts.detours)
    await scene.change(service, {"ACR_KAFKA_BOOTSTRAP_SERVERS": begin})
    return proxies


async def _detour_to_postgres(scene: Scene, service: Service) -> Proxies:
    database, port = scene.parts.database, scene.parts.detour_postgres
    proxy = CuttingProxy(database.port, scene.chance.getrandbits(32))
    await scene.afterwards.enter_async_context(proxy.listening(port))
    dsn = database.dsn.replace(f":{database.port}/", f":{port}/")
    await scene.change(service, {"ACR_POSTGRES_DSN": dsn})
    return [proxy]


DETOURS = {
    "gateway-kafka": (_gateway, _detour_to_kafka, KAFKA_ANSWER_BYTES_MAX),
    "consumer-kafka": (_consumer, _detour_to_kafka, KAFKA_ANSWER_BYTES_MAX),
    "consumer-postgres": (_consumer, _detour_to_postgres, POSTGRES_ANSWER_BYTES_MAX),
}


def _cut(way: str) -> Fault:
    choose, detour, answer_bytes_max = DETOURS[way]

    @asynccontextmanager
    async def fault(scene: Scene) -> AsyncIterator[None]:
        proxies = await detour(scene, choose(scene))
        for proxy in proxies:
            proxy.answer_bytes_max = answer_bytes_max
        yield
        for proxy in proxies:
            proxy.answer_bytes_max = None
        scene.require(any(proxy.cuts for proxy in proxies), "a connection was cut")

    return fault


def _stalled(way: str) -> Fault:
    choose, detour, _ = DETOURS[way]

    @asynccontextmanager
    async def fault(scene: Scene) -> AsyncIterator[None]:
        proxies = await detour(scene, choose(scene))
        for proxy in proxies:
            proxy.stall()
        yield
        for proxy in proxies:
            proxy.flow()

    return fault


def _deaf(way: str) -> Fault:
    choose, detour, _ = DETOURS[way]

    @asynccontextmanager
    async def fault(scene: Scene) -> AsyncIterator[None]:
        proxies = await detour(scene, choose(scene))
        for proxy in proxies:
            proxy.deaf = True
        yield
        for proxy in proxies:
            proxy.deaf = False
            await proxy.cut()
        scene.require(any(proxy.lost_bytes for proxy in proxies), "an answer was lost")

    return fault


def _abandoned(way: str) -> Fault:
    choose, detour, _ = DETOURS[way]

    @asynccontextmanager
    async def fault(scene: Scene) -> AsyncIterator[None]:
        proxies = await detour(scene, choose(scene))
        for proxy in proxies:
            proxy.abandon()
        # Whoever connects anew is served from here on; the service has to find out by itself.
        scene.healed_now()
        yield

    return fault


def _scenarios() -> tuple[Scenario, ...]:
    sorts = (
        ("cut", "connections {} are cut within answers", _cut, 6.0),
        ("stalled", "connections {} pass no byte for 8 s", _stalled, 8.0),
        ("deaf", "answers {} are lost for 4 s, then the connections are cut", _deaf, 4.0),
        ("abandoned", "connections {} never pass a byte again; new ones do", _abandoned, 0.5),
    )
    named = {
        "gateway-kafka": "between a gateway and the brokers",
        "consumer-kafka": "between a consumer and the brokers",
        "consumer-postgres": "between a consumer and PostgreSQL",
    }
    return tuple(
        Scenario(f"{way}-{sort}", says.format(between).capitalize(), make(way), seconds)
        for way, between in named.items()
        for sort, says, make, seconds in sorts
    )


NETWORK_SCENARIOS = _scenarios()
