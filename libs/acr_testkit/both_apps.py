"""The applications of gateway and reader without neighbours, for what needs none."""

from starlette.applications import Starlette

from acr_gateway.admission import Admission
from acr_gateway.admission_bounds import AdmissionBounds
from acr_gateway.app import create_gateway_app
from acr_gateway.submit import Gateway
from acr_gateway.waiters import Waiters
from acr_reader.app import Reader, create_reader_app
from acr_reader.feeds import Feeds
from acr_reader.uploads import Uploads
from acr_registries.catalogue import load_registries
from acr_settings.settings import GatewaySettings, ReaderSettings
from acr_telemetry.health import Health


class _NoNeighbour:
    """Fails whoever asks it."""

    partition = None

    async def append(self, record: object) -> None:
        """Take nothing."""
        raise AssertionError("no neighbour is there")


def gateway_app() -> Starlette:
    """Make the gateway's application."""
    nothing = _NoNeighbour()
    gateway = Gateway(GatewaySettings(), nothing, Admission(AdmissionBounds(1)), Waiters(), nothing)  # type: ignore[arg-type]
    return create_gateway_app(gateway, load_registries(), Health())


def reader_app() -> Starlette:
    """Make the reader's application."""
    settings, registries = ReaderSettings(), load_registries()
    return create_reader_app(
        Reader(settings, _NoNeighbour(), registries),  # type: ignore[arg-type]
        Feeds(settings, _NoNeighbour(), registries),  # type: ignore[arg-type]
        Uploads(_NoNeighbour()),  # type: ignore[arg-type]
        Health(),
    )
