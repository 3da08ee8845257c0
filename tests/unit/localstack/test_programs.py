"""What is said when Java or Maven is missing, and that a failed download leaves nothing behind."""

import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from acr_localstack.errors import MissingProgram, StackError
from acr_localstack.java import find_java
from acr_localstack.kafka_jars import POM, ensure_kafka_jars

Install = Callable[[str, str], None]
JAVA_17 = "echo 'openjdk version \"17.0.15\" 2025-04-15' >&2"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Leave only an empty PATH; gives a function that puts a shell script on it."""
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.delenv("JAVA_HOME", raising=False)

    def write(name: str, script: str) -> None:
        path = programs / name
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    return write


@pytest.mark.usefixtures("install")
def test_without_java_the_message_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(MissingProgram, match=r"no `java`.*17 or later.*openjdk.*JAVA_HOME"):
        ensure_kafka_jars(tmp_path / "home", print)


def test_an_old_java_is_named_with_its_version(tmp_path: Path, install: Install) -> None:
    install("java", "echo 'java version \"1.8.0_402\"' >&2")

    with pytest.raises(MissingProgram, match=r"bin/java is Java 1\.8\.0_402, too old"):
        ensure_kafka_jars(tmp_path / "home", print)


def test_java_under_java_home_comes_before_the_one_on_the_path(tmp_path: Path) -> None:
    for folder, version in (("home/bin", "21.0.1"), ("path", "17")):
        (tmp_path / folder).mkdir(parents=True)
        java = tmp_path / folder / "java"
        java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\"' >&2\n")
        java.chmod(0o755)

    found = find_java({"JAVA_HOME": str(tmp_path / "home"), "PATH": str(tmp_path / "path")})

    assert found.version == "21.0.1"


def test_without_maven_the_message_says_what_to_install(tmp_path: Path, install: Install) -> None:
    install("java", JAVA_17)

    with pytest.raises(MissingProgram, match=r"no `mvn`.*apt install maven"):
        ensure_kafka_jars(tmp_path / "home", print)


def test_a_failed_download_is_told_and_leaves_nothing_to_be_used(
    tmp_path: Path, install: Install
) -> None:
    home = tmp_path / "home"
    install("java", JAVA_17)
    install("mvn", "mkdir libs; touch libs/half.jar; echo 'no route to host'; exit 1")

    with pytest.raises(StackError, match=r"(?s)network.*no route to host"):
        ensure_kafka_jars(home, print)

    assert [path.name for path in home.iterdir()] == ["kafka-4.1.0.lock"]


def test_two_runs_at_once_fetch_once_and_the_second_waits(tmp_path: Path, install: Install) -> None:
    install("java", JAVA_17)
    install("mvn", "sleep 0.5; mkdir libs; echo jar > libs/kafka.jar")
    lines: list[str] = []

    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(ensure_kafka_jars, tmp_path / "home", lines.append) for _ in range(2)]

    assert runs[0].result() == runs[1].result()
    assert sum(line.startswith("fetching") for line in lines) == 1
    assert sum(line.startswith("waiting for another run") for line in lines) == 1


def test_jars_are_fetched_once_and_again_when_the_coordinates_change(
    tmp_path: Path, install: Install
) -> None:
    home, lines = tmp_path / "home", list[str]()
    install("java", JAVA_17)
    install("mvn", "mkdir libs; echo jar > libs/kafka.jar")

    libs = ensure_kafka_jars(home, lines.append)
    assert ensure_kafka_jars(home, lines.append) == libs
    assert len(lines) == 2
    (libs.parent / "pom.xml").write_text("<project/>")
    ensure_kafka_jars(home, lines.append)

    assert len(lines) == 4
    assert (libs / "kafka.jar").exists()
    assert (libs.parent / "pom.xml").read_text() == POM
