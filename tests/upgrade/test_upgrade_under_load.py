"""The former release and this one side by side, forward and back, while vendors send: nothing is lost."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import asyncpg
import httpx
import pytest
from pydantic import SecretStr

from acr_domain.topics import RESULTS_TOPIC, submissions_topic
from acr_kafka.topics import read_topics
from acr_localstack.services import Service
from acr_postgres.migrations import migrate
from acr_settings.settings import PostgresSettings
from acr_testkit.awaiting import LOOK_AGAIN_SECONDS
from acr_testkit.facts import Kept
from acr_testkit.faults.calm import settle_calmly, sums
from acr_testkit.faults.evidence import Stretch, kept_of, results_of, told_of
from acr_testkit.faults.load import Load, load_of
from acr_testkit.faults.parts import REGISTRIES
from acr_testkit.faults.senders import Crowd, sending
from acr_testkit.faults.spans import topic_ends
from acr_testkit.faults.workload import Workload
from acr_testkit.invariant_report import Report
from acr_testkit.invariants import check
from acr_testkit.releases import Site

TOPICS_FILE = Path(__file__).parents[2] / "deploy" / "kafka" / "topics.toml"
A_PHASE = 400
ENDLESS = 1_000_000
SEED = 20
CROWD = Crowd(streams=0, many=4, waiting=8, steady=2)  # The former release takes no streams.
REST_SECONDS_MAX = 60.0
CALM_DATABASE = "acr_calm"


def start(services: Mapping[str, Service]) -> None:
    for service in services.values():
        service.start()
    for service in services.values():
        service.wait_ready()


def stop(services: Mapping[str, Service]) -> None:
    for service in services.values():
        assert service.stop() == 0, f"{service.name} did not end in order"


async def phase(load: Load) -> None:
    """Let senders send a while in this state of the upgrade."""
    await load.until_sent(load.sent + A_PHASE)


def settled_by(service: Service) -> float:
    page = httpx.get(f"{service.url}/metrics", timeout=10).text
    lines = (line for line in page.splitlines() if line.startswith("acr_arrivals_settled_total"))
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_nothing_is_lost_on_the_way_to_this_release_and_back(
    site: Site, former: dict[str, Service], present: dict[str, Service]
) -> None:
    site.former.command("migrate")
    await asyncio.to_thread(start, former)
    load = load_of(Workload("upgrade", SEED), ENDLESS, after_share=0)
    doors = [former["gateway"].url, present["gateway"].url]
    async with sending(doors, load, CROWD, SEED) as all_sent:
        await phase(load)  # the former release alone
        await upgrade_under_load(site, former, present, load)
        load.count = load.begun
        await all_sent

    assert load.given_up == 0
    report = await judge(site, load)

    assert report.holds, str(report)
    assert not report.unchecked(), str(report)


async def upgrade_under_load(
    site: Site, former: dict[str, Service], present: dict[str, Service], load: Load
) -> None:
    topics = ("topics", "apply", "--few-brokers", "--file", str(TOPICS_FILE))
    await asyncio.to_thread(site.present.command, *topics)
    await asyncio.to_thread(site.present.command, "migrate")
    await phase(load)  # the former release on topics and tables of this one
    await asyncio.to_thread(start, present)
    await phase(load)  # both releases side by side
    for registry in REGISTRIES:
        assert settled_by(present[registry]) > 0, f"this release settled nothing of {registry}"
    await asyncio.to_thread(stop, former)
    await phase(load)  # this release alone
    await asyncio.to_thread(start, former)
    await asyncio.to_thread(stop, present)
    await phase(load)  # rolled back to the former release
    assert settled_by(former["cdsr"]) > 0


async def judge(site: Site, load: Load) -> Report:
    """Check all invariants; the tables are rebuilt from the topics by the code of this release."""
    ends = await at_rest(site)
    since = {topic: dict.fromkeys(found, 0) for topic, found in ends.items()}
    partners = list(load.partners)
    stretch = Stretch(since, ends, partners)
    announced = await results_of(site.kafka, stretch)
    calm = await make_calm_database(site)
    report = Report()
    for registry in REGISTRIES:
        kept = await kept_of(site.kafka, site.dsn, stretch, announced[registry], registry)
        await settle_calmly(site.kafka, calm, registry, ends[submissions_topic(registry)])
        live = await sums(site.dsn, registry, partners)
        rebuilt = await sums(calm, registry, partners)
        facts = Kept(
            kept.arrived,
            kept.settled,
            kept.versions,
            kept.current,
            kept.dead_letters,
            kept.announced,
            live,
            rebuilt,
        )
        report.add(check(told_of(load.history, registry), facts))
    return report


async def at_rest(site: Site) -> dict[str, dict[int, int]]:
    """Wait until all that is in the log is settled and announced; give where topics end."""
    counts = {topic.name: topic.partitions for topic in read_topics(TOPICS_FILE, REGISTRIES, 1)}
    connection = await asyncpg.connect(site.dsn)
    try:
        async with asyncio.timeout(REST_SECONDS_MAX):
            for registry in REGISTRIES:
                topic = submissions_topic(registry)
                ends = await topic_ends(site.kafka, topic, counts[topic])
                await _announced(connection, registry, sum(ends.values()))
    finally:
        await connection.close()
    topics = [*map(submissions_topic, REGISTRIES), RESULTS_TOPIC]
    return {topic: await topic_ends(site.kafka, topic, counts[topic]) for topic in topics}


async def _announced(connection: asyncpg.Connection, registry: str, wanted: int) -> None:
    statement = (
        "SELECT coalesce(sum(least(next_offset, announced_offset)), 0) "
        "FROM acr.positions WHERE registry = $1"
    )
    while await connection.fetchval(statement, registry) < wanted:  # noqa: ASYNC110
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def make_calm_database(site: Site) -> str:
    connection = await asyncpg.connect(site.dsn)
    with suppress(asyncpg.DuplicateDatabaseError):
        await connection.execute(f"CREATE DATABASE {CALM_DATABASE}")
    await connection.close()
    dsn = site.dsn.rpartition("/")[0] + "/" + CALM_DATABASE
    await migrate(PostgresSettings(dsn=SecretStr(dsn)), REGISTRIES)
    return dsn
