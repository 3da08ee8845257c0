"""The submissions that a command sends: of all files given, in their order, each with where it stands."""

import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from acr_cli.output import Output
from acr_cli.submission_lines import STANDARD_INPUT, Line, listed, read_file
from acr_client.told import REFUSED, Told
from acr_registries.catalogue import load_registries

# No gateway can be set to take more; what is larger is not read into memory.
BODY_BYTES_MAX = 8 * 1024 * 1024


@dataclass(slots=True)
class SourceLines:
    """The lines of all files, in their order; the first may be looked at before they are sent."""

    files: list[Path]
    output: Output
    files_unread: int = 0
    read_bytes: int = 0
    _first: Line | None = None
    _rest: Iterator[Line] | None = None

    def registry(self) -> str | None:
        """Look up what the first submission's header says; everything else is the gateway's to say."""
        self._rest = self._read()
        self._first = next(self._rest, None)
        try:
            body = json.loads((self._first.body if self._first else None) or b"")
            members = {name.lower(): value for name, value in body.items()}
            header = {name.lower(): value for name, value in members["dartheader"].items()}
            name = str(header["programname"]).lower()
        except (ValueError, AttributeError, KeyError, RecursionError):
            return None
        return name if name in load_registries() else None

    def all(self) -> Iterator[Line]:
        """Give every line."""
        first = () if self._first is None else (self._first,)
        return itertools.chain(first, self._rest or self._read())

    def total_bytes(self) -> int | None:
        """Give the size of all files; None where standard input is among them."""
        if Path(STANDARD_INPUT) in self.files:
            return None
        return sum(each.stat().st_size for each in self.files if each.is_file())

    def _read(self) -> Iterator[Line]:
        for path in listed(self.files):
            before, done = self.read_bytes, 0
            try:
                for line in read_file(path, sys.stdin.buffer, BODY_BYTES_MAX):
                    done = line.read_bytes
                    self.read_bytes = before + done
                    yield line
            except OSError as error:
                self.files_unread += 1
                self.output.complain(f"{path}: {error.strerror}")


def where_of(line: Line) -> str:
    """Name the place of a submission."""
    return f"{line.file}:{line.number}"


def too_large(number: int, line: Line) -> Told:
    """Tell of a submission that is not read, let alone sent."""
    detail = f"The submission is larger than {BODY_BYTES_MAX} bytes. Split its data."
    return Told(number, where_of(line), "", 413, REFUSED, detail=detail)
