"""One whole system for these tests: three brokers, a database, two gateways, consumers, a reader."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from acr_localstack.shelter import temporary_data
from acr_testkit.faults.parts import Parts, Plan, running_parts

TOPICS_FILE = Path(__file__).parents[2] / "deploy" / "kafka" / "topics.toml"


@pytest.fixture(scope="package")
async def parts(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Parts]:
    with temporary_data() as data:
        plan = Plan(TOPICS_FILE, data, tmp_path_factory.mktemp("logs"))
        async with running_parts(plan, print) as running:
            yield running
