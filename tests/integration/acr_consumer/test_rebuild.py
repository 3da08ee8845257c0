"""PostgreSQL can be thrown away and rebuilt from the topics, and comes out the same."""

import random
import uuid
from collections.abc import Awaitable, Callable

import asyncpg

from acr_domain.judgement import Outcome
from acr_kafka.records import NewRecord
from acr_kafka.writer import LogWriter
from acr_testkit.consuming import Bench
from acr_testkit.log_records import Sender

Announced = Callable[[], Awaitable[list[Outcome]]]
ARRIVALS = 400
# What tells when the work was done, not what came of it.
CLOCKS = {"arrivals": "settled_at", "dead_letters": "failed_at"}
ROWS = {
    "versions": "partner_id, header_id, version_no",
    "records": "partner_id, header_id",
    "arrivals": "partition, log_offset",
    "dead_letters": "partition, log_offset",
}


def all_sorts(sender: Sender, chance: random.Random) -> list[NewRecord]:
    """Few keys and few versions, so that every verdict comes up often; some rejected, some poison."""
    keys = [str(uuid.UUID(int=chance.getrandbits(128))) for _ in range(20)]
    records = []
    for _ in range(ARRIVALS):
        if chance.random() < 0.05:
            records.append(sender.raw(b"key", chance.randbytes(20)))
            continue
        wrong = {"modificationdate": "2015-10-27T00:00:00Z"} if chance.random() < 0.1 else {}
        records.append(
            sender.record(
                partner=chance.choice(["one", "other"]),
                header_id=chance.choice(keys),
                version_no=chance.randint(1, 6),
                payload={"of": chance.randint(1, 2)},
                **wrong,
            )
        )
    return records


async def tables(owner: asyncpg.Connection, registry: str) -> dict[str, list[dict[str, object]]]:
    found = {}
    for table, order in ROWS.items():
        rows = await owner.fetch(
            f"SELECT * FROM acr.{table} WHERE registry = $1 ORDER BY {order}", registry
        )
        clock = CLOCKS.get(table, "")
        found[table] = [{n: v for n, v in row.items() if n != clock} for row in rows]
    return found


async def test_tables_rebuilt_from_the_topic_alone_equal_the_former_ones(
    bench: Bench, sender: Sender, log: LogWriter, announced: Announced, owner: asyncpg.Connection
) -> None:
    await log.append_all(all_sorts(sender, random.Random(7)))
    await bench.settle(log, ARRIVALS)
    former, told = await tables(owner, bench.registry), await announced()
    verdicts = {row["verdict"] for row in former["arrivals"]}
    assert len(verdicts) == 7, "a rebuild of less would prove little"

    for table in (*ROWS, "positions"):
        await owner.execute(f"DELETE FROM acr.{table} WHERE registry = $1", bench.registry)
    other_batches = Bench(bench.kafka, bench.postgres, bench.registry, batch_arrivals_max=37)
    await other_batches.settle(log, ARRIVALS)

    assert await tables(owner, bench.registry) == former
    assert (await announced())[len(told) :] == told
