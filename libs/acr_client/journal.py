"""Remembers what became of each submission of a source, so that a later run goes on where one stopped.

A file of lines that only grows. It holds numbers, digests, verdicts and submission ids: nothing of a
submission. Each line is written whole before its outcome is told, so that it outlives a killed process.
"""

import fcntl
import json
import os
from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from acr_client.told import PENDING, Outgoing, SendingFailed, Told
from acr_client.uploads import SentLine, Upload

FORMAT = 1
DIGEST_CHARACTERS = 16
LINE_BITS = 32
LINE_MASK = 2**LINE_BITS - 1


class Journal:
    """One open journal. Nine bytes of memory for each submission that it knows, 17 with uploads.

    Use it as a context: the file is locked meanwhile.
    """

    def __init__(self, path: Path, registry: str) -> None:
        """Name the file; it is made where it is not there."""
        self._path = path
        self._registry = registry
        self._digests = array("Q")
        self._done = bytearray()
        self._uploads: list[str] = []
        self._places = array("Q")  # Which upload, counted from 1, and which line of it.
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

    def uploaded(self, number: int, outgoing: Outgoing) -> tuple[str, int] | None:
        """Tell in which upload of a former run this very submission is, and in which line of it."""
        place = self._places[number - 1] if number <= len(self._places) else 0
        if not place or self._digests[number - 1] != _short(outgoing.digest):
            return None
        return self._uploads[(place >> LINE_BITS) - 1], place & LINE_MASK

    def note(self, number: int, told: Told) -> None:
        """Write an outcome. What is pending, or refused for a passing trouble, is sent again by the next run."""
        verdict = PENDING if told.to_send_again else told.verdict
        self._write(_entry(number, told.digest, verdict, told.submission_id))

    def note_upload(self, upload: Upload) -> None:
        """Write that an upload is through: its lines are not sent again, and may be followed."""
        entries = [
            _entry(each.number, each.digest, PENDING, None)
            | {"upload": upload.upload_id, "line": line}
            for line, each in enumerate(upload.lines, start=1)
        ]
        self._write(*entries)

    def forget_upload(self, lines: Iterable[SentLine]) -> None:
        """Write that nobody tells any more what became of these lines: the next run sends them again."""
        self._write(*(_entry(each.number, each.digest, PENDING, None) for each in lines))

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
            else:
                self._mark(entry["number"], _short(entry["digest"]), entry)
        except (ValueError, KeyError, TypeError):
            raise SendingFailed(f"{self._path} is no journal (line {place + 1})") from None

    def _require_ours(self, entry: dict[str, object]) -> None:
        if entry["journal"] != FORMAT or entry["registry"] != self._registry:
            raise SendingFailed(f"{self._path} is the journal of another registry or version")

    def _mark(self, number: int, digest: int, entry: Mapping[str, Any]) -> None:
        done = entry["verdict"] != PENDING
        place = 0 if done or "upload" not in entry else self._place(entry["upload"], entry["line"])
        if done or place:
            _reach(self._done, number)
            _reach(self._digests, number)
            self.known += done and not self._done[number - 1]
            self._done[number - 1], self._digests[number - 1] = done, digest
        if place:
            _reach(self._places, number)
        if number <= len(self._places):
            self._places[number - 1] = place

    def _place(self, upload_id: str, line: int) -> int:
        # Lines of an upload stand together, so that the last one is the one meant.
        if not self._uploads or self._uploads[-1] != upload_id:
            self._uploads.append(upload_id)
        return len(self._uploads) << LINE_BITS | line

    def _write(self, *entries: Mapping[str, object]) -> None:
        lines = b"".join(json.dumps(entry).encode() + b"\n" for entry in entries)
        while lines:
            lines = lines[os.write(self._descriptor, lines) :]


def _entry(number: int, digest: str, verdict: str, submission_id: str | None) -> dict[str, object]:
    return {
        "number": number,
        "digest": digest[:DIGEST_CHARACTERS],
        "verdict": verdict,
        "submission_id": submission_id,
    }


def _reach(values: "bytearray | array[int]", count: int) -> None:
    """Make values reach so far, with zeros."""
    values.extend([0] * (count - len(values)))


def _short(digest: str) -> int:
    return int(digest[:DIGEST_CHARACTERS], 16)
