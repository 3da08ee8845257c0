"""Requests of the client: a stream of lines, a single submission, a status. One attempt each."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import httpx

from acr_client.backoff import asked_seconds
from acr_client.compressing import Compression, compressed
from acr_client.told import PASSING, Outgoing, SendingFailed

NDJSON, JSON = "application/x-ndjson", "application/json"


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
        lines = b"\n".join(one_line(each.body) for each in batch)
        content = b"".join(self.encoded([lines]))
        headers = {"Content-Type": NDJSON, **self.encoding, "Prefer": self._prefer("answers=after")}
        whole = False
        try:
            async with self.http.stream(
                "POST", self.path, content=content, headers=headers
            ) as answer:
                if answer.status_code != httpx.codes.OK:
                    await answer.aread()
                    self.refuse(answer, streamed=True)
                async for line in answer.aiter_lines():
                    members = json.loads(line)
                    whole = "line" not in members
                    yield members
        except (httpx.TransportError, json.JSONDecodeError) as error:
            raise Trouble(named(error)) from None
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
            answer = await self.http.post(self.path, content=outgoing.body, headers=headers)
        except httpx.TransportError as error:
            raise Trouble(named(error)) from None
        members = members_of(answer)
        about_one = answer.status_code in (200, 201, 202, 400, 413)
        if not about_one or not members:
            self.refuse(answer, streamed=False)
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
            raise Trouble(named(error)) from None
        members = members_of(answer)
        if answer.status_code != httpx.codes.OK or "verdict" not in members:
            raise Trouble(f"status {answer.status_code}", asked_seconds(answer.headers))
        return members

    @property
    def path(self) -> str:
        """Give the address that submissions go to."""
        if not self.registry:
            raise SendingFailed("say to which registry to send")
        return f"/v1/registries/{self.registry}/submissions"

    def _prefer(self, *others: str) -> str:
        wait = () if self.wait_seconds is None else (f"wait={self.wait_seconds:.0f}",)
        return ", ".join((*wait, *others))

    @property
    def encoding(self) -> dict[str, str]:
        """Give the header that tells how bodies are compressed."""
        return {} if self.compression is None else {"Content-Encoding": self.compression}

    def encoded(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """Compress a body piece by piece."""
        return compressed(pieces, self.compression)

    def refuse(self, answer: httpx.Response, *, streamed: bool) -> NoReturn:
        """Raise what an answer means that is none to the submissions.

        Raises:
            Trouble: if it is worth another attempt.
            NoStreams: if lines were sent to a service that takes none.
            SendingFailed: otherwise.
        """
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


def named(error: Exception) -> str:
    """Name a trouble of the connection, without anything that was sent."""
    return f"no answer ({type(error).__name__})"
