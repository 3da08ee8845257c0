"""Asks and changes the cluster with Kafka's own files and tools. Knows no scenario."""

import asyncio
import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient

from acr_localstack.cache import cache_home
from acr_localstack.java import find_java
from acr_localstack.kafka import Broker, KafkaCluster
from acr_localstack.kafka_jars import ensure_kafka_jars
from acr_testkit.faults.parts import Parts

COMMAND_SECONDS_MAX = 60
LOOK_AGAIN_SECONDS = 0.2
QUORUM_STATE = Path("__cluster_metadata-0", "quorum-state")
REASSIGN = "org.apache.kafka.tools.reassign.ReassignPartitionsCommand"
ELECT = "org.apache.kafka.tools.LeaderElectionCommand"


def active_controller(cluster: KafkaCluster) -> Broker:
    """Find the broker that leads the quorum, as the brokers' own files tell."""
    states = []
    for broker in cluster.brokers:
        state = json.loads((broker.storage / QUORUM_STATE).read_text(encoding="utf-8"))
        states.append((state["leaderEpoch"], state["leaderId"]))
    _, leader_id = max(states)
    return next(each for each in cluster.brokers if each.node_id == leader_id)


async def describe(parts: Parts) -> list[Mapping[str, Any]]:
    """Give topic, partition, leader, replicas and in-sync replicas of every partition of ours."""
    admin = AIOKafkaAdminClient(bootstrap_servers=parts.kafka.bootstrap)
    await admin.start()
    try:
        topics = await admin.describe_topics(list(parts.partitions))
    finally:
        await admin.close()
    return [
        {"topic": topic["topic"], **partition}
        for topic in topics
        for partition in topic["partitions"]
    ]


async def wait_in_sync(parts: Parts) -> None:
    """Wait until every partition has all of its replicas in sync, as a careful operator does."""
    async with asyncio.timeout(COMMAND_SECONDS_MAX):
        while True:
            if all(_whole(each) for each in await describe(parts)):
                return
            await asyncio.sleep(LOOK_AGAIN_SECONDS)


def _whole(partition: Mapping[str, Any]) -> bool:
    return set(partition["isr"]) == set(partition["replicas"]) and partition["leader"] >= 0


async def move_leaders(parts: Parts, by: int) -> None:
    """Let another replica of each partition be preferred, and elect it."""
    moved = []
    for each in await describe(parts):
        replicas = each["replicas"]
        turned = [*replicas[by:], *replicas[:by]]
        moved.append({"topic": each["topic"], "partition": each["partition"], "replicas": turned})
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"version": 1, "partitions": moved}, file)
        file.flush()
        begin = ("--bootstrap-server", parts.kafka.bootstrap)
        reassign = (*begin, "--reassignment-json-file", file.name, "--execute")
        await asyncio.to_thread(_run_tool, REASSIGN, *reassign)
        elect = (*begin, "--election-type", "PREFERRED", "--all-topic-partitions")
        await asyncio.to_thread(_run_tool, ELECT, *elect)


def _run_tool(tool: str, *arguments: str) -> None:
    jars = ensure_kafka_jars(cache_home(os.environ), lambda _: None)
    classes = os.pathsep.join(sorted(str(jar) for jar in jars.glob("*.jar")))
    java = str(find_java(os.environ).launcher)
    argv = [java, "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", classes]
    done = subprocess.run(
        [*argv, tool, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=COMMAND_SECONDS_MAX,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{tool} ended with {done.returncode}: {done.stdout[-500:]}")
