"""Fetches Apache Kafka's own jars by their Maven coordinates, once. Starts no broker."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from acr_localstack.cache import Report
from acr_localstack.data_lock import take_turns
from acr_localstack.errors import MissingProgram, StackError
from acr_localstack.java import find_java

KAFKA_VERSION = "4.1.0"
FETCH_SECONDS_MAX = 900
OUTPUT_CHARACTERS_MAX = 2000

# The last one is what Kafka's own release ships beside them: without it a broker logs nothing.
_COORDINATES = (
    ("org.apache.kafka", "kafka_2.13", KAFKA_VERSION),
    ("org.apache.kafka", "kafka-tools", KAFKA_VERSION),
    ("org.apache.logging.log4j", "log4j-slf4j-impl", "2.24.3"),
)
_DEPENDENCIES = "".join(
    f"    <dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
    f"<version>{version}</version></dependency>\n"
    for group, artifact, version in _COORDINATES
)
POM = f"""\
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>acr-connect</groupId>
  <artifactId>local-kafka</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
{_DEPENDENCIES}  </dependencies>
</project>
"""
_ADVICE = "install Maven (Debian: apt install maven; macOS: brew install maven)"


def ensure_kafka_jars(home: Path, report: Report) -> Path:
    """Give the folder of Kafka's jars under the cache folder, fetching them when they are not there.

    Raises MissingProgram without Java or Maven, StackError when Maven fails; a download that did
    not end well is never used.
    """
    find_java(os.environ)
    folder = home / f"kafka-{KAFKA_VERSION}"
    if not _is_complete(folder):
        with take_turns(home / f"{folder.name}.lock", report, "fetching Kafka's jars"):
            if not _is_complete(folder):
                _fetch(folder, report)
    return folder / "libs"


def _is_complete(folder: Path) -> bool:
    """Whether the folder, which appears only when finished, was made from today's coordinates."""
    pom = folder / "pom.xml"
    return pom.is_file() and pom.read_text() == POM


def _fetch(folder: Path, report: Report) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise MissingProgram(
            f"Kafka's jars are fetched with Maven and there is no `mvn`: {_ADVICE}"
        )
    report(f"fetching Kafka {KAFKA_VERSION} jars with Maven")
    began = time.monotonic()
    unfinished = Path(tempfile.mkdtemp(prefix=f"{folder.name}.part-", dir=folder.parent))
    try:
        (unfinished / "pom.xml").write_text(POM)
        _run_maven(maven, unfinished)
        jars = list((unfinished / "libs").glob("*.jar"))
        megabytes = sum(jar.stat().st_size for jar in jars) / 1e6
        if folder.exists():
            shutil.rmtree(folder)
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    seconds = time.monotonic() - began
    report(f"fetched {len(jars)} Kafka jars, {megabytes:.0f} MB, in {seconds:.1f} s")


def _run_maven(maven: str, folder: Path) -> None:
    argv = [maven, "-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime"]
    try:
        done = subprocess.run(
            [*argv, "-DoutputDirectory=libs"],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=FETCH_SECONDS_MAX,
        )
    except subprocess.TimeoutExpired:
        raise StackError(f"Maven fetched no Kafka jars in {FETCH_SECONDS_MAX} s") from None
    if done.returncode != 0:
        said = done.stdout[-OUTPUT_CHARACTERS_MAX:]
        raise StackError(f"Maven could not fetch Kafka's jars (is the network there?):\n{said}")
