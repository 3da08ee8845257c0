"""Looks at uploads that are through: how far they are, until they are done, and what became of each line."""

import asyncio
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing

from acr_client.backoff import Backoff
from acr_client.requests import Trouble
from acr_client.told import SendingFailed, Told
from acr_client.upload_requests import UploadRequests
from acr_client.uploads import Upload, UploadProgress, read_line

# Where the service does not say when to look again.
POLL_SECONDS = 2.0


async def followed_upload(
    requests: UploadRequests, upload_id: str, seconds: float
) -> AsyncGenerator[UploadProgress]:
    """Ask how far an upload is until it is done, or nothing has moved for so many seconds.

    Raises:
        UploadUnknown: if there is no such upload.
        SendingFailed: if nobody answered for so long.
    """
    loop = asyncio.get_running_loop()
    backoff = Backoff(random.random)
    last: UploadProgress | None = None
    moved_at = loop.time()
    while True:
        trouble: Trouble | None = None
        try:
            progress, asked = await requests.progress(upload_id)
        except Trouble as failed:
            trouble, wait = failed, backoff.next_seconds(failed.asked_seconds)
        else:
            backoff.reset()
            wait = asked or POLL_SECONDS
            if progress != last:
                moved_at, last = loop.time(), progress
            yield progress
            if progress.done:
                return
        left = moved_at + seconds - loop.time()
        if left <= 0 and trouble is not None:
            raise SendingFailed(f"gave up after {seconds:g} s: {trouble}")
        if left <= 0:
            return
        await asyncio.sleep(min(wait, left))


async def upload_results(
    requests: UploadRequests, upload: Upload, after: int, patience_seconds: float
) -> AsyncGenerator[Told]:
    """Give what is known of each line behind one, in their order; goes on where a connection was cut.

    Raises:
        UploadUnknown: if there is no such upload.
        SendingFailed: if no line came for so many seconds.
    """
    loop = asyncio.get_running_loop()
    backoff = Backoff(random.random)
    moved_at = loop.time()
    while True:
        try:
            async with aclosing(requests.results(upload.upload_id, after)) as lines:
                async for line in lines:
                    after = line["line"]
                    yield read_line(line, upload.lines)
                    moved_at = loop.time()
                    backoff.reset()
            return
        except Trouble as trouble:
            if loop.time() - moved_at >= patience_seconds:
                raise SendingFailed(f"gave up after {patience_seconds:g} s: {trouble}") from None
            await asyncio.sleep(backoff.next_seconds(trouble.asked_seconds))
