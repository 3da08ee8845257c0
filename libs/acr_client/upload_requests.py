"""Requests about uploads for which nobody waits: send one, ask how far it is, read results. One attempt each."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, NoReturn

import httpx

from acr_client.backoff import asked_seconds
from acr_client.requests import NDJSON, Requests, Trouble, members_of, named
from acr_client.told import PASSING, SendingFailed, UploadUnknown
from acr_client.uploads import (
    UploadAnswer,
    UploadProgress,
    read_answer,
    read_progress,
    upload_id_of,
)

Handed = Callable[[int], None]
PIECE_BYTES = 64 * 1024
PAGE_LINES = 1000


class UploadCut(Trouble):
    """The connection ended before the answer did. ``upload_id`` is known where its head came."""

    def __init__(self, what: str, upload_id: str | None) -> None:
        super().__init__(what)
        self.upload_id = upload_id


@dataclass(frozen=True, slots=True)
class UploadRequests:
    """How to reach the uploads of one registry."""

    requests: Requests

    async def post(self, lines: Sequence[bytes], handed: Handed) -> UploadAnswer:
        """Send lines as one upload, and give what the gateway says when it has taken the last one.

        ``handed`` hears how many lines have gone to the connection.

        Raises:
            UploadCut: if the answer did not come, or not whole; lines may be kept.
            Trouble: if it failed otherwise.
            SendingFailed: if the request is refused for good, or the service takes no uploads.
        """
        headers = {"Content-Type": NDJSON, **self.requests.encoding, "Prefer": "respond-async"}
        upload_id: str | None = None
        try:
            async with self.requests.http.stream(
                "POST", self.requests.path, content=self._pieces(lines, handed), headers=headers
            ) as answer:
                if answer.status_code != httpx.codes.ACCEPTED:
                    await self._refuse(answer)
                upload_id = upload_id_of(answer.headers.get("location", "")) or None
                members = json.loads(await answer.aread())
                return read_answer(members["upload_id"], members, noted=members["noted"])
        except (httpx.TransportError, ValueError, KeyError) as error:
            raise UploadCut(named(error), upload_id) from None

    async def progress(self, upload_id: str) -> tuple[UploadProgress, float]:
        """Ask how far an upload is; gives in how many seconds to ask again, 0 where that is not said.

        Raises:
            UploadUnknown: if there is no such upload.
            Trouble: if it failed.
        """
        members, asked = await self._look(upload_id)
        return read_progress(upload_id, members), asked

    async def end_of(self, upload_id: str) -> tuple[UploadAnswer | None, float]:
        """Ask for the noted end of an upload, None where it is not there; as `progress` otherwise."""
        members, asked = await self._look(upload_id)
        if not members["ended"]:
            return None, asked
        return read_answer(upload_id, members["summary"], noted=True), asked

    async def results(self, upload_id: str, after: int) -> AsyncGenerator[dict[str, Any]]:
        """Give the members of each line behind one, as they come, page after page.

        Raises:
            UploadUnknown: if there is no such upload.
            Trouble: if it failed, perhaps after some lines: go on behind the last one.
        """
        more = True
        try:
            while more:
                query: dict[str, str | int] = {"after": after, "limit": PAGE_LINES}
                async with self.requests.http.stream(
                    "GET",
                    f"{_path(upload_id)}/results",
                    params=query,
                    headers={"Accept": NDJSON},
                    follow_redirects=True,
                ) as page:
                    if page.status_code != httpx.codes.OK:
                        await page.aread()
                        _raise(page, upload_id)
                    async with aclosing(_members(page)) as lines:
                        async for line in lines:
                            after = line["line"]
                            yield line
                    more = "next" in page.links
        except (httpx.TransportError, ValueError, KeyError) as error:
            raise Trouble(named(error)) from None

    def address(self, upload_id: str) -> str:
        """Give the URL of an upload, as its sender reaches it."""
        return str(self.requests.http.base_url).rstrip("/") + _path(upload_id)

    async def _look(self, upload_id: str) -> tuple[dict[str, Any], float]:
        try:
            answer = await self.requests.http.get(_path(upload_id), follow_redirects=True)
        except httpx.TransportError as error:
            raise Trouble(named(error)) from None
        if answer.status_code != httpx.codes.OK:
            _raise(answer, upload_id)
        members = members_of(answer)
        if not {"ended", "done"} <= members.keys():
            raise SendingFailed(f"{answer.url} is no upload of ACR Connect")
        return members, asked_seconds(answer.headers)

    async def _refuse(self, answer: httpx.Response) -> NoReturn:
        if answer.status_code == httpx.codes.OK:
            told = "answers each line: it knows no uploads for which nobody waits"
            raise SendingFailed(f"{answer.url} {told}. Send and wait instead.")
        await answer.aread()
        self.requests.refuse(answer, streamed=False)

    async def _pieces(self, lines: Sequence[bytes], handed: Handed) -> AsyncIterator[bytes]:
        for piece in self.requests.encoded(_joined(lines, handed)):
            yield piece


async def _members(page: httpx.Response) -> AsyncGenerator[dict[str, Any]]:
    """Read lines as they come, whose ends are LF alone: what httpx takes for one may stand in a message."""
    rest = b""
    async for piece in page.aiter_bytes():
        *ends, rest = (rest + piece).split(b"\n")
        for end in ends:
            yield json.loads(end)


def _joined(lines: Sequence[bytes], handed: Handed) -> Iterator[bytes]:
    """Lay lines together, so that not each is compressed and sent for itself."""
    held: list[bytes] = []
    size = 0
    for count, line in enumerate(lines, start=1):
        held += (line, b"\n")
        size += len(line) + 1
        if size >= PIECE_BYTES:
            yield b"".join(held)
            held.clear()
            size = 0
            handed(count)
    if held:
        yield b"".join(held)
        handed(len(lines))


def _path(upload_id: str) -> str:
    return f"/v1/uploads/{upload_id}"


def _raise(answer: httpx.Response, upload_id: str) -> NoReturn:
    if answer.status_code in PASSING:
        raise Trouble(f"status {answer.status_code}", asked_seconds(answer.headers))
    if answer.status_code == httpx.codes.NOT_FOUND:
        told = members_of(answer).get("detail", "There is no such address.")
        raise UploadUnknown(f"upload {upload_id} is not known: {told}")
    told = members_of(answer).get("detail", "It is no service of ACR Connect.")
    raise SendingFailed(f"{answer.url} refuses with status {answer.status_code}: {told}")
