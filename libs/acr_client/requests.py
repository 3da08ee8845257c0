"""Requests of the client: a stream of lines, a single submission, a status. One attempt each."""

import gzip
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import httpx

from acr_client.backoff import asked_seconds
from acr_client.told import Outgoing, SendingFailed

NDJSON, JSON = "application/x-ndjson", "application/json"
# Trouble that passes by itself. Everything else about a request as a whole needs a person.
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
GZIP_LEVEL = 1
Compression = Literal["gzip"] | None


class Trouble(Exception):
    """The attempt failed and is worth another one, after as many seconds as the service asked for."""

    def __init__(self, what: str, asked: float = 0.0) -> None:
        super().__init__(what)
        self.asked_seconds = asked


class NoStreams(Exception):
    """This service takes no lines: send one submission after another."""


@dataclass(frozen=True, slots=True)
class Requests:
    """How to reach one registry. ``wait_seconds`` is None for the service's own bound."""

    http: httpx.AsyncClient
    registry: str
    wait_seconds: float | None = None
    compression: Compression = None

    async def stream(self, batch: Sequence[Outgoing]) -> AsyncIterator[dict[str, Any]]:
        """Send lines and give the answers as they come; the last one is the summary.

        Answers are asked for after the upload: httpx reads none while it sends.

        Raises:
            Trouble: if it failed, perhaps after some answers, or the answer was cut off.
            NoStreams: if the service takes no lines.
            SendingFailed: if the request is refused for good.
        """
        content, encoding = self._encoded(b"\n".join(one_line(each.body) for each in batch))
        headers = {"Content-Type": NDJSON, **encoding, "Prefer": self._prefer("answers=after")}
        whole = False
        try:
            async with self.http.stream(
                "POST", self._path, content=content, headers=headers
            ) as answer:
                if answer.status_code != httpx.codes.OK:
                    await answer.aread()
                    self._raise(answer, streamed=True)
                async for line in answer.aiter_lines():
                    members = json.loads(line)
                    whole = "line" not in members
                    yield members
        except (httpx.TransportError, json.JSONDecodeError) as error:
            raise Trouble(_named(error)) from None
        if not whole:
            raise Trouble("the answer was cut off")

    async def single(self, outgoing: Outgoing) -> tuple[int, dict[str, Any]]:
        """Send one submission; gives status and members of the answer.

        Raises:
            Trouble: if it failed.
            SendingFailed: if the address refuses for good.
        """
        headers = {"Content-Type": JSON}
        if prefer := self._prefer():
            headers["Prefer"] = prefer
        try:
            answer = await self.http.post(self._path, content=outgoing.body, headers=headers)
        except httpx.TransportError as error:
            raise Trouble(_named(error)) from None
        members = members_of(answer)
        about_one = answer.status_code in (200, 201, 202, 400, 413)
        if not about_one or not members:
            self._raise(answer, streamed=False)
        return answer.status_code, members

    async def status(self, submission_id: str, wait_seconds: float) -> dict[str, Any]:
        """Ask what became of a submission.

        Raises:
            Trouble: if it failed.
        """
        path, headers = f"/v1/submissions/{submission_id}", {"Prefer": f"wait={wait_seconds:.0f}"}
        try:
            answer = await self.http.get(path, headers=headers, follow_redirects=True)
        except httpx.TransportError as error:
            raise Trouble(_named(error)) from None
        members = members_of(answer)
        if answer.status_code != httpx.codes.OK or "verdict" not in members:
            raise Trouble(f"status {answer.status_code}", asked_seconds(answer.headers))
        return members

    @property
    def _path(self) -> str:
        return f"/v1/registries/{self.registry}/submissions"

    def _prefer(self, *others: str) -> str:
        wait = () if self.wait_seconds is None else (f"wait={self.wait_seconds:.0f}",)
        return ", ".join((*wait, *others))

    def _encoded(self, content: bytes) -> tuple[bytes, dict[str, str]]:
        if self.compression is None:
            return content, {}
        return gzip.compress(content, GZIP_LEVEL), {"Content-Encoding": "gzip"}

    def _raise(self, answer: httpx.Response, *, streamed: bool) -> None:
        if answer.status_code in PASSING:
            raise Trouble(f"status {answer.status_code}", asked_seconds(answer.headers))
        if streamed and answer.status_code == httpx.codes.UNSUPPORTED_MEDIA_TYPE:
            raise NoStreams
        told = members_of(answer).get("detail", "It is no gateway of ACR Connect.")
        raise SendingFailed(f"{answer.url} refuses with status {answer.status_code}: {told}")


def members_of(answer: httpx.Response) -> dict[str, Any]:
    """Read the members of a JSON answer; none where it is something else."""
    try:
        members = answer.json()
    except ValueError:
        return {}
    return members if isinstance(members, dict) else {}


def one_line(body: bytes) -> bytes:
    """Lay JSON on one line: in JSON a line end is white space, strings hold none.

    Nothing becomes `null`, which is refused as nothing is: blank lines get no answer.
    """
    return body.replace(b"\r", b" ").replace(b"\n", b" ").strip() or b"null"


def _named(error: Exception) -> str:
    return f"no answer ({type(error).__name__})"
