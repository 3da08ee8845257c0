"""Sends submissions as uploads for which nobody waits, one after another, each again until it is through.

A part of the source is one upload. It counts when the gateway says, at its end, that every line of it
and the end itself are in the log: then whoever knows its id learns the rest. Otherwise the part is
sent again as another upload, which by the contract changes nothing.
"""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field

from acr_client.backoff import Backoff
from acr_client.feeding import Source, fed, paced
from acr_client.following import POLL_SECONDS
from acr_client.requests import Trouble, one_line
from acr_client.sending import Pace
from acr_client.told import PASSING, Outgoing, SendingFailed
from acr_client.upload_requests import Handed, UploadCut, UploadRequests
from acr_client.uploads import SentLine, Upload, UploadAnswer

# A part is held until it is through: what is not answered has to be sent again.
LINES_MAX = 10_000
BYTES_MAX = 16 * 1024 * 1024
# How long to look for the end of an upload whose answer was cut off.
LOOKED_FOR_SECONDS = 10.0


@dataclass(slots=True)
class _Part:
    lines: list[SentLine] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    bytes: int = 0

    def add(self, number: int, outgoing: Outgoing) -> None:
        body = one_line(outgoing.body)
        self.lines.append(SentLine(number, outgoing.where, outgoing.digest))
        self.bodies.append(body)
        self.bytes += len(body)


class Uploading:
    """One run. It changes while it works."""

    def __init__(
        self, requests: UploadRequests, pace: Pace, source: Source, handed: Handed
    ) -> None:
        """Nothing is sent until `uploads` is iterated; ``handed`` hears of each part's progress."""
        self._requests = requests
        self._pace = pace
        self._source = source
        self._handed = handed
        self._lines_max = LINES_MAX

    async def uploads(self) -> AsyncGenerator[Upload]:
        """Give each upload that is through. The next part is gathered when it is asked for.

        Raises:
            SendingFailed: if the service refuses for good, or took nothing for too long.
        """
        part, count = _Part(), 0
        async with (
            aclosing(fed(self._source)) as submissions,
            aclosing(paced(submissions, self._pace.rate)) as begun,
        ):
            async for outgoing in begun:
                count += 1
                part.add(outgoing.number or count, outgoing)
                if len(part.lines) >= self._lines_max or part.bytes >= BYTES_MAX:
                    async with aclosing(self._sent(part)) as sent:
                        async for upload in sent:
                            yield upload
                    part = _Part()
        async with aclosing(self._sent(part)) as sent:
            async for upload in sent:
                yield upload

    async def _sent(self, part: _Part) -> AsyncGenerator[Upload]:
        """Send a part; gives several uploads where the gateway takes fewer lines at once."""
        taken = 0
        while taken < len(part.lines):
            answer = await self._delivered(part.bodies[taken:])
            lines = part.lines[taken : taken + answer.next_line - 1]
            taken += len(lines)
            if not answer.complete:
                self._lines_max = min(self._lines_max, len(lines))
            address = self._requests.address(answer.upload_id)
            yield Upload(answer.upload_id, address, lines, answer.kept, answer.refused)

    async def _delivered(self, bodies: list[bytes]) -> UploadAnswer:
        loop = asyncio.get_running_loop()
        backoff = Backoff(random.random)
        failing_since: float | None = None
        while True:
            try:
                return await self._attempt(bodies)
            except Trouble as failed:
                trouble = failed
            failing_since = loop.time() if failing_since is None else failing_since
            patience_seconds = self._pace.patience_seconds
            if loop.time() - failing_since >= patience_seconds:
                raise SendingFailed(f"gave up after {patience_seconds:g} s: {trouble}")
            await asyncio.sleep(backoff.next_seconds(trouble.asked_seconds))

    async def _attempt(self, bodies: list[bytes]) -> UploadAnswer:
        try:
            answer = await self._requests.post(bodies, self._handed)
        except UploadCut as cut:
            found = None if cut.upload_id is None else await self._end_of(cut.upload_id)
            if found is None:
                raise
            answer = found
        if not answer.noted:
            raise Trouble("the end of the upload was not noted")
        if answer.complete:
            return answer
        why = answer.problem.get("detail", "no reason was told")
        if answer.problem.get("status") in PASSING:
            raise Trouble(f"the upload ended early: {why}")
        if answer.next_line <= 1:
            raise SendingFailed(f"the upload is refused: {why}")
        return answer

    async def _end_of(self, upload_id: str) -> UploadAnswer | None:
        """Look for the noted end of an upload whose answer was cut off; None where it does not come."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + LOOKED_FOR_SECONDS
        while (left := deadline - loop.time()) > 0:
            asked = 0.0
            try:
                end, asked = await self._requests.end_of(upload_id)
            except (Trouble, SendingFailed):
                end = None
            if end is not None:
                return end
            await asyncio.sleep(min(left, asked or POLL_SECONDS))
        return None
