"""Sends submissions as uploads for which nobody waits, and follows them where that is asked for.

What the journal knows to be in an upload is not sent again, only followed. Few lines are held at a
time: beyond a bound, uploads are followed to their end before the next is sent.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from acr_cli.output import Output
from acr_cli.progress import Advance, progress_of
from acr_cli.sent_report import SentReport
from acr_cli.sent_telling import note
from acr_cli.source_lines import SourceLines, too_large, where_of
from acr_cli.submission_lines import Line
from acr_client.blocking import BlockingAcrClient
from acr_client.journal import Journal
from acr_client.told import PENDING, Outgoing, SendingFailed, Told, UploadUnknown
from acr_client.uploading import BYTES_MAX, LINES_MAX
from acr_client.uploads import SentLine, Upload

HELD_LINES_MAX = 100_000
NOT_TOLD = "No reader tells of it yet. Call again to ask, or to send it anew."


@dataclass(slots=True)
class UploadWork:
    """One run. It grows by what is not sent yet, and by what is not followed yet, both within bounds."""

    client: BlockingAcrClient
    lines: SourceLines
    output: Output
    sent: SentReport
    journal: Journal | None
    follow: bool
    _fresh: list[Outgoing] = field(default_factory=list)
    _fresh_bytes: int = 0
    _held: dict[str, dict[int, SentLine]] = field(default_factory=dict)
    _held_lines: int = 0
    _through: int = 0
    _through_bytes: int = 0
    _handed: float = 0.0  # The share of the present part that has gone to the connection.
    _settled_now: int = 0
    _advance: Advance = field(default=lambda _, __: None)

    def run(self) -> str | None:
        """Send everything, then follow it; gives why not, where that is so."""
        self.sent.nobody_waits = not self.follow
        shown = not (self.output.as_json and sys.stdout.isatty())
        total = self.lines.total_bytes()
        if self.follow and total is not None:
            total *= 2
        failure = None
        with progress_of("sent", total, shown=shown, beside=self._told) as self._advance:
            try:
                for number, line in enumerate(self.lines.all(), start=1):
                    self._take(number, line)
                self._send()
            except SendingFailed as error:
                failure = str(error)
            self.sent.files_unread = self.lines.files_unread
            try:
                self._follow_beyond(0)
            except SendingFailed as error:
                failure = failure or str(error)
        return failure

    def _take(self, number: int, line: Line) -> None:
        if line.body is None:
            note(self.output, self.sent, too_large(number, line))
            return
        outgoing = Outgoing(line.body, where_of(line), number)
        if self.journal is not None and self.journal.done(number, outgoing):
            self.sent.done_before += 1
        elif self.journal is not None and (place := self.journal.uploaded(number, outgoing)):
            self._take_uploaded(*place, SentLine(number, outgoing.where, outgoing.digest))
        else:
            self._fresh.append(outgoing)
            self._fresh_bytes += len(line.body)
            if len(self._fresh) >= LINES_MAX or self._fresh_bytes >= BYTES_MAX:
                self._send()
        self._follow_beyond(HELD_LINES_MAX)

    def _take_uploaded(self, upload_id: str, line: int, sent: SentLine) -> None:
        known = self.sent.uploads.get(upload_id)
        if known is None:
            address = self.client.upload_of(upload_id).address
            known = {"upload_id": upload_id, "address": address, "lines": 0}
            self.sent.uploads[upload_id] = known
            if not self.output.as_json:
                self.output.say(f"{address}  was sent before")
        known["lines"] += 1
        if self.follow:
            self._hold(upload_id, {line: sent})
        else:
            self.sent.done_before += 1

    def _send(self) -> None:
        """Send what is fresh, and tell where it is once it is through."""
        fresh, self._fresh, self._fresh_bytes = self._fresh, [], 0

        def handed(lines: int) -> None:
            self._handed = lines / len(fresh)
            self._show(len(fresh))

        for upload in self.client.upload(fresh, handed=handed):
            if self.journal is not None:
                self.journal.note_upload(upload)
            self._tell(upload)
            if self.follow:
                self._hold(upload.upload_id, dict(enumerate(upload.lines, start=1)))
            else:
                self.sent.note_upload(upload)
        self._through += len(fresh)
        self._through_bytes, self._handed = self.lines.read_bytes, 0.0
        self._show()

    def _tell(self, upload: Upload) -> None:
        self.sent.uploads[upload.upload_id] = {
            "upload_id": upload.upload_id,
            "address": upload.address,
            "lines": len(upload.lines),
            "kept": upload.kept,
            "refused": upload.refused,
        }
        if not self.output.as_json:
            refused = f", {upload.refused:,} refused" if upload.refused else ""
            self.output.say(f"{upload.address}  {len(upload.lines):,} submissions{refused}")

    def _hold(self, upload_id: str, lines: Mapping[int, SentLine]) -> None:
        self._held.setdefault(upload_id, {}).update(lines)
        self._held_lines += len(lines)

    def _follow_beyond(self, lines_max: int) -> None:
        """Follow uploads, the oldest first, until few enough lines are held."""
        while self._held and self._held_lines > lines_max:
            upload_id = next(iter(self._held))
            self._follow_one(self.client.upload_of(upload_id), self._held[upload_id])
            self._held_lines -= len(self._held.pop(upload_id))

    def _follow_one(self, upload: Upload, lines: Mapping[int, SentLine]) -> None:
        """Wait until an upload is done, and note each line; what is not told is pending."""
        told_lines: set[int] = set()
        try:
            for progress in self.client.follow(upload):
                self._settled_now = progress.settled + progress.refused
                self._show()
            for told in self.client.upload_results(upload):
                if told.number in lines:
                    told_lines.add(told.number)
                    self._note(lines[told.number], told)
        except UploadUnknown as error:
            self.output.complain(f"{error} Call again: its submissions are sent anew.")
            if self.journal is not None:
                self.journal.forget_upload(lines.values())
        self._settled_now = 0
        for line, sent in lines.items():
            if line not in told_lines:
                self._note(sent, Told(line, "", "", 202, PENDING, detail=NOT_TOLD))

    def _note(self, sent: SentLine, told: Told) -> None:
        told = replace(told, number=sent.number, where=sent.where, digest=sent.digest)
        if self.journal is not None and told.verdict != PENDING:
            self.journal.note(told.number, told)
        note(self.output, self.sent, told)

    def _show(self, part: int = 0) -> None:
        """Show how far it is: where it is followed, settling is the other half of the work."""
        read = self.lines.read_bytes
        done = self._through_bytes + (read - self._through_bytes) * self._handed
        everything = self.sent.sent + self._held_lines
        if self.follow and everything:
            done += read * min(1.0, (self.sent.sent + self._settled_now) / everything)
        self._advance(self._through + int(part * self._handed), int(done))

    def _told(self) -> str:
        count = len(self.sent.uploads)
        words = f"{count:,} upload{'' if count == 1 else 's'}"
        return f"{words}, {self.sent.told()}" if self.sent.sent else words
