"""Around each test here: the log gets only what was promised, and the service goes on."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from acr_localstack.services import System
from acr_settings.settings import KafkaSettings
from acr_testkit.kept_log import Kept, only_promised_is_kept
from acr_testkit.problem_answers import MARKER
from acr_testkit.samples import submission


@pytest.fixture(scope="module", autouse=True)
async def kept(system: System, kafka_settings: KafkaSettings) -> AsyncIterator[Kept]:
    """What the tests of one module promise to be kept; the log is read when they are through."""
    async with only_promised_is_kept(kafka_settings) as kept:
        yield kept
    log = system.gateway.process.log.read_text()
    assert MARKER.lower() not in log.lower()
    assert "Traceback" not in log
    assert '"level": "error"' not in log


@pytest.fixture(autouse=True)
def goes_on(gateway: httpx.Client, kept: Kept) -> Iterator[None]:
    """A valid submission is taken after each test."""
    yield
    answer = gateway.post("/v1/registries/cdsr/submissions", json=submission())
    assert answer.status_code == httpx.codes.CREATED
    kept.expect(answer)
