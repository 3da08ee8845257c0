"""Where converted submissions go: a file for each source, or standard output. Sources are never touched."""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

STANDARD_OUTPUT = Path("-")


@dataclass(slots=True)
class Sink:
    """Takes submissions, one a line. What it took is dropped unless ``keep`` is set at the end."""

    file: IO[bytes]
    keep: bool = True

    def write(self, body: bytes) -> None:
        """Write one submission."""
        self.file.write(body)
        self.file.write(b"\n")


@contextmanager
def open_sink(out: Path, source: Path, *, whole: bool) -> Iterator[Sink]:
    """Open where the submissions of a source go.

    In a folder, `<source's name>.ndjson` is there when all of it is, and not at all where nothing
    is kept. On standard output they come as they are made, or, where ``whole``, all at the end.
    """
    if out != STANDARD_OUTPUT:
        yield from _folder_sink(target_of(out, source))
    elif whole:
        with tempfile.TemporaryFile() as spool:
            sink = Sink(spool)
            yield sink
            if sink.keep:
                spool.seek(0)
                shutil.copyfileobj(spool, sys.stdout.buffer)
    else:
        yield Sink(sys.stdout.buffer)
    sys.stdout.buffer.flush()


def target_of(out: Path, source: Path) -> Path:
    """Name the file of a folder that takes a source's submissions."""
    return out / f"{source.name}.ndjson"


def clash_of(out: Path, sources: list[Path]) -> str | None:
    """Say which sources cannot go to one folder: they would overwrite each other, or be overwritten."""
    if out == STANDARD_OUTPUT:
        return None
    taken = {source.resolve(): source for source in sources}
    for source in sources:
        target = target_of(out, source)
        other = taken.setdefault(target.resolve(), source)
        if other != source:
            return f"{source} would be written over {other}: convert it to a folder of its own"
    return None


def _folder_sink(target: Path) -> Iterator[Sink]:
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.draft")
    try:
        with draft.open("wb") as file:
            sink = Sink(file)
            yield sink
        if sink.keep:
            draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def silence_standard_output() -> None:
    """Let the interpreter's last flush go nowhere, once the reader of standard output has gone."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
