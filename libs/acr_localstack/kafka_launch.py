"""Formats a broker's storage and starts its Java process. Does not wait for answers.

Measured on two cores, Java 17, first start of a new broker: 3.5 s as it comes; 2.1 s with an
archive of the classes that a broker loads (class data sharing); 1.4 s with the quick compiler only
as well, which costs about a fifth of the steady throughput. The serial collector starts with less
work than the others and sends as much at this heap.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from acr_localstack.errors import StackError
from acr_localstack.java import Java
from acr_localstack.kafka_properties import LOG4J
from acr_localstack.leash import ManagedProcess

FORMAT_SECONDS_MAX = 120
STOPPED_BY_TERM = 143  # What the Java runtime says after an orderly end by SIGTERM.

HEAP_MEBIBYTES = 512

_JVM_FLAGS = ("-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError")
_QUICK_COMPILER_ONLY = "-XX:TieredStopAtLevel=1"


@dataclass(frozen=True, slots=True)
class BrokerFolder:
    """The files of one broker: configuration, storage, printed log, its share of a class archive."""

    root: Path

    @property
    def properties(self) -> Path:
        """server.properties, written anew before each start of the cluster."""
        return self.root / "server.properties"

    @property
    def storage(self) -> Path:
        """The topics' data (Kafka's own word for it is log.dirs)."""
        return self.root / "storage"

    @property
    def formatted_mark(self) -> Path:
        """Exists once the storage has been formatted to the end."""
        return self.root / "formatted"

    @property
    def printed(self) -> Path:
        """The log file."""
        return self.root / "broker.log"

    @property
    def new_classes(self) -> Path:
        """A class archive that the Java runtime writes when it ends in order."""
        return self.root / "classes.jsa.part"


@dataclass(frozen=True, slots=True)
class Launcher:
    """Runs Kafka's classes on a Java: where the jars are, and how quick a start is wanted."""

    java: Java
    jars: Path
    quick_start: bool
    heap_mebibytes: int = HEAP_MEBIBYTES

    @property
    def archive(self) -> Path:
        """The class archive, good for this Java and these jars; ignored by Java when it is not."""
        return self.jars.parent / f"classes-{self.java.version}.jsa"

    def start(
        self, folder: BrokerFolder, held: int, *, write_classes: bool, environ: Mapping[str, str]
    ) -> ManagedProcess:
        """Start the broker; ``held`` is the descriptor of the data lock, which it inherits."""
        flags = self._flags()
        if self.quick_start:
            flags.append(_QUICK_COMPILER_ONLY)
        if self.archive.exists():
            flags.append(f"-XX:SharedArchiveFile={self.archive}")
        elif write_classes:
            flags.append(f"-XX:ArchiveClassesAtExit={folder.new_classes}")
        argv = [*self._command(folder, flags), "kafka.Kafka", folder.properties]
        env = self._environment(environ)
        return ManagedProcess.start(argv, log=folder.printed, env=env, inherit=[held])

    def keep_classes(self, folder: BrokerFolder, status: int) -> None:
        """Keep the archive that an orderly end has written, for the starts to come."""
        if not folder.new_classes.exists():
            return
        if status in (0, STOPPED_BY_TERM) and not self.archive.exists():
            arriving = self.archive.with_name(f"{self.archive.name}.{os.getpid()}")
            shutil.copyfile(folder.new_classes, arriving)
            arriving.replace(self.archive)
        folder.new_classes.unlink()

    def format(self, folder: BrokerFolder, cluster_id: str, environ: Mapping[str, str]) -> None:
        """Prepare new storage; a format that was cut off is begun again. Raises StackError."""
        shutil.rmtree(folder.storage, ignore_errors=True)
        flags = [*self._flags(), _QUICK_COMPILER_ONLY]
        if self.archive.exists():
            flags.append(f"-XX:SharedArchiveFile={self.archive}")
        command = self._command(folder, flags)
        tool = ("kafka.tools.StorageTool", "format")
        done = subprocess.run(
            [*command, *tool, "-t", cluster_id, "-c", folder.properties],
            env=self._environment(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=FORMAT_SECONDS_MAX,
        )
        if done.returncode != 0:
            raise StackError(f"Kafka could not format {folder.storage}:\n{done.stdout}")
        folder.formatted_mark.touch()

    def _flags(self) -> list[str]:
        return [f"-Xmx{self.heap_mebibytes}m", *_JVM_FLAGS]

    def _command(self, folder: BrokerFolder, flags: list[str]) -> list[str | Path]:
        log4j = folder.root / "log4j2.properties"
        log4j.write_text(LOG4J)
        headless = "-Djava.awt.headless=true"
        return [self.java.launcher, *flags, headless, f"-Dlog4j2.configurationFile={log4j}"]

    def _environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """Add the class path, one fixed order of jars as the archive asks for."""
        jars = sorted(str(jar) for jar in self.jars.glob("*.jar"))
        return {**environ, "CLASSPATH": os.pathsep.join(jars)}
