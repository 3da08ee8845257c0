"""Checks a submission for its sender and keeps nothing: what the walk would find, without the log."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from acr_domain.errors import InvalidSubmission
from acr_domain.findings import findings_data
from acr_gateway.bodies import JSON, announced_bytes, read_body
from acr_gateway.log_records import peek_partner
from acr_gateway.submit import Gateway
from acr_http.app import invalid
from acr_http.problems import Problem
from acr_registries.checking import Check, check_submission
from acr_registries.registry import Registry
from acr_telemetry import metrics


async def validate(gateway: Gateway, request: Request, registry: Registry) -> Response:
    """Answer what would become of the body. No neighbour is asked.

    Bounds of size, time and count are those of submissions, and shared with them.

    Raises:
        Problem: as for a submission that cannot be kept at all.
    """
    try:
        with gateway.admission.body(announced_bytes(request, gateway.settings.body_bytes_max)):
            body = await read_body(request, gateway.body_bounds(JSON))
            async with gateway.admission.place(peek_partner(body)):
                check = _check(registry, body)
    except Problem as problem:
        metrics.VALIDATIONS.labels(registry.name, problem.kind.slug).inc()
        raise
    metrics.VALIDATIONS.labels(registry.name, check.verdict_if_sent).inc()
    return JSONResponse(_data(check))


def _check(registry: Registry, body: bytes) -> Check:
    try:
        return check_submission(registry, body, datetime.now(UTC))
    except InvalidSubmission as error:
        raise invalid(error) from None


def _data(check: Check) -> dict[str, object]:
    """Describe a check in JSON members; the status is left out where nothing would be stored."""
    status = {} if check.status is None else {"status": check.status}
    return {
        "registry": check.registry,
        "contract_version": check.contract_version,
        "verdict_if_sent": check.verdict_if_sent,
        **status,
        "counts": check.counts(),
        "findings": findings_data(check.findings),
    }
