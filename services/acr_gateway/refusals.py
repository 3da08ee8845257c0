"""Says why there is no room: this partner sends too much, or all together do. Decides nothing."""

from collections.abc import Mapping

from acr_http.app import RETRY_AFTER_SECONDS
from acr_http.problems import Kind, Problem
from acr_telemetry import metrics


def full(detail: str, reason: str, further: Mapping[str, str] | None = None) -> Problem:
    """Say that all together are too many: 503. ``reason`` is for operators."""
    metrics.ADMISSION_REFUSED.labels(reason).inc()
    headers = {
        "Retry-After": RETRY_AFTER_SECONDS,
        "RateLimit": f'"service";r=0;t={RETRY_AFTER_SECONDS}',
        **(further or {}),
    }
    return Problem(Kind.OVERLOADED, detail, headers=headers)


def over_share(mine: int, share: int) -> Problem:
    """Say that this partner has more in work and waiting than its share: 429."""
    metrics.ADMISSION_REFUSED.labels("share").inc()
    policy = f'"partner";q={share};qu="concurrent-requests"'
    return Problem(
        Kind.TOO_MANY,
        f"{mine} submissions of this partner are in work or wait; its share is {share}.",
        headers={
            "Retry-After": RETRY_AFTER_SECONDS,
            "RateLimit-Policy": policy,
            "RateLimit": f'"partner";r=0;t={RETRY_AFTER_SECONDS}',
        },
    )
