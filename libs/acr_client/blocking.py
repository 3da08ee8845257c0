"""The client without asyncio: a thin face of `AcrClient`, whose loop runs in a thread of its own."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Coroutine, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

from acr_client.client import AcrClient, ResultPage
from acr_client.feeding import Source
from acr_client.told import Told
from acr_client.upload_requests import Handed
from acr_client.uploads import Upload, UploadProgress

ItemT = TypeVar("ItemT")


class BlockingAcrClient:
    """The same as `AcrClient`, with its arguments, for programs without asyncio. Use it as a context.

    >>> with BlockingAcrClient("https://gateway.example", "lcsr") as client:
    ...     for told in client.send(open("exams.ndjson", "rb")):
    ...         print(told.number, told.verdict)
    """

    def __init__(self, gateway_url: str, registry: str = "", **options: Any) -> None:
        """Take the arguments of `AcrClient`."""
        self._client = AcrClient(gateway_url, registry, **options)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._run(self._client.aclose())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def send(self, submissions: Source) -> Iterator[Told]:
        """Send any number of submissions; gives what became of each, as it is known."""
        return self._iterated(self._client.send(submissions))

    def submit(self, submission: bytes) -> Told:
        """Send one submission and wait for its verdict."""
        return self._run(self._client.submit(submission))

    def upload(self, submissions: Source, *, handed: Handed = lambda _: None) -> Iterator[Upload]:
        """Send any number of submissions and wait for no verdict; gives each upload that is through.

        ``handed`` is called in the thread of the connections.
        """
        return self._iterated(self._client.upload(submissions, handed=handed))

    def upload_of(self, address: str) -> Upload:
        """Name an upload by its id or its address alone."""
        return self._client.upload_of(address)

    def follow(self, upload: Upload) -> Iterator[UploadProgress]:
        """Tell how far an upload is, again and again, until it is done or nothing moves."""
        return self._iterated(self._client.follow(upload))

    def upload_results(self, upload: Upload, after: int = 0) -> Iterator[Told]:
        """Give what is known now of each line of an upload behind one, in their order."""
        return self._iterated(self._client.upload_results(upload, after))

    def results(
        self, partner_id: str, after: str | None = None, *, wait_seconds: float = 0
    ) -> Iterator[ResultPage]:
        """Give every result of a partner behind a cursor, page by page."""
        return self._iterated(self._client.results(partner_id, after, wait_seconds=wait_seconds))

    def _run(self, work: Coroutine[Any, Any, ItemT]) -> ItemT:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _iterated(self, items: AsyncGenerator[ItemT]) -> Iterator[ItemT]:
        async def following() -> tuple[ItemT] | None:
            async for item in items:
                return (item,)
            return None

        try:
            while (found := self._run(following())) is not None:
                yield found[0]
        finally:
            self._run(items.aclose())
