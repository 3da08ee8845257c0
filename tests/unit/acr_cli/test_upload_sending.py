"""`send --async`: what is sent, followed, remembered and told, before a service that keeps uploads in memory."""

import gzip
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from acr_cli.output import Output
from acr_cli.sent_report import SentReport
from acr_cli.source_lines import SourceLines
from acr_cli.upload_sending import UploadWork
from acr_client.blocking import BlockingAcrClient
from acr_client.journal import Journal
from acr_client.sending import Pace

PACE = Pace(settle_seconds=0, patience_seconds=0)


@dataclass(slots=True)
class Service:
    """Keeps uploads; a line is refused, rejected, pending or created by what it says."""

    uploads: dict[str, list[str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    methods: list[str] = field(default_factory=list)
    away_after: int = 1000

    def __call__(self, request: httpx.Request) -> httpx.Response:
        name = request.url.path.removesuffix("/results").rsplit("/", 1)[-1]
        self.methods.append(request.method)
        if request.method == "POST":
            if len(self.uploads) >= self.away_after:
                return httpx.Response(503)
            return self._take(gzip.decompress(request.content).decode().splitlines())
        self.asked.append(name)
        if name not in self.uploads:
            return httpx.Response(404, json={"detail": "No upload of the last days has this id."})
        if request.url.path.endswith("/results"):
            lines = enumerate(self.uploads[name], start=1)
            content = "".join(json.dumps(_result(n, each)) + "\n" for n, each in lines)
            return httpx.Response(200, text=content)
        return httpx.Response(
            200, json={"ended": True, "done": "pending" not in self.uploads[name]}
        )

    def _take(self, lines: list[str]) -> httpx.Response:
        upload_id = str(uuid.uuid4())
        self.uploads[upload_id] = [json.loads(line)["as"] for line in lines]
        refused = self.uploads[upload_id].count("refused")
        members = {"upload_id": upload_id, "lines": len(lines), "blank": 0, "refused": refused}
        members |= {"complete": True, "noted": True}
        return httpx.Response(202, headers={"Location": f"/v1/uploads/{upload_id}"}, json=members)


def _result(number: int, said: str) -> dict[str, Any]:
    if said in ("refused", "later"):
        return {"line": number, "status": 400 if said == "refused" else 503, "detail": "Not kept."}
    return {"line": number, "verdict": said, "submission_id": f"s{number}"}


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "exams.ndjson"


@pytest.fixture(autouse=True)
def four_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acr_cli.upload_sending.LINES_MAX", 4)


def write(file: Path, *said: str) -> None:
    file.write_text("".join(json.dumps({"n": n, "as": each}) + "\n" for n, each in enumerate(said)))


@contextmanager
def journal_of(path: Path | None) -> Iterator[Journal | None]:
    if path is None:
        yield None
        return
    with Journal(path, "lcsr") as journal:
        yield journal


def run(
    service: Service, file: Path, *, follow: bool = False, journal: Path | None = None
) -> tuple[SentReport, str | None]:
    output, sent = Output(as_json=True), SentReport()
    lines = SourceLines([file], output)
    transport = httpx.MockTransport(service)
    with (
        BlockingAcrClient("http://gateway", "lcsr", pace=PACE, transport=transport) as client,
        journal_of(journal) as kept,
    ):
        failure = UploadWork(client, lines, output, sent, kept, follow).run()
    return sent, failure


def test_nobody_waits_for_what_is_kept(service: Service, file: Path) -> None:
    write(file, *["created"] * 9, "refused")

    sent, failure = run(service, file)

    assert failure is None
    assert not service.asked
    assert dict(sent.counts) == {"pending": 9, "refused": 1}
    assert (sent.not_stored, sent.incomplete) == (1, False)
    told = sent.data("lcsr", failure)["uploads"]
    assert [(each["lines"], each["kept"], each["refused"]) for each in told] == [
        (4, 4, 0),
        (4, 4, 0),
        (2, 1, 1),
    ]
    assert {each["upload_id"] for each in told} == service.uploads.keys()


def test_followed_it_tells_what_a_waiting_sender_is_told(service: Service, file: Path) -> None:
    write(file, *["created"] * 5, "rejected", "refused", "duplicate")

    sent, failure = run(service, file, follow=True)

    assert failure is None
    assert dict(sent.counts) == {"created": 5, "rejected": 1, "refused": 1, "duplicate": 1}
    assert (sent.not_stored, sent.incomplete) == (2, False)
    assert [each["line"] for each in sent.listed] == [6, 7]


@pytest.mark.parametrize("said", ["pending", "later"])
def test_what_is_not_settled_or_has_to_be_sent_again_is_incomplete(
    service: Service, file: Path, said: str
) -> None:
    write(file, "created", said)

    sent, _ = run(service, file, follow=True)

    assert sent.incomplete


def test_few_lines_are_held_beyond_which_uploads_are_followed_first(
    service: Service, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Goal: flat memory. Method: the service goes away for good, and what was sent before is told."""
    monkeypatch.setattr("acr_cli.upload_sending.HELD_LINES_MAX", 8)
    write(file, *["created"] * 40)
    service.away_after = 5

    sent, failure = run(service, file, follow=True)

    assert failure is not None
    assert "status 503" in failure
    assert sent.counts["created"] == 20
    assert list(dict.fromkeys(service.asked)) == list(service.uploads)
    assert service.methods[:6] == ["POST", "POST", "POST", "GET", "GET", "POST"]


def test_what_is_uploaded_is_not_sent_again_and_is_followed_by_a_later_run(
    service: Service, file: Path, tmp_path: Path
) -> None:
    journal = tmp_path / "journal"
    write(file, *["created"] * 6, "rejected")
    service.away_after = 1
    _, failure = run(service, file, journal=journal)
    service.away_after = 1000

    second, _ = run(service, file, journal=journal)
    third, _ = run(service, file, journal=journal)
    followed, _ = run(service, file, journal=journal, follow=True)
    last, _ = run(service, file, journal=journal, follow=True)

    assert failure is not None
    assert len(service.uploads) == 2
    assert (second.done_before, second.sent) == (4, 3)
    assert (third.done_before, third.sent) == (7, 0)
    assert {each["upload_id"] for each in third.uploads.values()} == service.uploads.keys()
    assert dict(followed.counts) == {"created": 6, "rejected": 1}
    assert [each["line"] for each in followed.listed] == [7]
    assert (last.done_before, last.sent) == (7, 0)


def test_what_is_not_settled_yet_is_followed_again_and_not_sent_again(
    service: Service, file: Path, tmp_path: Path
) -> None:
    journal = tmp_path / "journal"
    write(file, "pending", "created")
    first, _ = run(service, file, journal=journal, follow=True)
    [upload_id] = service.uploads
    service.uploads[upload_id] = ["updated", "created"]

    second, _ = run(service, file, journal=journal, follow=True)

    assert dict(first.counts) == {"pending": 1, "created": 1}
    assert (dict(second.counts), second.done_before) == ({"updated": 1}, 1)
    assert list(service.uploads) == [upload_id]


def test_a_changed_line_is_sent_anew(service: Service, file: Path, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    write(file, "created", "rejected")
    run(service, file, journal=journal)
    write(file, "created", "updated")

    sent, _ = run(service, file, journal=journal, follow=True)

    assert dict(sent.counts) == {"created": 1, "updated": 1}
    assert [*service.uploads.values()] == [["created", "rejected"], ["updated"]]


def test_an_upload_that_nobody_tells_of_any_more_is_sent_anew_by_the_next_run(
    service: Service, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = tmp_path / "journal"
    write(file, "created", "created")
    run(service, file, journal=journal)
    service.uploads.clear()

    second, _ = run(service, file, journal=journal, follow=True)
    third, _ = run(service, file, journal=journal, follow=True)

    assert (dict(second.counts), second.incomplete) == ({"pending": 2}, True)
    assert "sent anew" in capsys.readouterr().err
    assert (dict(third.counts), third.incomplete) == ({"created": 2}, False)
