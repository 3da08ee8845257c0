"""Tells when a system is well again: fresh probes are answered everywhere, and nothing waits."""

import asyncio
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg
from aiokafka.partitioner import DefaultPartitioner

from acr_domain.errors import Unavailable
from acr_domain.topics import submissions_topic
from acr_testkit.faults.history import History
from acr_testkit.faults.links import Link
from acr_testkit.faults.parts import REGISTRIES, Parts
from acr_testkit.faults.senders import attempt_once
from acr_testkit.faults.spans import Ends, topic_ends
from acr_testkit.faults.workload import Intent

POSITIONS = "SELECT partition, next_offset, announced_offset FROM acr.positions WHERE registry = $1"
LOOK_AGAIN_SECONDS = 0.05
WELL_SECONDS_MAX = 90.0
PROBES_AT_ONCE = 16
PROBE_SECONDS_MAX = 4.0

CREATED = 201


class NeverWell(Exception):
    """The system did not become well in time; the message says what was still missing."""


@dataclass(frozen=True, slots=True)
class Wellness:
    """Seconds from the healing until probes were answered everywhere, and until nothing waited."""

    probes_seconds: float
    lag_seconds: float

    @property
    def seconds(self) -> float:
        """The later of both."""
        return max(self.probes_seconds, self.lag_seconds)


async def well_again(parts: Parts, healed_at: float, partner: str, history: History) -> Wellness:
    """Probe every partition through every gateway, and wait for what was appended to be settled.

    ``healed_at`` is in monotonic seconds; probes are of ``partner`` and part of the history.

    Raises:
        NeverWell: if that takes longer than `WELL_SECONDS_MAX`.
    """
    try:
        async with asyncio.timeout(WELL_SECONDS_MAX):
            probes, lag = await asyncio.gather(_probed(parts, partner, history), _no_lag(parts))
    except TimeoutError:
        raise NeverWell(await _what_is_missing(parts)) from None
    return Wellness(probes - healed_at, lag - healed_at)


async def at_rest(parts: Parts, seconds_max: float = WELL_SECONDS_MAX) -> Mapping[str, Ends]:
    """Wait until all that is in the log is settled and announced; gives the ends.

    Raises:
        NeverWell: if it never is.
    """
    ends: dict[str, Ends] = {}
    try:
        async with asyncio.timeout(seconds_max):
            for registry in REGISTRIES:
                ends[registry] = await _settled(parts, registry, announced=True)
    except TimeoutError:
        raise NeverWell(await _what_is_missing(parts)) from None
    return ends


async def _no_lag(parts: Parts) -> float:
    await asyncio.gather(*(_settled(parts, each, announced=False) for each in REGISTRIES))
    return time.monotonic()


async def _settled(parts: Parts, registry: str, *, announced: bool) -> Ends:
    """Wait until what is in the log now is settled."""
    ends = None
    while True:
        try:
            if ends is None:
                ends = await _ends(parts, registry)
            places = await _positions(parts.database.dsn, registry, announced=announced)
            if all(places.get(partition, 0) >= end for partition, end in ends.items()):
                return ends
        except (Unavailable, OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            pass
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def _ends(parts: Parts, registry: str) -> Ends:
    topic = submissions_topic(registry)
    return await topic_ends(parts.kafka_settings, topic, parts.partitions[topic])


async def _positions(dsn: str, registry: str, *, announced: bool) -> dict[int, int]:
    connection = await asyncpg.connect(dsn, timeout=2, command_timeout=2)
    try:
        rows = await connection.fetch(POSITIONS, registry)
    finally:
        connection.terminate()
    column = "announced_offset" if announced else "next_offset"
    return {row["partition"]: row[column] for row in rows}


async def _what_is_missing(parts: Parts) -> str:
    """Say which partitions wait; what cannot be asked is said too."""
    said = []
    for registry in REGISTRIES:
        try:
            async with asyncio.timeout(10):
                ends = await _ends(parts, registry)
                places = await _positions(parts.database.dsn, registry, announced=True)
        except (Unavailable, OSError, TimeoutError, asyncpg.PostgresError) as error:
            said.append(f"{registry}: {type(error).__name__}")
        else:
            behind = {p: end - places.get(p, 0) for p, end in ends.items()}
            waiting = {p: count for p, count in sorted(behind.items()) if count}
            said.append(f"{registry} waits by partition: {waiting}")
    return "; ".join(said)


async def _probed(parts: Parts, partner: str, history: History) -> float:
    counts = {each: parts.partitions[submissions_topic(each)] for each in REGISTRIES}
    turns = asyncio.Semaphore(PROBES_AT_ONCE)
    await asyncio.gather(
        *(
            _probe(gateway.url, registry, partner, (partition, count), history, turns)
            for gateway in parts.gateways
            for registry, count in counts.items()
            for partition in range(count)
        )
    )
    return time.monotonic()


async def _probe(
    url: str,
    registry: str,
    partner: str,
    place: tuple[int, int],
    history: History,
    turns: asyncio.Semaphore,
) -> None:
    """Send fresh submissions for one partition through one gateway until one is created in time."""
    link = Link([url])
    try:
        while True:
            async with turns:
                intent = _probe_intent(registry, partner, place)
                attempt = await attempt_once(link, intent, "wait=2", PROBE_SECONDS_MAX)
            history.note(attempt)
            if attempt.status == CREATED:
                return
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
    finally:
        link.hang_up()


def _probe_intent(registry: str, partner: str, place: tuple[int, int]) -> Intent:
    """Make one whose key falls into that partition, as the producer's partitioner has it."""
    partition, count = place
    every = list(range(count))
    choose = DefaultPartitioner()
    while True:
        header_id = str(uuid.uuid4())
        if choose(f"{partner}/{header_id}".encode(), every, every) == partition:
            return Intent(registry, partner, header_id, 1, 0, "valid")
