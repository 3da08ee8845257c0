"""The documented way to read the results topic, run as a vendor would."""

import json
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest

from acr_avro.records import encode_result
from acr_domain.judgement import Outcome, Verdict
from acr_domain.submission import LogPosition, SubmissionKey
from acr_domain.topics import RESULTS_TOPIC
from acr_kafka.records import NewRecord
from acr_localstack.neighbours import Neighbours
from acr_settings.settings import KafkaSettings
from acr_testkit.consuming import ready_writer
from acr_testkit.samples import submission

EXAMPLE = Path(__file__).parents[3] / "docs" / "examples" / "read_results_topic.py"


@pytest.fixture
def partner() -> str:
    return f"p{uuid.uuid4().hex[:8]}"


@pytest.fixture
async def told(
    gateway: httpx.Client, kafka_settings: KafkaSettings, partner: str
) -> dict[str, Any]:
    """The answer to a submission of this partner; its result is in the topic twice."""
    path = "/v1/registries/lcsr/submissions"
    async with httpx.AsyncClient(base_url=gateway.base_url, timeout=30.0) as client:
        await client.post(path, json=submission("lcsr", partner="another"))
        answer = await client.post(path, json=submission("lcsr", partner=partner))
    told: dict[str, Any] = answer.json()
    topic, partition, offset = told["position"].split("/")
    key = SubmissionKey("lcsr", partner, told["header_id"])
    position = LogPosition(topic, int(partition), int(offset))
    repeat = encode_result(Outcome(position, told["submission_id"], Verdict.CREATED, key))
    async with ready_writer(kafka_settings) as writer:
        await writer.append(NewRecord(RESULTS_TOPIC, key.log_key().encode(), repeat, []))
    return told


def test_the_example_prints_a_partners_results_once_each(
    told: dict[str, Any], neighbours: Neighbours, partner: str
) -> None:
    brokers = ["--brokers", neighbours.kafka_bootstrap]
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), *brokers, "--partner", partner, "--until-end"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    printed = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["result_id"], each["verdict"]) for each in printed] == [
        (told["position"], "created")
    ]
