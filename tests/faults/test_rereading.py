"""A consumer that is started again reads nothing that was settled, and repeats no more than one batch.

The results of one batch may be on their way while the next is settled, but not while it is committed.
"""

import asyncio

import asyncpg
import pytest

from acr_testkit.awaiting import LOOK_AGAIN_SECONDS
from acr_testkit.faults.evidence import mark_ends
from acr_testkit.faults.load import load_of
from acr_testkit.faults.parts import Parts, all_ready
from acr_testkit.faults.senders import Crowd, sending
from acr_testkit.faults.wellness import at_rest
from acr_testkit.faults.workload import Workload
from acr_testkit.metrics_page import metric

SUBMISSIONS = 3_000
BATCH_ARRIVALS_MAX = 50
UNTOLD_MAX = BATCH_ARRIVALS_MAX
REGISTRY = "cdsr"
TOPIC = f"acr.{REGISTRY}.submissions.v1"
AFTER_SHARE = 0.4
# Of a killed client the server may still finish a commit that was on its way.
SESSIONS = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'acr-consumer-cdsr-%'"
PLACES = "SELECT partition, next_offset, announced_offset FROM acr.positions WHERE registry = $1"


@pytest.mark.slow
async def test_a_restart_reads_on_where_it_settled_and_repeats_at_most_one_batch_a_partition(
    parts: Parts,
) -> None:
    """Goal: no work twice. Method: kill all consumers amid small batches, and count what new ones do."""
    consumers = parts.consumers[REGISTRY]
    small = {"ACR_CONSUMER_BATCH_ARRIVALS_MAX": str(BATCH_ARRIVALS_MAX)}
    load = load_of(Workload("rereading", 5), SUBMISSIONS, AFTER_SHARE)
    async with sending([each.url for each in parts.gateways], load, Crowd(), 5) as all_sent:
        for each in consumers:
            await asyncio.to_thread(each.process.kill)
            each.start(small)
        await all_ready(consumers)
        await load.until_sent(SUBMISSIONS // 2)
        for each in consumers:
            await asyncio.to_thread(each.process.kill)
        places = await _places(parts.database.dsn)
        for each in consumers:
            each.start(small)
        load.go_on()
        await all_sent
    await at_rest(parts)
    ends = (await mark_ends(parts))[TOPIC]

    urls = [each.url for each in consumers]
    settled = sum(metric(url, "acr_arrivals_settled_total") for url in urls)
    repeated = sum(metric(url, "acr_results_repeated_total") for url in urls)
    unannounced = {partition: at - told for partition, (at, told) in places.items()}
    assert settled == sum(ends.values()) - sum(at for at, _ in places.values())
    assert settled > 0
    assert max(unannounced.values()) <= UNTOLD_MAX
    assert repeated <= UNTOLD_MAX * len(ends)
    assert repeated >= sum(unannounced.values())


async def _places(dsn: str) -> dict[int, tuple[int, int]]:
    connection = await asyncpg.connect(dsn)
    try:
        while await connection.fetchval(SESSIONS):  # noqa: ASYNC110
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
        rows = await connection.fetch(PLACES, REGISTRY)
    finally:
        await connection.close()
    return {row["partition"]: (row["next_offset"], row["announced_offset"]) for row in rows}
