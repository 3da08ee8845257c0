"""The client's uploads while their gateway is killed and told to stop: nothing is lost, doubled or left untold."""

import asyncio
import json
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest

from acr_client.client import AcrClient
from acr_client.sending import Pace
from acr_client.uploads import Upload
from acr_testkit.fragile_system import Fragile
from acr_testkit.samples import as_bytes, submission

LINES, PART = 3000, 500
PACE = Pace(settle_seconds=60, patience_seconds=120)


@pytest.fixture(autouse=True)
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acr_client.uploading.LINES_MAX", PART)


def kill(fragile: Fragile) -> None:
    fragile.gateway.process.kill()
    fragile.gateway.start()


def stop(fragile: Fragile) -> None:
    assert fragile.gateway.stop() == 0
    fragile.gateway.start()


async def created_of(client: AcrClient, partner: str) -> Counter[str]:
    """Count how often each record of a partner was created, as the feed tells."""
    return Counter(
        [
            each["header_id"]
            async for page in client.results(partner)
            for each in page.results
            if each["verdict"] == "created"
        ]
    )


@pytest.mark.parametrize("trouble", [kill, stop])
async def test_what_a_gateway_did_not_finish_is_sent_again_and_each_line_is_told(
    fragile: Fragile, trouble: Callable[[Fragile], None]
) -> None:
    """Goal: one outcome a line, one record a submission. Method: in mid part, once one part is through."""
    partner = f"p{uuid.uuid4().hex[:8]}"
    bodies = [as_bytes(submission(partner=partner)) for _ in range(LINES)]
    ending: asyncio.Task[None] | None = None

    async def source() -> AsyncIterator[bytes]:
        for body in bodies:
            yield body

    def handed(count: int) -> None:
        nonlocal ending
        if uploads and ending is None and 0 < count < PART:
            ending = asyncio.create_task(asyncio.to_thread(trouble, fragile))

    uploads: list[Upload] = []
    async with AcrClient(fragile.gateway.url, "cdsr", pace=PACE) as client:
        async for upload in client.upload(source(), handed=handed):
            uploads.append(upload)
        assert ending is not None
        await ending
        verdicts: Counter[str] = Counter()
        for upload in uploads:
            done = [each.done async for each in client.follow(upload)]
            assert done[-1]
            verdicts.update([told.verdict async for told in client.upload_results(upload)])

        created = await created_of(client, partner)

    assert [line.number for each in uploads for line in each.lines] == [*range(1, LINES + 1)]
    assert verdicts.total() == LINES
    assert verdicts["created"] + verdicts["duplicate"] == LINES
    assert verdicts["duplicate"] <= PART
    assert created == Counter(json.loads(body)["dartheader"]["id"] for body in bodies)
