"""`python -m acr_gateway`: reads the settings and serves."""

from acr_gateway.serve import serve
from acr_http.process import run_service
from acr_settings.reading import read_settings
from acr_settings.settings import GatewaySettings, KafkaSettings


def main() -> None:
    """Run the gateway until it is told to stop."""
    run_service(
        "acr-gateway",
        lambda: read_settings(GatewaySettings),
        lambda worker: serve(read_settings(GatewaySettings), read_settings(KafkaSettings), worker),
    )


if __name__ == "__main__":
    main()
