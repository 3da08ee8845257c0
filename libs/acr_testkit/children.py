"""The environment of processes that a test starts: nothing of ours but where the neighbours are."""

import os

from acr_settings.settings import KafkaSettings, PostgresSettings


def child_environment(
    kafka: KafkaSettings, postgres: PostgresSettings, **own: str
) -> dict[str, str]:
    """Give it; ``own`` are settings besides."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ACR_")}
    return {
        **kept,
        "ACR_KAFKA_BOOTSTRAP_SERVERS": kafka.bootstrap_servers,
        "ACR_POSTGRES_DSN": postgres.dsn.get_secret_value(),
        **own,
    }
