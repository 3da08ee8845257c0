"""Measures consumers beside raw COPY of the same rows and the Debezium JDBC sink, as a part of the suite."""

import asyncio
from contextlib import ExitStack
from dataclasses import asdict, dataclass

import asyncpg
from benchmarks.backlog import make_submissions
from benchmarks.consuming import REGISTRY, Bench, prepare, ratios_by_round
from benchmarks.consuming import measure as take_turns
from benchmarks.jdbc_sink import running_sink
from benchmarks.outcome import Outcome
from benchmarks.stand import Stand
from benchmarks.wire import VARIANTS


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure: submissions a turn, rounds, our processes, and whether the sink runs."""

    count: int = 40_000
    rounds: int = 3
    consumers: int = 2
    sink: bool = True


TINY = Plan(count=200, rounds=1, consumers=1, sink=False)


async def measure(stand: Stand, plan: Plan) -> Outcome:
    """Take turns on a database of its own; raises StackError where the sink does not come up."""
    neighbours = await stand.fresh_database("peers", [REGISTRY])
    await prepare(neighbours)
    connection = await asyncpg.connect(neighbours.postgres_dsn)
    logs = stand.logs / "peers"
    logs.mkdir(parents=True, exist_ok=True)
    try:
        with ExitStack() as stack:
            sink = None
            if plan.sink:
                data = stand.data / "connect"
                sink = stack.enter_context(
                    running_sink(
                        neighbours.kafka_bootstrap, neighbours.postgres_dsn, data, stand.report
                    )
                )
                await asyncio.to_thread(sink.pause)
            bench = Bench(neighbours, connection, sink, logs, plan.consumers)
            if sink is not None:
                # Its virtual machine compiles what runs often.
                await bench.upsert(
                    list(make_submissions(REGISTRY, VARIANTS[1], plan.count, "warm-"))
                )
                bench.rates.clear()
            await take_turns(bench, plan.count, plan.rounds)
    finally:
        await connection.close()
    return Outcome(asdict(plan), ratios_by_round(bench.rates), {"per_second": bench.rates})
