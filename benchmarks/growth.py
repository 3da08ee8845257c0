"""The arithmetic of growth: what so many submissions a day take, by measured figures and named assumptions.

Measures nothing and knows nobody's prices: money is in units that a reader replaces.
"""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DAY_SECONDS, MONTH_DAYS, YEAR_DAYS = 86_400, 30, 365
MB, GB, TB = 1e6, 1e9, 1e12
WAY = "stream"


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is not measured. Each has its row in docs/growth.md; change them to your own."""

    exam_share: float = 0.5
    peak_factor: float = 4.0
    used_share: float = 0.6
    replicas: int = 3
    results_days: int = 8
    log_days_on_brokers: int = 30
    partitions_step: int = 12
    broker_cores: int = 8
    broker_megabytes_a_second: float = 100.0
    broker_disk_terabytes: float = 8.0
    database_cores: int = 32
    database_write_ahead_megabytes_a_second: float = 200.0
    database_memory_gigabytes: float = 256.0
    database_disk_terabytes: float = 16.0
    database_copies: int = 2
    registries: int = 4
    money_a_core_month: float = 20.0
    money_a_disk_gigabyte_month: float = 0.10
    money_a_object_gigabyte_month: float = 0.02


MEANINGS: Mapping[str, str] = {
    "exam_share": "share of submissions as large as a full LCSR exam; the rest are as the CDSR sample",
    "peak_factor": "submissions a second in the busiest minutes, to the mean of the day",
    "used_share": "share of a core, or of a server, that is used at the peak; the rest is for failures and catching up",
    "replicas": "copies of each record that brokers hold (`replication_factor`)",
    "results_days": "days for which results are held (`retention.ms`)",
    "log_days_on_brokers": "days of submissions on brokers' own disks; older segments in object storage (tiered storage)",
    "partitions_step": "partitions of a registry's topic as declared; more are a multiple of it",
    "broker_cores": "cores of a broker",
    "broker_megabytes_a_second": "MB a second that a broker's disk and network write, sustained",
    "broker_disk_terabytes": "TB of a broker's disk",
    "database_cores": "cores of a database server",
    "database_write_ahead_megabytes_a_second": "MB a second of write-ahead log that a database server and its copies keep up with",
    "database_memory_gigabytes": "GB of memory of a database server, in which indexes are to stay",
    "database_disk_terabytes": "TB of a database server's disk",
    "database_copies": "servers of each database, a standby included",
    "registries": "registries that share the load evenly, each with a topic and consumers of its own",
    "money_a_core_month": "money for a core and month",
    "money_a_disk_gigabyte_month": "money for a GB of fast disk and month",
    "money_a_object_gigabyte_month": "money for a GB of object storage and month",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What one submission takes, mixed by the share of exams: CPU in seconds by process, bytes by place."""

    cpu_seconds: Mapping[str, float]
    stored_bytes: Mapping[str, float]

    @property
    def database_bytes(self) -> float:
        """Tables and indexes."""
        return self.stored_bytes["tables"] + self.stored_bytes["indexes"]


def read_measured(results: Mapping[str, Any], assumed: Assumptions) -> Measured:
    """Mix the steady state's figures of both samples."""
    figures = results["steady"]["figures"]
    shares = {"CDSR sample": 1 - assumed.exam_share, "LCSR exam": assumed.exam_share}
    cpu: dict[str, float] = {}
    kept: dict[str, float] = {}
    for sample, share in shares.items():
        each = figures[sample]
        for name in ("gateway", "consumer", "kafka", "postgres"):
            rounds = [one["cpu_seconds_per_1000"][name] for one in each[WAY]]
            cpu[name] = cpu.get(name, 0.0) + share * statistics.median(rounds) / 1000
        for name, size in each["bytes_a_submission"].items():
            kept[name] = kept.get(name, 0.0) + share * size
    return Measured(cpu, kept)


@dataclass(frozen=True, slots=True)
class Need:
    """What so many submissions a day take. Bytes of a day are with all replicas of the log."""

    a_day: float
    mean_a_second: float
    peak_a_second: float
    gateways: int
    consumers: int
    partitions: int
    brokers: int
    broker_disk_bytes: float
    object_bytes_a_year: float
    database_bytes_a_year: float
    write_ahead_a_second: float
    databases: int
    databases_by_size: int
    database_cores: int
    days_until_indexes_fill_memory: float
    inbound_bytes_a_second: float
    broker_bytes_a_second: float
    money_a_month: float


def need_of(a_day: float, measured: Measured, assumed: Assumptions) -> Need:
    """Compute all of it; a process of ours uses one core at most."""
    mean = a_day / DAY_SECONDS
    peak = mean * assumed.peak_factor
    kept = measured.stored_bytes
    gateways = _at_least(2, peak * measured.cpu_seconds["gateway"] / assumed.used_share)
    each_registry = peak / assumed.registries * measured.cpu_seconds["consumer"]
    consumers = _at_least(1, each_registry / assumed.used_share)
    appended = kept["log"] + kept["results"]
    on_disk = (
        a_day
        * assumed.replicas
        * (kept["log"] * assumed.log_days_on_brokers + kept["results"] * assumed.results_days)
    )
    broker_bytes = peak * appended * assumed.replicas
    write_ahead = peak * kept["write_ahead"]
    cores = peak * measured.cpu_seconds["postgres"] / assumed.used_share
    partly = Need(
        a_day,
        mean,
        peak,
        gateways,
        consumers * assumed.registries,
        assumed.partitions_step * math.ceil(consumers / assumed.partitions_step),
        _brokers(peak, broker_bytes, on_disk, measured, assumed),
        on_disk,
        a_day * YEAR_DAYS * kept["log"],
        a_day * YEAR_DAYS * measured.database_bytes,
        write_ahead,
        _databases(cores, write_ahead, assumed),
        _at_least(1, a_day * YEAR_DAYS * measured.database_bytes / TB / _disk_terabytes(assumed)),
        math.ceil(cores),
        assumed.database_memory_gigabytes * GB / (a_day * kept["indexes"]),
        peak * kept["body"],
        broker_bytes,
        0.0,
    )
    return _priced(partly, assumed)


def _at_least(least: int, wanted: float) -> int:
    return max(least, math.ceil(wanted))


def _brokers(
    peak: float, bytes_a_second: float, disk: float, measured: Measured, assumed: Assumptions
) -> int:
    """Take the most of what CPU, writing and disk ask for; never fewer than there are replicas."""
    by_cpu = peak * measured.cpu_seconds["kafka"] / assumed.used_share / assumed.broker_cores
    by_writing = bytes_a_second / MB / assumed.broker_megabytes_a_second / assumed.used_share
    by_disk = disk / TB / assumed.broker_disk_terabytes / assumed.used_share
    return _at_least(assumed.replicas, max(by_cpu, by_writing, by_disk))


def _databases(cores: float, write_ahead: float, assumed: Assumptions) -> int:
    """Take the most of what CPU and write-ahead log ask for."""
    rate = assumed.database_write_ahead_megabytes_a_second * assumed.used_share
    return _at_least(1, max(cores / assumed.database_cores, write_ahead / MB / rate))


def _disk_terabytes(assumed: Assumptions) -> float:
    return assumed.database_disk_terabytes * assumed.used_share


def _priced(need: Need, assumed: Assumptions) -> Need:
    """Add what a month costs after one year, of which everything is kept."""
    cores = need.gateways + need.consumers + need.brokers * assumed.broker_cores
    cores += assumed.database_copies * max(need.database_cores, need.databases)
    disk = need.broker_disk_bytes + need.database_bytes_a_year * assumed.database_copies
    money = (
        cores * assumed.money_a_core_month
        + disk / GB * assumed.money_a_disk_gigabyte_month
        + need.object_bytes_a_year / GB * assumed.money_a_object_gigabyte_month
    )
    return Need(**{**{n: getattr(need, n) for n in Need.__slots__}, "money_a_month": money})


@dataclass(frozen=True, slots=True)
class Step:
    """A bound that is met at so many submissions a day, and what changes there."""

    a_day: float
    bound: str
    change: str


def steps(measured: Measured, assumed: Assumptions) -> Sequence[Step]:
    """Give the bounds in the order in which a growing system meets them."""
    cpu, kept = measured.cpu_seconds, measured.stored_bytes

    def a_day(peak_a_second: float) -> float:
        return peak_a_second * assumed.used_share / assumed.peak_factor * DAY_SECONDS

    server = min(
        assumed.database_cores / cpu["postgres"],
        assumed.database_write_ahead_megabytes_a_second * MB / kept["write_ahead"],
    )
    broker = min(
        assumed.broker_cores / cpu["kafka"],
        assumed.broker_megabytes_a_second
        * MB
        / ((kept["log"] + kept["results"]) * assumed.replicas),
    )
    yearly = measured.database_bytes * YEAR_DAYS
    found = [
        Step(a_day(1 / cpu["gateway"]), *_GATEWAY),
        Step(a_day(assumed.registries / cpu["consumer"]), *_CONSUMER),
        Step(a_day(assumed.registries * assumed.partitions_step / cpu["consumer"]), *_PARTITIONS),
        Step(a_day(broker * assumed.replicas), *_BROKERS),
        Step(_disk_terabytes(assumed) * TB / yearly, *_DISK),
        Step(assumed.database_memory_gigabytes * GB / (kept["indexes"] * YEAR_DAYS), *_MEMORY),
        Step(a_day(server), *_REGISTRY),
        Step(a_day(server * assumed.registries), *_SHARDS),
    ]
    return sorted(found, key=lambda step: step.a_day)


_GATEWAY = (
    "one gateway process is full",
    "more gateway processes behind a balancer; `ACR_GATEWAY_REPLY_PARTITION` apart for each (nothing to set: drawn by chance)",
)
_CONSUMER = (
    "one consumer process for each registry is full",
    "more processes with the same `ACR_CONSUMER_REGISTRY`; the group shares the partitions",
)
_PARTITIONS = (
    "each partition of a topic has a consumer of its own, and it is full",
    "a topic with more partitions (`partitions` in `deploy/kafka/topics.toml`) under a new name: never added to a live topic, for the order of a key",
)
_BROKERS = (
    "as many brokers as there are replicas are full",
    "more brokers; partitions are moved to them (`kafka-reassign-partitions`)",
)
_DISK = (
    "a year fills one database server's disk",
    "old bodies to cheaper storage, or a server for each registry (`ACR_POSTGRES_DSN` of its consumers)",
)
_MEMORY = (
    "the indexes of a year no longer fit one server's memory",
    "more memory or fast disks, or a database for each registry before its rate asks for it: GUIDs come at random, so that any page of an index is written to; `wal_compression = lz4` makes those pages smaller",
)
_REGISTRY = (
    "one database server is full",
    "a database for each registry: `ACR_POSTGRES_DSN` of its consumers and reader; nothing joins across registries",
)
_SHARDS = (
    "a database server for each registry is full",
    "each registry by hash of the key over several servers (Citus distributes by the same column), or a consumer group for each share of the partners",
)
