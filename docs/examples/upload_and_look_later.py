"""Sends a file as uploads for which nobody waits, and looks at one by its id alone. No asyncio.

`upload` prints the ids; `look`, later and from anywhere, prints each line that is not stored.
"""

import sys
from pathlib import Path

from acr_client.blocking import BlockingAcrClient


def upload(gateway_url: str, registry: str, file: Path) -> None:
    """Send every line; each id printed stands for lines that the log has, or that were refused."""
    with BlockingAcrClient(gateway_url, registry) as client, file.open("rb") as lines:
        for sent in client.upload(lines):
            print(sent.upload_id, flush=True)


def look(gateway_url: str, upload_id: str) -> None:
    """Wait until the upload is done, then read its results."""
    with BlockingAcrClient(gateway_url) as client:
        known = client.upload_of(upload_id)
        for progress in client.follow(known):
            print(f"{progress.settled} of {progress.kept} settled, done: {progress.done}")
        for told in client.upload_results(known):
            if not told.stored:
                print(f"line {told.number}: {told.verdict} {told.detail}")


if __name__ == "__main__":
    if sys.argv[1] == "upload":
        upload(sys.argv[2], sys.argv[3], Path(sys.argv[4]))
    else:
        look(sys.argv[2], sys.argv[3])
