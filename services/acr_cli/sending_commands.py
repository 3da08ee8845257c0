"""The command that sends submissions: as lines over some connections, resumable, with a report."""

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

import typer

from acr_cli.output import AsJson, Output
from acr_cli.progress import progress_of
from acr_cli.running import gateway_address
from acr_cli.sent_report import SentReport, opened_report
from acr_cli.sent_telling import note, tell_end
from acr_cli.source_lines import SourceLines, too_large, where_of
from acr_cli.upload_sending import UploadWork
from acr_client.blocking import BlockingAcrClient
from acr_client.journal import Journal
from acr_client.sending import Pace
from acr_client.told import Outgoing, SendingFailed

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
NobodyWaits: TypeAlias = Annotated[
    bool,
    typer.Option(
        "--async", help="Send as uploads: wait for no verdict, print where to look later."
    ),
]
Follow: TypeAlias = Annotated[
    bool,
    typer.Option("--follow", help="With --async: once all is sent, follow it to its verdicts."),
]
CompressionOption: TypeAlias = Annotated[
    Literal["gzip", "zstd", "none"], typer.Option(help="How what is sent is compressed.")
]
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
RateOption: TypeAlias = Annotated[
    float | None, typer.Option(min=0.001, help="Submissions a second at most.")
]
PatienceSeconds: TypeAlias = Annotated[
    float, typer.Option(min=0, help="How long nothing may go forward before giving up.")
]


def send(
    files: Files,
    registry: RegistryOption = None,
    gateway: GatewayOption = None,
    wait: Wait = None,
    nobody_waits: NobodyWaits = False,
    follow: Follow = False,
    concurrency: Concurrency = 4,
    compression: CompressionOption = "gzip",
    rate: RateOption = None,
    journal: JournalOption = None,
    report: ReportOption = None,
    settle_seconds: SettleSeconds = 300.0,
    patience_seconds: PatienceSeconds = 300.0,
    as_json: AsJson = False,
) -> None:
    """Send submissions and tell what became of each; what is not answered is sent again.

    Exits with 0 where all are stored, 1 where some are not, 2 where not all could be sent or settled.
    With --async, 0 means that all are kept; `acr-connect uploads` tells what became of them.
    Example: acr-connect send --registry lcsr exams.ndjson --journal exams.journal --report refused.ndjson
    """
    output = Output(as_json=as_json)
    if (follow and not nobody_waits) or (nobody_waits and wait is not None):
        output.fail("--follow goes with --async alone, --wait without it")
    lines = SourceLines(files, output)
    name = _registry(registry, lines, output)
    pace = Pace(
        concurrency, settle_seconds=settle_seconds, patience_seconds=patience_seconds, rate=rate
    )
    address = gateway_address(gateway)
    coding = None if compression == "none" else compression
    with BlockingAcrClient(
        address, name, pace=pace, wait_seconds=wait, compression=coding
    ) as client:
        try:
            with contextlib.ExitStack() as stack:
                kept = stack.enter_context(Journal(journal, name)) if journal else None
                sent = SentReport(stack.enter_context(opened_report(report)))
                if nobody_waits:
                    failure = UploadWork(client, lines, output, sent, kept, follow).run()
                else:
                    failure = _Work(client, lines, output).run(sent, kept)
        except (OSError, SendingFailed) as error:
            output.fail(str(error))
    tell_end(output, sent, name, failure)


def _registry(given: str | None, lines: SourceLines, output: Output) -> str:
    name = given.lower() if given else lines.registry()
    if name is None:
        output.fail("the first submission names no registry (programname); say --registry")
    return name


@dataclass(frozen=True, slots=True)
class _Work:
    client: BlockingAcrClient
    lines: SourceLines
    output: Output

    def run(self, sent: SentReport, journal: Journal | None) -> str | None:
        """Send everything; gives why not, where that is so."""
        shown = not (self.output.as_json and sys.stdout.isatty())
        total = self.lines.total_bytes()
        with progress_of("sent", total, shown=shown, beside=sent.told) as advance:
            try:
                for told in self.client.send(self._outgoing(sent, journal)):
                    if journal is not None and told.number:
                        journal.note(told.number, told)
                    note(self.output, sent, told)
                    advance(sent.sent, self.lines.read_bytes)
            except SendingFailed as error:
                return str(error)
            finally:
                sent.files_unread = self.lines.files_unread
        return None

    def _outgoing(self, sent: SentReport, journal: Journal | None) -> Iterator[Outgoing]:
        for number, line in enumerate(self.lines.all(), start=1):
            if line.body is None:
                note(self.output, sent, too_large(number, line))
                continue
            outgoing = Outgoing(line.body, where_of(line), number)
            if journal is not None and journal.done(number, outgoing):
                sent.done_before += 1
            else:
                yield outgoing
