"""The command that sends submissions: as lines over some connections, resumable, with a report."""

import contextlib
import itertools
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from acr_cli.output import AsJson, Output
from acr_cli.progress import progress_of
from acr_cli.running import find_endpoints
from acr_cli.sent_report import SentReport, opened_report, problem_lines
from acr_cli.submission_lines import STANDARD_INPUT, Line, listed, read_file
from acr_client.blocking import BlockingAcrClient
from acr_client.journal import Journal
from acr_client.sending import Pace
from acr_client.told import REFUSED, Outgoing, SendingFailed, Told
from acr_registries.catalogue import load_registries

DEFAULT_GATEWAY = "http://127.0.0.1:8080"
# No gateway can be set to take more; what is larger is not read into memory.
BODY_BYTES_MAX = 8 * 1024 * 1024
# So many that are not stored are shown one by one; the rest is in the table and the report.
SHOWN_MAX = 20


Files: TypeAlias = Annotated[
    list[Path],
    typer.Argument(
        help="Submissions: .json files hold one, .ndjson and .jsonl one a line, as does "
        "standard input (-); of a folder, all such files in it."
    ),
]
RegistryOption: TypeAlias = Annotated[
    str | None, typer.Option(help="Registry; without it, the first header's programname.")
]
GatewayOption: TypeAlias = Annotated[str | None, typer.Option(help="Gateway's address.")]
Wait: TypeAlias = Annotated[int | None, typer.Option(min=0, help="Seconds to wait for a verdict.")]
Concurrency: TypeAlias = Annotated[
    int, typer.Option(min=1, max=64, help="Connections that send beside each other.")
]
JournalOption: TypeAlias = Annotated[
    Path | None,
    typer.Option(help="File that remembers outcomes: the same call goes on where it stopped."),
]
ReportOption: TypeAlias = Annotated[
    Path | None, typer.Option(help="File for those not stored, with findings: JSON lines.")
]
SettleSeconds: TypeAlias = Annotated[
    float, typer.Option(min=0, help="How long to ask for what is kept but not settled.")
]
PatienceSeconds: TypeAlias = Annotated[
    float, typer.Option(min=0, help="How long nothing may go forward before giving up.")
]


def send(
    files: Files,
    registry: RegistryOption = None,
    gateway: GatewayOption = None,
    wait: Wait = None,
    concurrency: Concurrency = 4,
    journal: JournalOption = None,
    report: ReportOption = None,
    settle_seconds: SettleSeconds = 300.0,
    patience_seconds: PatienceSeconds = 300.0,
    as_json: AsJson = False,
) -> None:
    """Send submissions and tell what became of each; what is not answered is sent again.

    Exits with 0 where all are stored, 1 where some are not, 2 where not all could be sent or settled.
    Example: acr-connect send --registry lcsr exams.ndjson --journal exams.journal --report refused.ndjson
    """
    output = Output(as_json=as_json)
    lines = _Lines(files, output)
    name = registry.lower() if registry else lines.registry()
    if name is None:
        output.fail("the first submission names no registry (programname); say --registry")
    running = find_endpoints(None)
    url = gateway or (running.gateway if running else DEFAULT_GATEWAY)
    pace = Pace(concurrency, settle_seconds=settle_seconds, patience_seconds=patience_seconds)
    work = _Work(url, name, pace, wait, lines, output)
    try:
        with contextlib.ExitStack() as stack:
            kept = stack.enter_context(Journal(journal, name)) if journal else None
            sent = SentReport(stack.enter_context(opened_report(report)))
            failure = work.run(sent, kept)
    except (OSError, SendingFailed) as error:
        output.fail(str(error))
    _tell_end(output, sent, name, failure)


@dataclass(slots=True)
class _Lines:
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


@dataclass(frozen=True, slots=True)
class _Work:
    url: str
    registry: str
    pace: Pace
    wait: int | None
    lines: _Lines
    output: Output

    def run(self, sent: SentReport, journal: Journal | None) -> str | None:
        """Send everything; gives why not, where that is so."""
        shown = not (self.output.as_json and sys.stdout.isatty())
        total = self.lines.total_bytes()
        with (
            progress_of("sent", total, shown=shown, beside=sent.told) as advance,
            BlockingAcrClient(
                self.url, self.registry, pace=self.pace, wait_seconds=self.wait
            ) as client,
        ):
            try:
                for told in client.send(self._outgoing(sent, journal)):
                    if journal is not None and told.number:
                        journal.note(told.number, told)
                    self._note(sent, told)
                    advance(sent.sent, self.lines.read_bytes)
            except SendingFailed as error:
                return str(error)
            finally:
                sent.files_unread = self.lines.files_unread
        return None

    def _outgoing(self, sent: SentReport, journal: Journal | None) -> Iterator[Outgoing]:
        for number, line in enumerate(self.lines.all(), start=1):
            where = f"{line.file}:{line.number}"
            if line.body is None:
                detail = f"The submission is larger than {BODY_BYTES_MAX} bytes. Split its data."
                self._note(sent, Told(number, where, "", 413, REFUSED, detail=detail))
                continue
            outgoing = Outgoing(line.body, where, number)
            if journal is not None and journal.done(number, outgoing):
                sent.done_before += 1
            else:
                yield outgoing

    def _note(self, sent: SentReport, told: Told) -> None:
        sent.note(told)
        if not told.stored and not self.output.as_json and sent.not_stored <= SHOWN_MAX:
            for text in problem_lines(told):
                self.output.say(text, "red")


def _tell_end(output: Output, sent: SentReport, registry: str, failure: str | None) -> None:
    output.data(sent.data(registry, failure))
    if not output.as_json:
        for each in sent.rules.by_rule():
            output.say(
                f"{each.count:>9,}  {each.severity.value:<10}  {each.rule:<14}  {each.message}"
            )
        before = f"; {sent.done_before:,} were done before" if sent.done_before else ""
        style = "red" if sent.not_stored or failure else "green"
        output.say(f"{sent.sent:,} submissions sent: {sent.told() or 'none'}{before}", style)
    if failure is not None:
        output.complain(failure)
    if failure is not None or sent.incomplete:
        raise typer.Exit(2)
    if sent.not_stored:
        raise typer.Exit(1)
