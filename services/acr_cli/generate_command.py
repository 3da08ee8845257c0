"""The command that makes synthetic submissions: no real people, no real numbers."""

import contextlib
import itertools
import os
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO, TypeAlias

import orjson
import typer

from acr_cli.output import AsJson, Output
from acr_cli.progress import progress_of
from acr_cli.registry_names import RegistryName, find_registry
from acr_registries.synthesis import Kind, NoMaker, Shares, Synthesized, synthesized

STANDARD_OUTPUT = Path("-")

Write: TypeAlias = Callable[[bytes], None]


class Form(StrEnum):
    """How the submissions are written."""

    NDJSON = "ndjson"
    FILES = "files"


def read_share(text: str) -> float:
    """Read a share written as 2% or 0.02.

    Raises:
        typer.BadParameter: if it is none.
    """
    try:
        share = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise typer.BadParameter("a share lies from 0% to 100%, or from 0 to 1")
    return share


def _share(text: str) -> "typer.models.OptionInfo":
    option: typer.models.OptionInfo = typer.Option(parser=read_share, metavar="SHARE", help=text)
    return option


def generate(
    registry: RegistryName,
    count: Annotated[int, typer.Option(min=0, help="How many submissions.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed makes the same submissions.")] = 1,
    faults: Annotated[float, _share("Share of submissions that are rejected.")] = "0",  # type: ignore[assignment]
    revisions: Annotated[float, _share("Share of later versions of earlier ones.")] = "0",  # type: ignore[assignment]
    repeats: Annotated[float, _share("Share of earlier ones sent again as they were.")] = "0",  # type: ignore[assignment]
    cancels: Annotated[float, _share("Share of cancellations of earlier ones.")] = "0",  # type: ignore[assignment]
    out: Annotated[
        Path, typer.Option(help="File, or folder for a file each; - is standard output.")
    ] = STANDARD_OUTPUT,
    form: Annotated[
        Form | None, typer.Option(help="Without it: files where --out is a folder, else ndjson.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make plausible synthetic submissions; nobody real is in them.

    Example: acr-connect generate lcsr --count 1000 --seed 7 --faults 2% --out exams.ndjson
    """
    output = Output(as_json=as_json)
    found = find_registry(registry, output)
    to_files = form is Form.FILES or (form is None and out.is_dir())
    if out == STANDARD_OUTPUT and (to_files or as_json):
        output.fail("name a folder or file with --out; standard output is for submissions alone")
    try:
        made = synthesized(found, seed, Shares(faults, revisions, repeats, cancels))
        with _opened(out, found.name, to_files=to_files) as write:
            began = time.monotonic()
            counts = _write(itertools.islice(made, count), count, write)
    except BrokenPipeError:
        _silence_standard_output()  # Whoever read it has enough.
        raise typer.Exit(0) from None
    except (OSError, ValueError, NoMaker) as error:
        output.fail(str(error))
    _summarize(counts, time.monotonic() - began, out, output)


def _write(made: Iterator[Synthesized], count: int, write: Write) -> Counter[str]:
    counts: Counter[str] = Counter()
    with progress_of("made", count, shown=True) as advance:
        for number, each in enumerate(made, start=1):
            write(orjson.dumps(each.body))
            counts[each.fault or each.kind.value] += 1
            advance(number, number)
    return counts


@contextmanager
def _opened(out: Path, name: str, *, to_files: bool) -> Iterator[Write]:
    """Give a function that writes one submission. A file is there when all of it is."""
    if to_files:
        out.mkdir(parents=True, exist_ok=True)
        numbers = itertools.count(1)
        yield lambda body: _write_file(out / f"{name}-{next(numbers):08}.json", body)
    elif out == STANDARD_OUTPUT:
        yield _line_writer(sys.stdout.buffer)
        sys.stdout.buffer.flush()
    else:
        draft = out.with_name(f"{out.name}.draft")
        try:
            with draft.open("wb") as file:
                yield _line_writer(file)
            draft.replace(out)
        finally:
            draft.unlink(missing_ok=True)


def _write_file(path: Path, body: bytes) -> None:
    path.write_bytes(body)


def _line_writer(file: BinaryIO) -> Write:
    def write(body: bytes) -> None:
        file.write(body)
        file.write(b"\n")

    return write


def _silence_standard_output() -> None:
    """Let the interpreter's last flush go nowhere."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _summarize(counts: Counter[str], seconds: float, out: Path, output: Output) -> None:
    kinds = {kind.value for kind in Kind if kind is not Kind.FAULTY}
    faults = {name: number for name, number in sorted(counts.items()) if name not in kinds}
    told = {
        "submissions": counts.total(),
        **{kind: counts[kind] for kind in sorted(kinds)},
        "faulty": sum(faults.values()),
        "faults": faults,
    }
    rate = counts.total() / seconds if seconds else 0.0
    output.data({**told, "out": str(out), "seconds": round(seconds, 3)})
    if not output.as_json:
        people = Output(as_json=out == STANDARD_OUTPUT)
        people.say(
            f"{counts.total():,} submissions: {counts[Kind.FIRST.value]:,} first versions, "
            f"{counts[Kind.REVISION.value]:,} revisions, {counts[Kind.REPEAT.value]:,} repeats, "
            f"{counts[Kind.CANCEL.value]:,} cancellations, {told['faulty']:,} faulty; {rate:,.0f}/s"
        )
        for name, number in faults.items():
            people.say(f"{number:>9,}  {name}")
