"""The limit of dead letters on real neighbours: counted in the database, through restarts."""

from dataclasses import replace

import asyncpg

from acr_kafka.writer import LogWriter
from acr_settling.settle import LetterLimit
from acr_testkit.awaiting import until
from acr_testkit.consuming import Bench, Running
from acr_testkit.log_records import Sender

LIMIT = LetterLimit(letters_max=3, window_arrivals=20)
COUNT = "SELECT count(*) FROM acr.dead_letters WHERE registry = $1"
ACCEPT = (
    "INSERT INTO acr.dead_letter_acceptances (registry, partition, accepted_to, who, why) "
    "VALUES ($1, 0, $2, 'test', 'on purpose')"
)


def says_stopped(running: Running) -> bool:
    trouble = running.troubles[-1] if running.troubles else None
    return trouble is not None and trouble.startswith("stopped: 3 of the last 20 arrivals")


async def test_a_consumer_stops_at_the_limit_stays_so_through_a_restart_and_goes_on_when_accepted(
    bench: Bench, sender: Sender, log: LogWriter, owner: asyncpg.Connection
) -> None:
    limited = replace(bench, limit=LIMIT)
    await log.append_all([sender.record() for _ in range(10)])
    await log.append_all([sender.raw(b"key", b"?") for _ in range(6)])
    await log.append(sender.record())

    for _ in range(2):
        async with limited.store() as store, limited.consumer(store, log) as running:
            await until(lambda: says_stopped(running), "the consumer says that it stopped")
        assert await owner.fetchval(COUNT, bench.registry) == LIMIT.letters_max

    await owner.execute(ACCEPT, bench.registry, 16)
    await limited.settle(log, 17)

    assert await owner.fetchval(COUNT, bench.registry) == 6
