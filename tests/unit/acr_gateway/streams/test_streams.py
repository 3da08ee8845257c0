"""Streams of submissions: each line answered by itself, while the upload goes on, within bounds."""

import asyncio
import json
import uuid
from collections import Counter

import httpx

from acr_domain.topics import submissions_topic
from acr_kafka.header_names import SUBMISSION_ID, TRACEPARENT
from acr_testkit.awaiting import until
from acr_testkit.samples import submission
from acr_testkit.served_gateway import ServedGateway
from acr_testkit.stream_sender import (
    StreamSender,
    as_lines,
    post_lines,
    read_lines,
)

PATH = "/v1/registries/cdsr/submissions"
WINDOW_LINES = 20


async def test_answers_flow_while_the_upload_goes_on(sender: StreamSender) -> None:
    await sender.head(PATH)
    assert await sender.answer_head() == 200
    assert sender.fields["content-type"] == "application/x-ndjson"
    body = submission()
    for number, verdict in enumerate(["created", "duplicate", "duplicate"], start=1):
        await sender.line(body)
        answer = await sender.answer()
        assert answer is not None
        assert (answer["line"], answer["verdict"]) == (number, verdict)
    await sender.end()

    assert await sender.answers() == [
        {"summary": {"lines": 3, "blank": 0, "created": 1, "duplicate": 2, "complete": True}}
    ]


async def test_a_line_is_answered_as_a_submission_of_its_own_would_be(
    gateway: ServedGateway,
) -> None:
    bodies = [submission(), submission(modificationdate="2015-10-27T00:00:00Z"), {"payload": {}}]
    streamed, summary = read_lines(await post_lines(gateway.url + PATH, as_lines(*bodies)))

    async with httpx.AsyncClient(base_url=gateway.url) as client:
        for number, body in enumerate(bodies, start=1):
            body.get("dartheader", {}).update(id=str(uuid.uuid4()))
            single = await client.post(PATH, json=body)
            answer = streamed[number]
            assert answer.pop("status") == single.status_code
            assert answer.pop("location", None) == single.headers.get("location") or number == 1
            same = {"verdict", "summary", "registry", "partner_id", "findings", "type", "title"}
            for name in same & single.json().keys():
                assert answer[name] == single.json()[name], name
            assert {*answer, "status"} - {"line"} == {*single.json(), "status"}
    assert summary == {
        "lines": 3,
        "blank": 0,
        "created": 1,
        "rejected": 1,
        "refused": 1,
        "complete": True,
    }


async def test_a_bad_line_spoils_only_itself_and_blank_ones_are_counted(
    gateway: ServedGateway,
) -> None:
    good = [submission() for _ in range(3)]
    content = b"".join(
        [
            b"\xef\xbb\xbf" + as_lines(good[0]),
            b"\n\r\n",
            b'{"cut": \n',
            b"[" * 100 + b"\r\n",
            b"x" * 5000 + b"\n",
            b"\xff\xfe\n",
            json.dumps(good[1]).encode() + b"\r\n",
            json.dumps(good[2]).encode(),
        ]
    )

    answers, summary = read_lines(await post_lines(gateway.url + PATH, content))

    assert {line: each["status"] for line, each in answers.items()} == {
        1: 201,
        8: 201,
        9: 201,
        4: 400,
        5: 400,
        6: 413,
        7: 400,
    }
    assert answers[6]["type"] == "/problems/body-too-large"
    assert answers[4]["findings"]
    assert summary["lines"] == 9
    assert summary["blank"] == 2
    assert [each.body for each in gateway.log.submissions] == [
        json.dumps(each).encode() for each in good
    ]


async def test_versions_of_a_record_keep_their_order(gateway: ServedGateway) -> None:
    """Goal: lines go to the log in the order in which they were sent, however they are batched."""
    header_ids = [str(uuid.uuid4()) for _ in range(4)]
    bodies = [
        submission(header_id=header_id, version_no=version)
        for version in range(1, 60)
        for header_id in header_ids
    ]

    _, summary = read_lines(await post_lines(gateway.url + PATH, as_lines(*bodies)))

    assert summary["created"] == len(header_ids)
    assert summary["updated"] == len(bodies) - len(header_ids)
    assert max(gateway.log.batches) > 1


async def test_each_line_waits_no_longer_than_the_sender_wishes(
    gateway: ServedGateway, sender: StreamSender
) -> None:
    gateway.log.tells.clear()
    await sender.head(PATH, "Prefer: wait=0")
    await sender.line(submission())

    assert await sender.answer_head() == 200
    answer = await sender.answer()

    assert sender.fields["preference-applied"] == "wait=0"
    assert answer is not None
    assert (answer["status"], answer["verdict"]) == (202, "pending")
    assert answer["location"] == f"/v1/submissions/{answer['submission_id']}"
    gateway.log.tells.set()


async def test_no_more_is_taken_than_the_window_while_verdicts_are_late(
    gateway: ServedGateway, sender: StreamSender
) -> None:
    gateway.log.tells.clear()
    await sender.head(PATH)
    for _ in range(WINDOW_LINES * 2):
        await sender.line(submission())
    await sender.end()

    await until(lambda: sum(gateway.log.batches) == WINDOW_LINES, "a full window")
    gateway.log.tells.set()

    await sender.answer_head()
    assert len(await sender.answers()) == WINDOW_LINES * 2 + 1


async def test_what_waits_for_the_log_goes_in_batches(
    gateway: ServedGateway, sender: StreamSender
) -> None:
    gateway.log.acknowledges.clear()
    await sender.head(PATH)
    await sender.line(submission())
    await until(lambda: gateway.log.batches == [1], "the first line")
    await sender.chunk(as_lines(*[submission() for _ in range(10)]))
    await sender.end()
    await sender.answer_head()
    first = await sender.answer()
    gateway.log.acknowledges.set()

    answers = await sender.answers()

    assert first is not None
    assert sum(gateway.log.batches) == 11
    assert len(gateway.log.batches) < 11
    assert answers[-1]["summary"]["created"] == 11


async def test_answers_after_the_upload_for_a_sender_that_does_not_read_before(
    gateway: ServedGateway, sender: StreamSender
) -> None:
    await sender.head(PATH, "Prefer: answers=after")
    await sender.chunk(as_lines(*[submission() for _ in range(WINDOW_LINES // 2)]))
    await until(lambda: len(gateway.log.submissions) == WINDOW_LINES // 2, "the appends")
    assert sender.reader._buffer == b""  # type: ignore[attr-defined]
    await sender.end()

    assert await sender.answer_head() == 200
    answers = await sender.answers()

    assert sender.fields["preference-applied"] == "answers=after"
    assert {each["line"] for each in answers[:-1]} == set(range(1, WINDOW_LINES // 2 + 1))
    assert answers[-1]["summary"]["complete"]


async def test_the_form_is_checked_before_anything_is_read(gateway: ServedGateway) -> None:
    answer = await post_lines(
        gateway.url + PATH, b"", **{"Content-Type": "application/x-ndjson; charset=latin-1"}
    )

    assert answer.status_code == 415
    assert answer.headers["accept-post"] == "application/json, application/x-ndjson"


async def test_two_uploads_of_the_same_records_at_once_store_each_once(
    gateway: ServedGateway,
) -> None:
    content = as_lines(*[submission() for _ in range(50)])

    both = await asyncio.gather(
        post_lines(gateway.url + PATH, content), post_lines(gateway.url + PATH, content)
    )

    counts: Counter[str] = Counter()
    for answer in both:
        summary = read_lines(answer)[1]
        counts.update({name: summary.get(name, 0) for name in ("created", "duplicate")})
    assert counts == {"created": 50, "duplicate": 50}


async def test_the_lines_of_a_stream_have_the_trace_of_its_request(gateway: ServedGateway) -> None:
    bodies = [submission() for _ in range(3)]

    await post_lines(gateway.url + PATH, as_lines(*bodies))
    await post_lines(gateway.url + PATH, as_lines(submission()))

    records = gateway.log.log.records(submissions_topic("cdsr"))
    traces = Counter(record.header(TRACEPARENT) for record in records)
    assert sorted(traces.values()) == [1, 3]
    ids = {record.header(SUBMISSION_ID) for record in records}
    assert len(ids) == 4
