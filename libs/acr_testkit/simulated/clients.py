"""Clients of partners: they send, lose answers, send again, and write down what they were told."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from acr_domain.topics import uploads_topic
from acr_testkit.facts import Position, Told
from acr_testkit.simulated.http import Answer, ask
from acr_testkit.simulated.sendings import REGISTRY, Kind, Sending, body_of
from acr_testkit.simulated.system import System

ATTEMPTS_MAX = 4
REFUSED_CONTENTS = 1_000_000
JSON_FIELDS = {"content-type": "application/json"}
LINES_FIELDS = {"content-type": "application/x-ndjson"}


@dataclass(slots=True)
class Client:
    """One client of one partner. It remembers what it sent, and sends some of it again."""

    system: System
    partner: str
    gateways: Sequence[str]
    records: int
    sent: list[Sending] = field(default_factory=list)

    async def send_all(self, count: int, window_seconds: float) -> None:
        """Send so many submissions within a time, some of them beside each other."""
        chance = self.system.chance
        waiting: list[asyncio.Task[None]] = []
        while count > 0:
            await asyncio.sleep(chance.random() * window_seconds)
            lines = min(count, chance.randint(2, 5)) if chance.random() < 0.15 else 1
            sendings = [self._next() for _ in range(lines)]
            count -= lines
            task = asyncio.ensure_future(self._send_until_told(sendings))
            if chance.random() < 0.5:
                await task
            else:
                waiting.append(task)
        for task in waiting:
            await task

    def _next(self) -> Sending:
        chance = self.system.chance
        if self.sent and chance.random() < 0.25:
            return chance.choice(self.sent)
        record = chance.randrange(self.records)
        draw = chance.random()
        if draw < 0.05:
            # A content of its own: what is refused can never be in the log.
            content = REFUSED_CONTENTS + len(self.system.told)
            return Sending(self.partner, record, 1, content, Kind.REFUSED)
        kind = Kind.REJECTED if draw < 0.13 else Kind.PLAIN
        content = chance.randrange(3) + (10 if kind is Kind.REJECTED else 0)
        sending = Sending(self.partner, record, chance.randint(1, 4), content, kind)
        self.sent.append(sending)
        return sending

    async def _send_until_told(self, sendings: Sequence[Sending]) -> None:
        chance = self.system.chance
        for attempt in range(ATTEMPTS_MAX):
            sendings = await self._send(sendings, stream=len(sendings) > 1)
            if not sendings or chance.random() < 0.15:
                return
            await asyncio.sleep(chance.random() * 2 * (attempt + 1))

    async def _send(self, sendings: Sequence[Sending], *, stream: bool) -> Sequence[Sending]:
        """Send once, and give back what is to be sent again."""
        system, chance = self.system, self.system.chance
        node = system.nodes[chance.choice(self.gateways)]
        for each in sendings:
            system.tell(self.partner, "sends %s to %s", each, node.name)
        headers = dict(LINES_FIELDS if stream else JSON_FIELDS)
        wait = chance.choice((None, None, "wait=1", "wait=20", "respond-async"))
        if wait is not None:
            headers["prefer"] = wait
        patience = 40.0 if chance.random() < 0.8 else chance.random() * 3
        body = b"\n".join(map(body_of, sendings))
        answer = await ask(system, self.partner, node, body, headers, patience)
        return self._hear(sendings, answer, stream=stream)

    def _hear(
        self, sendings: Sequence[Sending], answer: Answer | None, *, stream: bool
    ) -> Sequence[Sending]:
        told: dict[int, tuple[int, Mapping[str, Any]]] = {}
        if answer is not None and not (stream and answer.status in {200, 202}):
            data = answer.lines[0] if answer.lines else {}
            told = dict.fromkeys(range(len(sendings)), (answer.status, data))
        elif answer is not None:
            lines = answer.lines if answer.status == 200 else self._noted(answer)
            told = {line["line"] - 1: (line["status"], line) for line in lines if "line" in line}
        again = []
        for place, sending in enumerate(sendings):
            status, data = told.get(place, (None, {}))
            self._note(sending, status, data)
            if status is None or status >= 429:
                again.append(sending)
        return again

    def _noted(self, answer: Answer) -> Sequence[Mapping[str, Any]]:
        """Look up what the log says of the lines of an upload that nobody waited for."""
        upload = answer.lines[-1]["upload_id"].encode()
        notes = self.system.log.records(uploads_topic(REGISTRY))
        values = [each.value or b"" for each in notes if each.key == upload]
        return [orjson.loads(line) for value in values for line in value.splitlines()]

    def _note(self, sending: Sending, status: int | None, data: Mapping[str, Any]) -> None:
        told = Told(
            sending.partner,
            sending.key,
            sending.version_no,
            sending.content,
            status,
            data.get("verdict"),
            data.get("submission_id"),
            _position(data.get("position")),
        )
        self.system.told.append(told)
        if status is None:
            self.system.tell(self.partner, "hears nothing of %s", sending)
        else:
            self.system.tell(self.partner, "hears %s %s of %s", status, told.verdict or "", sending)


def _position(text: str | None) -> Position | None:
    if text is None:
        return None
    _, partition, offset = text.rsplit("/", 2)
    return int(partition), int(offset)
