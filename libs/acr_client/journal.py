"""Remembers what became of each submission of a source, so that a later run goes on where one stopped.

A file of lines that only grows. It holds numbers, digests, verdicts and submission ids: nothing of a
submission. Each line is written whole before its outcome is told, so that it outlives a killed process.
"""

import fcntl
import json
import os
from array import array
from pathlib import Path
from types import TracebackType
from typing import Self

from acr_client.told import PENDING, Outgoing, SendingFailed, Told

FORMAT = 1
DIGEST_CHARACTERS = 16


class Journal:
    """One open journal. Nine bytes of memory for each submission that it knows.

    Use it as a context: the file is locked meanwhile.
    """

    def __init__(self, path: Path, registry: str) -> None:
        """Name the file; it is made where it is not there."""
        self._path = path
        self._registry = registry
        self._digests = array("Q")
        self._done = bytearray()
        self._descriptor = -1
        self.known = 0

    def __enter__(self) -> Self:
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise SendingFailed(f"{self._path} is in use by another run") from None
        self._load()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.fsync(self._descriptor)
        os.close(self._descriptor)

    def done(self, number: int, outgoing: Outgoing) -> bool:
        """Tell whether this very submission at this place was told its end in a former run."""
        return (
            number <= len(self._done)
            and bool(self._done[number - 1])
            and self._digests[number - 1] == _short(outgoing.digest)
        )

    def note(self, number: int, told: Told) -> None:
        """Write an outcome. What is pending is asked for again by the next run."""
        entry = {
            "number": number,
            "digest": told.digest[:DIGEST_CHARACTERS],
            "verdict": told.verdict,
            "submission_id": told.submission_id,
        }
        self._write(entry)

    def _load(self) -> None:
        """Read the file, and cut off a last line that a killed process left half written."""
        whole = 0
        with self._path.open("rb") as file:
            for number, line in enumerate(file):
                if not line.endswith(b"\n"):
                    break
                self._read(number, line)
                whole += len(line)
        os.ftruncate(self._descriptor, whole)
        if not whole:
            self._write({"journal": FORMAT, "registry": self._registry})

    def _read(self, place: int, line: bytes) -> None:
        try:
            entry = json.loads(line)
            if place == 0:
                self._require_ours(entry)
            elif entry["verdict"] != PENDING:
                self._mark(entry["number"], _short(entry["digest"]))
        except (ValueError, KeyError, TypeError):
            raise SendingFailed(f"{self._path} is no journal (line {place + 1})") from None

    def _require_ours(self, entry: dict[str, object]) -> None:
        if entry["journal"] != FORMAT or entry["registry"] != self._registry:
            raise SendingFailed(f"{self._path} is the journal of another registry or version")

    def _mark(self, number: int, digest: int) -> None:
        missing = number - len(self._done)
        if missing > 0:
            self._done.extend(bytes(missing))
            self._digests.extend([0] * missing)
        self.known += not self._done[number - 1]
        self._done[number - 1], self._digests[number - 1] = 1, digest

    def _write(self, entry: dict[str, object]) -> None:
        os.write(self._descriptor, json.dumps(entry).encode() + b"\n")


def _short(digest: str) -> int:
    return int(digest[:DIGEST_CHARACTERS], 16)
