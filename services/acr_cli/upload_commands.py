"""The commands that look at uploads for which nobody waited, by their ids alone: how far, and each line."""

import contextlib
import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Annotated, TypeAlias

import typer

from acr_cli.output import AsJson, Output
from acr_cli.progress import progress_of
from acr_cli.running import gateway_address
from acr_cli.sent_report import SentReport, opened_report
from acr_cli.sent_telling import note, tell_end
from acr_client.blocking import BlockingAcrClient
from acr_client.sending import Pace
from acr_client.told import SendingFailed, Told, status_of
from acr_client.uploads import Upload, UploadProgress
from acr_domain.findings import findings_data

uploads_app = typer.Typer(
    help="Look at uploads that were sent with `send --async`, by their ids or addresses. "
    "Example: acr-connect uploads show 0198f3c2-7a10-7000-8000-1d2e3f405162",
    no_args_is_help=True,
)

UploadId: TypeAlias = Annotated[str, typer.Argument(help="An upload's id, or its address.")]
GatewayOption: TypeAlias = Annotated[str | None, typer.Option(help="Gateway's address.")]
Follow: TypeAlias = Annotated[
    bool, typer.Option("--follow", help="Wait until every line has its verdict.")
]
SettleSeconds: TypeAlias = Annotated[
    float, typer.Option(min=0, help="With --follow: how long nothing may move.")
]
PatienceSeconds: TypeAlias = Annotated[
    float, typer.Option(min=0, help="How long nothing may be answered before giving up.")
]
ReportOption: TypeAlias = Annotated[
    Path | None, typer.Option(help="File for those not stored, with findings: JSON lines.")
]
Out: TypeAlias = Annotated[
    Path | None, typer.Option(help="File for every line's result: JSON lines.")
]


@uploads_app.command("show")
def show_command(
    upload: UploadId,
    gateway: GatewayOption = None,
    follow: Follow = False,
    settle_seconds: SettleSeconds = 300.0,
    as_json: AsJson = False,
) -> None:
    """Tell how far an upload is.

    Exits with 0 where it is done and all is stored, 1 where some lines are not stored, 2 where it is not done.
    Example: acr-connect uploads show 0198f3c2-7a10-7000-8000-1d2e3f405162 --follow
    """
    output = Output(as_json=as_json)
    pace = Pace(settle_seconds=settle_seconds if follow else 0.0)
    try:
        with BlockingAcrClient(_gateway(upload, gateway), pace=pace) as client:
            progress = _progress(client, client.upload_of(upload), output)
    except SendingFailed as error:
        output.complain(str(error))
        raise typer.Exit(2) from None
    output.data(asdict(progress))
    if not as_json:
        for name, value in _words(progress).items():
            output.say(f"{name:<12}{value}")
    if not progress.done or progress.complete is False:
        raise typer.Exit(2)
    stored = sum(count for verdict, count in progress.verdicts.items() if status_of(verdict) < 300)
    if progress.refused or stored < progress.settled:
        raise typer.Exit(1)


@uploads_app.command("results")
def results_command(
    upload: UploadId,
    gateway: GatewayOption = None,
    follow: Follow = False,
    out: Out = None,
    report: ReportOption = None,
    settle_seconds: SettleSeconds = 300.0,
    patience_seconds: PatienceSeconds = 300.0,
    as_json: AsJson = False,
) -> None:
    """Tell what became of each line of an upload: counts, and those not stored with their findings.

    Exits with 0 where all are stored, 1 where some are not, 2 where not all is settled or told.
    Example: acr-connect uploads results 0198f3c2-7a10-7000-8000-1d2e3f405162 --follow --out results.ndjson
    """
    output = Output(as_json=as_json)
    pace = Pace(settle_seconds=settle_seconds if follow else 0.0, patience_seconds=patience_seconds)
    failure: str | None = None
    registry: str | None = None
    try:
        with contextlib.ExitStack() as stack:
            client = stack.enter_context(BlockingAcrClient(_gateway(upload, gateway), pace=pace))
            sent = SentReport(stack.enter_context(opened_report(report)))
            written = stack.enter_context(opened_report(out))
            try:
                named = client.upload_of(upload)
                progress = _progress(client, named, output)
                registry, failure = progress.registry, _failure(progress)
                _note_all(client, named, output, sent, written)
            except SendingFailed as error:
                failure = str(error)
    except OSError as error:
        output.fail(str(error))
    tell_end(output, sent, registry, failure)


def _gateway(upload: str, given: str | None) -> str:
    """Give the gateway to ask: the one given, else that of the upload's address."""
    own, found, _ = upload.partition("/v1/uploads/")
    return own if given is None and found and "://" in own else gateway_address(given)


def _progress(client: BlockingAcrClient, upload: Upload, output: Output) -> UploadProgress:
    shown = not (output.as_json and sys.stdout.isatty())
    last: UploadProgress | None = None
    with progress_of("settled", None, shown=shown) as advance:
        for last in client.follow(upload):
            advance(last.settled + last.refused, 0)
    if last is None:
        raise SendingFailed(f"nobody tells of upload {upload.upload_id}")
    return last


def _failure(progress: UploadProgress) -> str | None:
    if progress.complete is False:
        return f"the upload ended before its line {progress.next_line}: send the rest as another"
    if not progress.ended:
        return "the end of the upload is not noted; if that stays so, send it again"
    return None


def _note_all(
    client: BlockingAcrClient, upload: Upload, output: Output, sent: SentReport, out: IO[str] | None
) -> None:
    for told in client.upload_results(upload):
        if out is not None:
            out.write(json.dumps(_result(told)) + "\n")
        note(output, sent, replace(told, where=f"{upload.upload_id}:{told.number}"))


def _result(told: Told) -> dict[str, object]:
    return {
        "line": told.number,
        "status": told.status,
        "verdict": told.verdict,
        "submission_id": told.submission_id,
        "detail": told.detail or told.title,
        "findings": findings_data(told.findings),
    }


def _words(progress: UploadProgress) -> dict[str, object]:
    verdicts = ", ".join(f"{count:,} {verdict}" for verdict, count in progress.verdicts.items())
    ended = "yes" if progress.ended else "no"
    if progress.complete is False:
        ended = f"early, before line {progress.next_line}: send the rest as another"
    return {
        "upload": progress.upload_id,
        "registry": progress.registry or "not noted yet",
        "kept": f"{progress.kept:,}",
        "settled": f"{progress.settled:,} {verdicts}".rstrip(),
        "refused": f"{progress.refused:,}",
        "ended": ended,
        "done": "yes" if progress.done else "no",
        "noted at": progress.noted_at or "",
    }
