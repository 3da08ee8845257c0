"""Sends submissions as a program makes them, and reads all results of a partner. With asyncio."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator

from acr_client.client import AcrClient
from acr_client.sending import Pace
from acr_client.told import Outgoing


async def exams(file: str) -> AsyncIterator[Outgoing]:
    """Give submissions; a real program would make them. ``where`` comes back with what is told."""
    with open(file, encoding="utf-8") as lines:  # noqa: ASYNC230 -- an example file, read at once.
        for number, line in enumerate(lines, start=1):
            yield Outgoing(json.dumps(json.loads(line)).encode(), where=f"exam {number}")


async def run(gateway_url: str, registry: str, partner_id: str, file: str) -> None:
    """Send, then read what the feed has, from its beginning."""
    verdicts: Counter[str] = Counter()
    async with AcrClient(gateway_url, registry, pace=Pace(concurrency=2)) as client:
        async for told in client.send(exams(file)):
            verdicts[told.verdict] += 1
        results, cursor = 0, ""
        async for page in client.results(partner_id, wait_seconds=1):
            results += len(page.results)
            cursor = page.cursor  # Keep it once the page is dealt with: go on with after=cursor.
    print(json.dumps({"verdicts": verdicts, "results": results, "cursor": cursor}))


if __name__ == "__main__":
    asyncio.run(run(*sys.argv[1:5]))
