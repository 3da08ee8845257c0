"""The settings, one class for each concern. Names in the environment are prefix + field, upper case.

Each description begins with what the setting is for and ends with its unit; the README's table is
made from these, and a test compares them.
"""

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


def _config(prefix: str) -> SettingsConfigDict:
    return SettingsConfigDict(
        env_prefix=prefix, frozen=True, extra="ignore", hide_input_in_errors=True
    )


class KafkaSettings(BaseSettings):
    """How to reach the brokers. TLS and SASL are handed to the client as they are."""

    model_config = _config("ACR_KAFKA_")

    bootstrap_servers: str = Field(
        "127.0.0.1:9092", min_length=1, description="Brokers to begin with, host:port, by commas"
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="Protocol spoken to the brokers"
    )
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = Field(
        "SCRAM-SHA-512", description="SASL mechanism, where the protocol has SASL"
    )
    sasl_username: str | None = Field(None, description="SASL user name")
    sasl_password: SecretStr | None = Field(None, description="SASL password")
    ssl_ca_path: str | None = Field(
        None, description="PEM file of the authorities to trust; the system's without it"
    )
    ssl_certificate_path: str | None = Field(None, description="PEM file of our certificate")
    ssl_key_path: str | None = Field(None, description="PEM file of our private key")
    append_timeout_seconds: float = Field(
        10, gt=0, le=120, description="Longest wait for an acknowledgement of the brokers, seconds"
    )
    session_timeout_seconds: float = Field(
        6, ge=1, le=300, description="Silence after which a consumer loses its partitions, seconds"
    )


class PostgresSettings(BaseSettings):
    """How to reach the database."""

    model_config = _config("ACR_POSTGRES_")

    dsn: SecretStr = Field(
        SecretStr("postgresql://127.0.0.1:5432/acr"),
        description="Database address, postgresql:// form",
    )
    connect_timeout_seconds: float = Field(
        5, gt=0, le=60, description="Longest wait for a connection, seconds"
    )
    # With a second on top a silent connection is given up: below the ten in which all is well again.
    statement_timeout_seconds: float = Field(
        7, gt=0, le=600, description="Longest run of one statement, seconds"
    )
    connections_max: int = Field(
        4, ge=1, le=100, description="Connections one process may hold, count"
    )


class GatewaySettings(BaseSettings):
    """The door: addresses, bounds on what comes in, and how long an answer may take."""

    model_config = _config("ACR_GATEWAY_")

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on")
    workers: int = Field(
        1, ge=1, le=64, description="Processes that share the address and the work, count"
    )
    body_bytes_max: int = Field(
        1024 * 1024, ge=1024, le=8 * 1024 * 1024, description="Largest submission, bytes"
    )
    body_timeout_seconds: float = Field(
        30, gt=0, le=600, description="Longest time a sender may take for one body, seconds"
    )
    inflate_ratio_max: float = Field(
        200,
        ge=1,
        le=1100,
        description="Bytes that one byte of a compressed body may become, beyond the first 1 MiB, count",
    )
    wait_seconds_default: float = Field(
        10, ge=0, le=300, description="Wait for the result where the sender names none, seconds"
    )
    wait_seconds_max: float = Field(
        60, ge=0, le=300, description="Longest wait that Prefer: wait=N is granted, seconds"
    )
    in_flight_max: int = Field(
        2000,
        ge=1,
        le=100_000,
        description="Submissions in work at once, lines of streams too, beyond which others wait, count",
    )
    partner_in_flight_max: int = Field(
        1500, ge=1, le=100_000, description="Of these, submissions of one partner, count"
    )
    partner_beside_others_max: int = Field(
        32,
        ge=1,
        le=100_000,
        description="Of these, submissions of one partner while others send as much, count; beside less"
        " it is twice theirs, but at least 8",
    )
    queue_max: int = Field(
        2000,
        ge=0,
        le=100_000,
        description="Submissions that wait for a place before 429 or 503, count",
    )
    queue_seconds_max: float = Field(
        2, gt=0, le=60, description="Longest wait for a place before 429 or 503, seconds"
    )
    bodies_bytes_max: int = Field(
        512 * 1024 * 1024,
        ge=8 * 1024 * 1024,
        description="Bodies of single submissions held at once before 503, bytes",
    )
    streams_max: int = Field(
        100, ge=1, le=10_000, description="Streams of lines open at once before 503, count"
    )
    stream_lines_max: int = Field(
        1000,
        ge=1,
        le=100_000,
        description="Lines of one stream taken and not yet answered, beyond which it is not read, count",
    )
    stream_line_timeout_seconds: float = Field(
        60,
        gt=0,
        le=3600,
        description="Longest time in which a stream must complete a line, if only a blank one, seconds",
    )
    upload_lines_max: int = Field(
        100_000,
        ge=1,
        le=1_000_000,
        description="Lines of an upload that nobody waits for, beyond which it ends, count",
    )
    stream_answers_bytes_max: int = Field(
        256 * 1024 * 1024,
        ge=1024,
        description="Answers of one stream kept in a file until its upload is through, bytes",
    )
    reply_partition: int | None = Field(
        None, ge=0, description="Results partition to listen on; drawn by chance without it"
    )
    reader_url: str = Field(
        "http://127.0.0.1:8081",
        description="Reader's address, where GET requests for status are redirected to",
    )


class ConsumerSettings(BaseSettings):
    """One registry's settling service."""

    model_config = _config("ACR_CONSUMER_")

    registry: str = Field("", description="Registry whose topic is settled; required")
    host: str = Field("127.0.0.1", description="Address for metrics and probes")
    port: int = Field(8090, ge=0, le=65535, description="Port for metrics and probes")
    workers: int = Field(
        1, ge=1, le=64, description="Processes that share the address and the work, count"
    )
    batch_arrivals_max: int = Field(
        1000, ge=1, le=10_000, description="Arrivals settled in one transaction, count"
    )
    idle_seconds: float = Field(
        2, gt=0, le=60, description="Silence after which being caught up is noted, seconds"
    )
    dead_letters_max: int = Field(
        20,
        ge=1,
        description="Dead letters among a partition's last arrivals that do not stop the consumer yet, count",
    )
    dead_letters_window_arrivals: int = Field(
        1000,
        ge=1,
        description="How many last arrivals of a partition that is counted over, count",
    )


class ReplayerSettings(BaseSettings):
    """What a replay takes at once, and where it tells how far it is."""

    model_config = _config("ACR_REPLAYER_")

    host: str = Field("127.0.0.1", description="Address for metrics while a replay runs")
    port: int = Field(
        8095, ge=0, le=65535, description="Port for metrics while a replay runs; 0 for none"
    )
    batch_arrivals_max: int = Field(
        1000, ge=1, le=10_000, description="Arrivals looked at in one transaction, count"
    )


class ReaderSettings(BaseSettings):
    """What people and vendors read."""

    model_config = _config("ACR_READER_")

    host: str = Field("127.0.0.1", description="Address to listen on")
    port: int = Field(8081, ge=0, le=65535, description="Port to listen on")
    workers: int = Field(
        1, ge=1, le=64, description="Processes that share the address and the work, count"
    )
    wait_seconds_max: float = Field(
        60, ge=0, le=300, description="Longest wait that Prefer: wait=N is granted, seconds"
    )
    clock_skew_seconds: float = Field(
        60,
        ge=0,
        le=3600,
        description="How far the machines' clocks and an append may be apart, seconds",
    )
    feed_poll_seconds: float = Field(
        0.25, gt=0, le=10, description="Pause between looks for new results, seconds"
    )
    feed_heartbeat_seconds: float = Field(
        15, gt=0, le=300, description="Silence after which a stream shows that it lives, seconds"
    )
    feeds_max: int = Field(
        500, ge=1, le=100_000, description="Results feeds read at once before 503, count"
    )
    feeds_per_partner_max: int = Field(
        20, ge=1, le=100_000, description="Of these, feeds of one partner and registry, count"
    )


class TelemetrySettings(BaseSettings):
    """What every service writes about itself."""

    model_config = _config("ACR_TELEMETRY_")

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="Least level that is logged"
    )
    log_format: Literal["json", "console"] = Field(
        "json", description="One JSON object a line, or lines for people"
    )


class StackSettings(BaseSettings):
    """The command line's own: where files are."""

    model_config = _config("ACR_STACK_")

    topics_file: str = Field(
        "deploy/kafka/topics.toml", description="Declaration of the topics, path"
    )


class RegistriesSettings(BaseSettings):
    """What an operator changes in the registries without touching code."""

    model_config = _config("ACR_REGISTRIES_")

    data_path: str | None = Field(
        None,
        description="Folder whose <registry>/*.toml replace values of the registries' own, path",
    )


class LocalStackSettings(BaseSettings):
    """Real Kafka and PostgreSQL on a bare machine."""

    model_config = _config("ACR_LOCALSTACK_")

    home: str | None = Field(
        None, description="Cache folder for downloads and data; the user's cache folder without it"
    )


SETTINGS_CLASSES: tuple[type[BaseSettings], ...] = (
    KafkaSettings,
    PostgresSettings,
    GatewaySettings,
    ConsumerSettings,
    ReplayerSettings,
    ReaderSettings,
    TelemetrySettings,
    StackSettings,
    RegistriesSettings,
    LocalStackSettings,
)
