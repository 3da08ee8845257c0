"""The journal: what was told is known to the next run, however the former one ended."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from acr_client.journal import Journal
from acr_client.told import Outgoing, SendingFailed, Told
from acr_client.uploads import SentLine, Upload

ONE, OTHER = Outgoing(b'{"a": 1}'), Outgoing(b'{"a": 2}')


def told(number: int, outgoing: Outgoing, verdict: str = "created") -> Told:
    return Told(number, "", outgoing.digest, 201, verdict, "01983b5e-7c00-7000-8000-0123456789ab")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal"


def test_what_was_told_is_done_in_the_next_run_and_nothing_else(path: Path) -> None:
    with Journal(path, "lcsr") as journal:
        journal.note(3, told(3, ONE))
        journal.note(1, told(1, OTHER, "rejected"))
        journal.note(2, told(2, ONE, "pending"))

    with Journal(path, "lcsr") as again:
        assert [again.done(n, ONE) for n in (1, 2, 3, 4)] == [False, False, True, False]
        assert again.done(1, OTHER)
        assert again.known == 2


def test_it_holds_nothing_of_a_submission(path: Path) -> None:
    secret = Outgoing(b'{"dartheader": {"id": "541eae10"}, "name": "Jane Roe"}', "jane.json:1")
    with Journal(path, "lcsr") as journal:
        journal.note(1, told(1, secret))

    assert not {b"541eae10", b"Jane", b"jane"} & set(path.read_bytes().split(b'"'))
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_line_cut_in_half_is_cut_off_and_written_over(path: Path) -> None:
    with Journal(path, "lcsr") as journal:
        journal.note(1, told(1, ONE))
        journal.note(2, told(2, OTHER))
    path.write_bytes(path.read_bytes()[:-20])

    with Journal(path, "lcsr") as torn:
        assert (torn.done(1, ONE), torn.done(2, OTHER)) == (True, False)
        torn.note(2, told(2, OTHER))
    with Journal(path, "lcsr") as mended:
        assert (mended.done(1, ONE), mended.done(2, OTHER)) == (True, True)


@pytest.mark.parametrize("content", [b"something else\n", b"{}\n", b'{"journal": 9}\n', b"[1]\n"])
def test_another_file_is_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(SendingFailed, match="journal"), Journal(path, "lcsr"):
        pass
    assert path.read_bytes() == content


def test_the_journal_of_another_registry_is_refused(path: Path) -> None:
    with Journal(path, "lcsr"):
        pass

    with pytest.raises(SendingFailed, match="another registry"), Journal(path, "grid"):
        pass


def test_two_runs_at_once_are_refused(path: Path) -> None:
    with Journal(path, "lcsr"), pytest.raises(SendingFailed, match="in use"), Journal(path, "lcsr"):
        pass


def test_what_was_noted_outlives_a_killed_process(path: Path) -> None:
    program = (
        "import sys, time, pathlib\n"
        "from acr_client.journal import Journal\n"
        "from acr_client.told import Outgoing, Told\n"
        "with Journal(pathlib.Path(sys.argv[1]), 'lcsr') as journal:\n"
        "    for n in range(1, 101):\n"
        "        journal.note(n, Told(n, '', Outgoing(b'%d' % n).digest, 201, 'created'))\n"
        "    print('noted', flush=True)\n"
        "    time.sleep(60)\n"
    )
    running = subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stdout.readline() == b"noted\n"
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    running.stdout.close()

    with Journal(path, "lcsr") as journal:
        assert all(journal.done(n, Outgoing(b"%d" % n)) for n in range(1, 101))


UPLOAD = Upload(
    "0198f3c2-7a10-7000-8000-1d2e3f405162",
    "",
    [SentLine(4, "a:4", ONE.digest), SentLine(6, "a:6", OTHER.digest)],
)


def test_what_is_in_an_upload_is_known_with_its_line_until_it_is_told(path: Path) -> None:
    with Journal(path, "lcsr") as journal:
        journal.note_upload(UPLOAD)

    with Journal(path, "lcsr") as again:
        assert again.uploaded(4, ONE) == (UPLOAD.upload_id, 1)
        assert again.uploaded(6, OTHER) == (UPLOAD.upload_id, 2)
        assert [again.uploaded(n, ONE) for n in (1, 5, 6, 7)] == [None] * 4
        assert not again.done(4, ONE)
        assert again.known == 0
        again.note(6, told(6, OTHER))
    with Journal(path, "lcsr") as last:
        assert last.uploaded(6, OTHER) is None
        assert last.done(6, OTHER)
        assert last.known == 1


def test_what_nobody_tells_any_more_or_has_to_be_sent_again_is_forgotten(path: Path) -> None:
    refused = Told(6, "", OTHER.digest, 503, "refused")
    with Journal(path, "lcsr") as journal:
        journal.note_upload(UPLOAD)
        journal.forget_upload(UPLOAD.lines[:1])
        journal.note(6, refused)

    with Journal(path, "lcsr") as again:
        assert [again.uploaded(4, ONE), again.uploaded(6, OTHER)] == [None, None]
        assert not again.done(6, OTHER)


def test_what_is_sent_anew_is_in_the_last_upload(path: Path) -> None:
    with Journal(path, "lcsr") as journal:
        journal.note(4, told(4, OTHER))
        journal.note_upload(UPLOAD)
        journal.note_upload(replace(UPLOAD, upload_id="another", lines=UPLOAD.lines[:1]))

    with Journal(path, "lcsr") as again:
        assert again.uploaded(4, ONE) == ("another", 1)
        assert not again.done(4, OTHER)
        assert again.uploaded(6, OTHER) == (UPLOAD.upload_id, 2)
