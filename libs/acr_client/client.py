"""The client for asyncio: send submissions, read results. `acr_client.blocking` is the same without asyncio."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx

from acr_client.backoff import asked_seconds
from acr_client.compressing import Compression, compressor_of
from acr_client.feeding import Source
from acr_client.following import followed_upload, upload_results
from acr_client.requests import Requests, Trouble, members_of
from acr_client.sending import Pace, Sending
from acr_client.told import PASSING, Outgoing, SendingFailed, Told
from acr_client.upload_requests import Handed, UploadRequests
from acr_client.uploading import Uploading
from acr_client.uploads import Upload, UploadProgress, upload_id_of

CONNECT_SECONDS, TRANSFER_SECONDS = 10.0, 60.0
# Longer than the longest wait that a service grants.
ANSWER_SECONDS = 330.0


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Results as the feed tells them, and the cursor behind them."""

    results: Sequence[Mapping[str, Any]]
    cursor: str


class AcrClient:
    """A vendor's connection to one registry. Use it as an async context, or close it.

    >>> async with AcrClient("https://gateway.example", "lcsr") as client:
    ...     async for told in client.send(open("exams.ndjson", "rb")):
    ...         print(told.number, told.verdict)
    """

    def __init__(
        self,
        gateway_url: str,
        registry: str = "",
        *,
        pace: Pace | None = None,
        wait_seconds: float | None = None,
        compression: Compression = "gzip",
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Say where to send. Nothing connects until something is sent.

        ``registry`` may be left out where only uploads are looked at;
        ``wait_seconds`` bounds the service's wait for a verdict, None leaves it to the service;
        ``headers`` go with each request (for a token, say); ``transport`` is httpx's.

        Raises:
            ValueError: if this Python cannot compress so.
        """
        if compression is not None:
            compressor_of(compression)
        self._pace = pace or Pace()
        self._registry = registry
        connections = self._pace.concurrency * 2 + 2
        self._http = httpx.AsyncClient(
            base_url=gateway_url,
            headers=dict(headers or {}),
            timeout=httpx.Timeout(TRANSFER_SECONDS, connect=CONNECT_SECONDS, read=ANSWER_SECONDS),
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            transport=transport,
        )
        self._requests = Requests(self._http, registry, wait_seconds, compression)
        self._uploads = UploadRequests(self._requests)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def send(self, submissions: Source) -> AsyncGenerator[Told]:
        """Send any number of submissions; gives what became of each, as it is known.

        Submissions of one record arrive in the order in which they were given. Whatever is not
        answered is sent again: by the contract that changes nothing.

        Raises:
            SendingFailed: if the rest could not be sent.
        """
        async with aclosing(Sending(self._requests, self._pace, submissions).told()) as told:
            async for each in told:
                yield each

    async def submit(self, submission: bytes) -> Told:
        """Send one submission and wait for its verdict.

        Raises:
            SendingFailed: if it could not be sent.
        """
        async with aclosing(self.send([Outgoing(submission)])) as told:
            return await anext(told)

    async def upload(
        self, submissions: Source, *, handed: Handed = lambda _: None
    ) -> AsyncGenerator[Upload]:
        """Send any number of submissions and wait for no verdict; gives each upload that is through.

        Some thousand submissions are one upload. Where one is cut off it is sent again as another:
        by the contract that changes nothing. Keep the ids: any process may follow them.
        ``handed`` hears now and then how many of the present part have gone to the connection.

        Raises:
            SendingFailed: if the rest could not be sent; what is in the uploads given holds.
        """
        uploading = Uploading(self._uploads, self._pace, submissions, handed)
        async with aclosing(uploading.uploads()) as uploads:
            async for upload in uploads:
                yield upload

    def upload_of(self, address: str) -> Upload:
        """Name an upload by its id or its address alone; its lines are told by their numbers then."""
        upload_id = upload_id_of(address)
        return Upload(upload_id, self._uploads.address(upload_id))

    async def follow(self, upload: Upload) -> AsyncGenerator[UploadProgress]:
        """Tell how far an upload is, again and again, until it is done.

        Ends too where nothing has moved for the pace's ``settle_seconds``; look at ``done``.

        Raises:
            UploadUnknown: if there is no such upload.
            SendingFailed: if nobody answered for so long.
        """
        seconds = self._pace.settle_seconds
        async with aclosing(followed_upload(self._uploads, upload.upload_id, seconds)) as looks:
            async for progress in looks:
                yield progress

    async def upload_results(self, upload: Upload, after: int = 0) -> AsyncGenerator[Told]:
        """Give what is known now of each line of an upload behind one, in their order.

        Raises:
            UploadUnknown: if there is no such upload.
            SendingFailed: if no line came for the pace's ``patience_seconds``.
        """
        patience = self._pace.patience_seconds
        async with aclosing(upload_results(self._uploads, upload, after, patience)) as lines:
            async for told in lines:
                yield told

    async def results(
        self, partner_id: str, after: str | None = None, *, wait_seconds: float = 0
    ) -> AsyncGenerator[ResultPage]:
        """Give every result of a partner behind a cursor, page by page.

        Deal with a page, then keep its ``cursor``: it is the ``after`` to go on from, for ever. Ends
        where no further result comes within ``wait_seconds``.

        Raises:
            Trouble: if the service does not answer; go on later from the last cursor.
            SendingFailed: if it refuses for good.
        """
        more = True
        while more:
            query = {"partner": partner_id} | ({"after": after} if after else {})
            page = await self._page(query, wait_seconds)
            after, more = page["next"], page["more"] or bool(page["results"])
            yield ResultPage(page["results"], page["next"])

    async def _page(self, query: Mapping[str, str], wait_seconds: float) -> dict[str, Any]:
        path = f"/v1/registries/{self._registry}/results"
        headers = {"Accept": "application/json"}
        if wait_seconds:
            headers["Prefer"] = f"wait={wait_seconds:.0f}"
        try:
            answer = await self._http.get(
                path, params=dict(query), headers=headers, follow_redirects=True
            )
        except httpx.TransportError as error:
            raise Trouble(f"no answer ({type(error).__name__})") from None
        if answer.status_code in PASSING:
            raise Trouble(f"status {answer.status_code}", asked_seconds(answer.headers))
        if answer.status_code != httpx.codes.OK:
            raise SendingFailed(members_of(answer).get("detail", f"status {answer.status_code}"))
        return dict(members_of(answer))
