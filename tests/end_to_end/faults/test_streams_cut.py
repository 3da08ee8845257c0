"""A gateway that ends in the middle of a stream or an upload: what was kept is named, the rest is not."""

import asyncio
from typing import Any

import httpx

from acr_testkit.awaiting import until
from acr_testkit.fragile_system import Fragile
from acr_testkit.samples import submission
from acr_testkit.stream_sender import StreamSender, post_lines, read_lines, stream_sender

CDSR = "/v1/registries/cdsr/submissions"
CHUNK_LINES = 20
BEFORE = 200
LINES_MAX = 3000
AFTER = "answers=after"


async def send_on(sender: StreamSender, sent: list[dict[str, Any]]) -> None:
    """Send lines until the gateway takes no more, and no more than a fast machine can send again."""
    try:
        while len(sent) < LINES_MAX:
            bodies = [submission() for _ in range(CHUNK_LINES)]
            sent += bodies
            for each in bodies:
                await sender.line(each)
    except OSError:
        return


async def test_told_to_stop_it_settles_each_line_that_it_took_and_names_the_next(
    fragile: Fragile, reading: httpx.AsyncClient
) -> None:
    sent: list[dict[str, Any]] = []
    told: list[dict[str, Any]] = []
    async with stream_sender(fragile.gateway.url) as sender:
        await sender.head(CDSR)
        await sender.answer_head()
        sending = asyncio.create_task(send_on(sender, sent))
        while len(told) < BEFORE:
            told.append(await sender.answer() or {})
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
        stopping = asyncio.create_task(asyncio.to_thread(fragile.gateway.stop))
        told += await sender.answers()

    assert await stopping == 0
    fragile.gateway.start()
    *answers, last = told
    summary = last["summary"]
    assert not summary["complete"]
    assert sorted(each["line"] for each in answers) == [*range(1, summary["next_line"])]
    assert {each["status"] for each in answers} <= {201, 202}
    for each in answers[-5:]:
        answer = await reading.get(
            f"/v1/submissions/{each['submission_id']}", headers={"Prefer": "wait=30"}
        )
        assert answer.json()["verdict"] == "created"


async def test_killed_within_an_upload_what_was_noted_is_kept_and_the_rest_can_be_sent_again(
    fragile: Fragile, reading: httpx.AsyncClient
) -> None:
    sent: list[dict[str, Any]] = []
    async with stream_sender(fragile.gateway.url) as sender:
        await sender.head(CDSR, "Prefer: respond-async")
        await sender.answer_head()
        location = sender.fields["location"]
        sending = asyncio.create_task(send_on(sender, sent))
        await until(lambda: len(sent) > BEFORE, "some lines are sent")
        await noted(reading, location)
        fragile.gateway.process.kill()
        await sending
    fragile.gateway.start()
    await asyncio.to_thread(fragile.gateway.wait_ready)

    found = await noted(reading, location)
    assert not found["ended"]
    assert not found["done"]
    lines = (await reading.get(f"{location}/results", params={"limit": 1000})).json()["results"]
    assert [each["line"] for each in lines] == [*range(1, len(lines) + 1)]
    content = b"".join(httpx.Request("POST", "/", json=each).content + b"\n" for each in sent)
    _, summary = read_lines(await post_lines(fragile.gateway.url + CDSR, content, Prefer=AFTER))
    # Perhaps the gateway had kept every line when it was killed: then none is new.
    assert summary.get("created", 0) + summary["duplicate"] == len(sent), summary
    assert summary["duplicate"] >= len(lines)


async def noted(reading: httpx.AsyncClient, location: str) -> dict[str, Any]:
    """Wait until lines of an upload are noted and all of those settled; gives its progress."""
    while True:
        found: dict[str, Any] = (await reading.get(location)).json()
        if found.get("kept", 0) and found["settled"] == found["kept"]:
            return found
        await asyncio.sleep(0.2)
