"""Finds a Java that Kafka runs on. Starts nothing but `java -version`."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from acr_localstack.errors import MissingProgram

JAVA_MAJOR_MIN = 17
VERSION_SECONDS = 30
_VERSION = re.compile(r'version "(?P<version>(?P<major>\d+)[^"]*)"')
_ADVICE = (
    "install a Java runtime, 17 or later (Debian: apt install openjdk-17-jre-headless; "
    "macOS: brew install openjdk), or name one with JAVA_HOME"
)


@dataclass(frozen=True, slots=True)
class Java:
    """A Java launcher and what it says its version is, such as "17.0.15"."""

    launcher: Path
    version: str


def find_java(environ: Mapping[str, str]) -> Java:
    """Find the launcher under JAVA_HOME, else on PATH; raises MissingProgram, also when too old."""
    search = environ.get("PATH", "")
    if home := environ.get("JAVA_HOME"):
        search = os.pathsep.join((str(Path(home, "bin")), search))
    found = shutil.which("java", path=search)
    if found is None:
        raise MissingProgram(f"Kafka needs Java and there is no `java`: {_ADVICE}")
    said = subprocess.run(
        [found, "-version"],
        capture_output=True,
        text=True,
        check=False,
        env=dict(environ),
        timeout=VERSION_SECONDS,
    ).stderr
    match = _VERSION.search(said)
    if match is None:
        raise MissingProgram(f"{found} does not say its version: {_ADVICE}")
    if int(match["major"]) < JAVA_MAJOR_MIN:
        raise MissingProgram(f"{found} is Java {match['version']}, too old for Kafka: {_ADVICE}")
    return Java(Path(found), match["version"])
