"""Sends a file of submissions, one a line, and prints those that are not stored. No asyncio."""

import sys
from pathlib import Path

from acr_client.blocking import BlockingAcrClient


def send(gateway_url: str, registry: str, file: Path) -> int:
    """Send every line; gives how many are not stored."""
    refused = 0
    with BlockingAcrClient(gateway_url, registry) as client, file.open("rb") as lines:
        for told in client.send(lines):
            if not told.stored:
                refused += 1
                print(f"line {told.number}: {told.verdict} {told.detail}")
                for finding in told.findings:
                    print(f"  {finding.rule} {finding.pointer}: {finding.message}")
    return refused


if __name__ == "__main__":
    sys.exit(1 if send(sys.argv[1], sys.argv[2], Path(sys.argv[3])) else 0)
