"""Runs releases of the services as they were shipped, beside the code of this checkout."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from acr_localstack.services import Service
from acr_settings.settings import KafkaSettings

COMMAND = "from acr_cli.main import app; app()"
COMMAND_SECONDS_MAX = 60


@dataclass(frozen=True, slots=True)
class Release:
    """One release: what its processes find in their environment, where its code lies among it."""

    name: str
    environ: dict[str, str]
    logs: Path

    def command(self, *words: str) -> None:
        """Run its `acr-connect`."""
        ran = subprocess.run(
            [sys.executable, "-c", COMMAND, *words],
            env=self.environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS_MAX,
        )
        assert ran.returncode == 0, f"{self.name} {words}: {ran.stdout} {ran.stderr}"

    def gateway(self, port: int) -> Service:
        """Plan a gateway."""
        environ = {**self.environ, "ACR_GATEWAY_PORT": str(port)}
        return self._service("gateway", "acr_gateway", port, environ)

    def consumer(self, registry: str, port: int) -> Service:
        """Plan a consumer."""
        environ = {
            **self.environ,
            "ACR_CONSUMER_PORT": str(port),
            "ACR_CONSUMER_REGISTRY": registry,
        }
        return self._service(f"consumer-{registry}", "acr_consumer", port, environ)

    def _service(self, what: str, module: str, port: int, environ: dict[str, str]) -> Service:
        if what == "gateway":
            environ.pop("ACR_POSTGRES_DSN")
        name = f"{self.name}-{what}"
        return Service(name, module, port, environ, self.logs / f"{name}.log")


@dataclass(frozen=True, slots=True)
class Site:
    """A Kafka and a PostgreSQL of the upgrade's own, with both releases to be run on them."""

    kafka: KafkaSettings
    dsn: str
    former: Release
    present: Release
