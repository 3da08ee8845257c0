"""`python -m acr_reader`: reads the settings and serves."""

from acr_http.process import run_service
from acr_postgres.migrations import SchemaBehind
from acr_reader.serve import serve
from acr_settings.reading import read_settings
from acr_settings.settings import PostgresSettings, ReaderSettings


def main() -> None:
    """Run the reader until it is told to stop."""
    run_service(
        "acr-reader",
        lambda: read_settings(ReaderSettings),
        lambda worker: serve(
            read_settings(ReaderSettings), read_settings(PostgresSettings), worker
        ),
        SchemaBehind,
    )


if __name__ == "__main__":
    main()
