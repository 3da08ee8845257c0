"""Streams through the whole system: by curl as the README shows, and byte by byte."""

import json
import subprocess
import uuid

from acr_localstack.services import System
from acr_testkit.samples import submission
from acr_testkit.stream_sender import as_lines, stream_sender

PATH = "/v1/registries/lcsr/submissions"


def test_curl_sends_lines_and_shows_answers(system: System) -> None:
    bodies = [submission("lcsr") for _ in range(300)]
    command = ["curl", "-sS", "-N", "-T", ".", "-X", "POST", "--max-time", "60"]
    command += ["-H", "Content-Type: application/x-ndjson", system.gateway.url + PATH]

    done = subprocess.run(command, input=as_lines(*bodies, {}), capture_output=True, check=True)

    *answers, last = [json.loads(line) for line in done.stdout.splitlines()]
    assert last["summary"] == {
        "lines": 301,
        "blank": 0,
        "created": 300,
        "refused": 1,
        "complete": True,
    }
    assert {each["line"] for each in answers} == set(range(1, 302))


async def test_answers_come_while_lines_are_sent(system: System) -> None:
    header_id = str(uuid.uuid4())
    async with stream_sender(system.gateway.url) as sender:
        await sender.head(PATH)
        verdicts = []
        for version in (1, 3, 2, 2):
            await sender.line(submission("lcsr", header_id=header_id, version_no=version))
            answer = await sender.answer() if await sender.answer_head() == 200 else None
            verdicts.append(answer and answer["verdict"])
        await sender.end()

        assert verdicts == ["created", "updated", "superseded", "duplicate"]
        assert (await sender.answers())[-1]["summary"]["lines"] == 4
