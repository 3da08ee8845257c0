"""Uploads that nobody waits for: an address at once, and in the log what became of each line."""

import json
from typing import Any

import httpx
import pytest

from acr_gateway.upload_notes import NOTE_BYTES_MAX
from acr_kafka import header_names
from acr_settings.settings import GatewaySettings
from acr_testkit.awaiting import until
from acr_testkit.samples import submission
from acr_testkit.served_gateway import ServedGateway, served_gateway
from acr_testkit.stream_sender import StreamSender, as_lines, post_lines, stream_sender

PATH = "/v1/registries/cdsr/submissions"
ASYNC = {"Prefer": "respond-async"}


def noted(gateway: ServedGateway) -> list[dict[str, Any]]:
    """All answers in the notes, in their order."""
    values = [record.value or b"" for record in gateway.log.notes]
    return [json.loads(line) for value in values for line in value.splitlines()]


def noted_lines(gateway: ServedGateway) -> dict[int, dict[str, Any]]:
    """The noted answer to each line."""
    return {each["line"]: each for each in noted(gateway) if "line" in each}


async def test_an_upload_is_noted_line_by_line_and_told_at_its_end(gateway: ServedGateway) -> None:
    content = as_lines(submission()) + b"\nno JSON\n" + as_lines(submission())
    gateway.log.tells.clear()

    answer = await post_lines(gateway.url + PATH, content, **ASYNC)

    assert answer.status_code == 202
    assert answer.headers["preference-applied"] == "respond-async"
    told = answer.json()
    assert answer.headers["location"] == told["location"] == f"/v1/uploads/{told['upload_id']}"
    summary = {"lines": 4, "blank": 1, "pending": 2, "refused": 1, "complete": True}
    assert {name: told[name] for name in summary} == summary
    assert told["noted"]
    begun, *_, ended = noted(gateway)
    assert begun["upload"]["registry"] == "cdsr"
    assert ended == {"summary": summary}
    lines = noted_lines(gateway)
    assert {line: each["status"] for line, each in lines.items()} == {1: 202, 3: 400, 4: 202}
    kept = [each.submission_id for each in gateway.log.submissions]
    assert [lines[1]["submission_id"], lines[4]["submission_id"]] == kept
    names = [dict(record.headers) for record in gateway.log.notes]
    assert {each[header_names.UPLOAD_ID].decode() for each in names} == {told["upload_id"]}
    assert [int(each[header_names.UPLOAD_NOTE]) for each in names] == [*range(len(names))]


async def test_the_address_is_told_before_the_first_line(sender: StreamSender) -> None:
    """Goal: whoever loses its connection knows where to look."""
    await sender.head(PATH, "Prefer: respond-async")

    assert await sender.answer_head() == 202
    assert sender.fields["location"].startswith("/v1/uploads/")


async def test_an_upload_that_is_cut_has_every_complete_line_noted(gateway: ServedGateway) -> None:
    async with stream_sender(gateway.url) as sender:
        await sender.head(PATH, "Prefer: respond-async")
        await sender.answer_head()
        await sender.chunk(as_lines(submission(), submission()) + b'{"dart')

    await until(lambda: "summary" in noted(gateway)[-1], "the end is noted")
    summary = noted(gateway)[-1]["summary"]
    assert not summary["complete"]
    assert summary["next_line"] == 3
    kept = {each.submission_id for each in gateway.log.submissions}
    assert {each["submission_id"] for each in noted_lines(gateway).values()} == kept
    assert len(kept) == 2


async def test_without_a_log_there_is_no_upload(gateway: ServedGateway) -> None:
    gateway.log.away = True

    answer = await post_lines(gateway.url + PATH, as_lines(submission()), **ASYNC)

    assert answer.status_code == 503
    assert "location" not in answer.headers
    assert not gateway.log.submissions


async def test_a_log_that_goes_away_ends_the_upload_and_says_so(gateway: ServedGateway) -> None:
    async with stream_sender(gateway.url) as sender:
        await sender.head(PATH, "Prefer: respond-async")
        await sender.answer_head()
        await sender.line(submission())
        await until(lambda: len(noted(gateway)) == 2, "the first line is noted")
        gateway.log.away = True
        await sender.line(submission())

        told = await sender.answer()

    assert told is not None
    assert not told["complete"]
    assert not told["noted"]
    assert told["next_line"] == 3
    assert told["problem"]["status"] == 503


async def test_an_upload_is_bounded_in_lines() -> None:
    async with (
        served_gateway(GatewaySettings(upload_lines_max=3)) as gateway,
        stream_sender(gateway.url) as sender,
    ):
        await sender.head(PATH, "Prefer: respond-async")
        await sender.answer_head()
        for count in range(1, 4):
            await sender.line(submission())
            await until(lambda: len(noted_lines(gateway)) == count, "the line is noted")  # noqa: B023

        told = await sender.answer()

    assert told is not None
    assert told["problem"]["status"] == 413
    assert told["next_line"] == 4


async def test_notes_stay_small_whatever_is_refused(gateway: ServedGateway) -> None:
    worst = b'{"dartheader": {}, "payload": [' + b",".join([b"NaN"] * 200) + b"]}\n"

    answer = await post_lines(gateway.url + PATH, worst * 100, **ASYNC)

    assert answer.json()["refused"] == 100
    assert len(noted_lines(gateway)) == 100
    sizes = [len(record.value or b"") for record in gateway.log.notes]
    assert max(sizes) <= NOTE_BYTES_MAX
    assert sum(sizes) > NOTE_BYTES_MAX


@pytest.mark.parametrize("prefer", ["wait=0", "respond-async, wait=5", "answers=after"])
async def test_who_waits_for_lines_gets_lines(gateway: ServedGateway, prefer: str) -> None:
    answer = await post_lines(gateway.url + PATH, as_lines(submission()), Prefer=prefer)

    assert answer.status_code == httpx.codes.OK
    assert not gateway.log.notes
