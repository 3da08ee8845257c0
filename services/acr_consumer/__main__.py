"""`python -m acr_consumer`: reads the settings and settles one registry's topic."""

from acr_consumer.serve import serve
from acr_http.process import run_service
from acr_postgres.migrations import SchemaBehind
from acr_settings.reading import read_settings
from acr_settings.settings import ConsumerSettings, KafkaSettings, PostgresSettings


def main() -> None:
    """Run the consumer until it is told to stop."""
    run_service(
        "acr-consumer",
        lambda: read_settings(ConsumerSettings),
        lambda worker: serve(
            read_settings(ConsumerSettings),
            read_settings(KafkaSettings),
            read_settings(PostgresSettings),
            worker,
        ),
        SchemaBehind,
    )


if __name__ == "__main__":
    main()
