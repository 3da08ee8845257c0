"""The folder of an export: for its owner alone, one command at a time, finished or not there."""

import io
import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from acr_archive.folder import BadArchive, Folder
from acr_archive.segments import Segment, record_sum
from acr_archive.verifying import records_of, verify
from acr_avro.kept_records import KeptRecord, KeptWriter, NotKept, read_kept

TOPIC = "acr.lcsr.submissions.v1"
RECORD = KeptRecord(0, datetime(2026, 5, 1, tzinfo=UTC), None, b"\x00value", (("name", b""),))


def write(folder: Folder, *, finish: bool = True) -> Segment | None:
    with folder.new_segment(TOPIC, 0, 0) as file:
        writer = KeptWriter(file.stream(), {"topic": TOPIC})
        writer.write(RECORD)
        writer.end()
        segment = Segment(
            TOPIC, 0, 0, 1, 1, (), file.size, file.sha256, None, (0, record_sum(RECORD))
        )
        if finish:
            folder.finish(file, segment)
        return segment


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    made = Folder(tmp_path / "export")
    with made.held():
        made.begin_topic(TOPIC, 2)
    return made


def test_what_is_finished_is_read_back(folder: Folder) -> None:
    segment = write(folder)

    topic = folder.topic(TOPIC)

    assert topic is not None
    assert topic.segments == ((segment,), ())
    assert (topic.end(0), topic.end(1)) == (1, 0)
    assert segment is not None
    assert list(records_of(folder, segment)) == [RECORD]


def test_what_is_not_finished_does_not_count_and_is_written_anew(folder: Folder) -> None:
    write(folder, finish=False)
    topic = folder.topic(TOPIC)
    assert topic is not None
    assert topic.segments == ((), ())

    write(folder)

    assert [each.problems for each in verify(folder, lambda _, __: None)] == [[]]
    assert not list(folder.path.rglob("*.part"))


def test_only_the_owner_can_read_anything(folder: Folder) -> None:
    write(folder)
    for path in [folder.path, *folder.path.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    folder.path.chmod(0o750)

    with pytest.raises(BadArchive, match="others may read"), folder.held():
        pass


def test_two_commands_do_not_work_in_one_folder(folder: Folder) -> None:
    with (
        folder.held(),
        pytest.raises(BadArchive, match="another command works"),
        Folder(folder.path).held(),
    ):
        pass


def test_a_document_that_tells_of_other_records_is_named(folder: Folder) -> None:
    segment = write(folder)
    assert segment is not None
    for wrong, why in (
        (replace(segment, records=2, end=2), "holds 1 records up to 1, not 2 up to 2"),
        (replace(segment, last_record=(0, "0")), "another last record"),
    ):
        folder.data(segment).with_suffix(".json").write_text(wrong.text())
        (found,) = verify(folder, lambda _, __: None)
        assert why in found.problems[0]


def test_a_folder_that_is_no_export_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadArchive, match="holds no export"):
        verify(Folder(tmp_path), lambda _, __: None)
    with pytest.raises(BadArchive, match="there is no folder"):
        verify(Folder(tmp_path / "none"), lambda _, __: None)


def test_bytes_that_are_no_container_are_told() -> None:
    with pytest.raises(NotKept, match="no container of records"):
        list(read_kept(io.BytesIO(b"something else")))
