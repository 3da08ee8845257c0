"""How much may be at the door, as an operator has set it."""

from dataclasses import dataclass

from acr_settings.settings import GatewaySettings

# A bound that is never met, for those who have none of their own.
UNBOUNDED = 1 << 62


@dataclass(frozen=True, slots=True)
class AdmissionBounds:
    """How much may be at the door: counts, bytes and seconds."""

    in_flight_max: int
    partner_in_flight_max: int = UNBOUNDED
    partner_beside_others_max: int = UNBOUNDED
    queue_max: int = 500
    queue_seconds_max: float = 1.0
    bodies_bytes_max: int = UNBOUNDED
    streams_max: int = 200


def admission_bounds(settings: GatewaySettings) -> AdmissionBounds:
    """Take the bounds that an operator has set."""
    return AdmissionBounds(
        settings.in_flight_max,
        settings.partner_in_flight_max,
        settings.partner_beside_others_max,
        settings.queue_max,
        settings.queue_seconds_max,
        settings.bodies_bytes_max,
        settings.streams_max,
    )
