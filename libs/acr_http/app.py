"""What all our HTTP services have alike: probes, metrics, problem pages, and how errors are told."""

from collections.abc import Sequence

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from acr_domain.errors import InvalidSubmission, Unavailable
from acr_http.problems import Kind, Problem
from acr_http.red import RedMetrics
from acr_http.siblings import all_health, all_metrics
from acr_http.workers import ALONE
from acr_telemetry.health import Health

RETRY_AFTER_SECONDS = "2"


def create_app(
    health: Health, routes: Sequence[BaseRoute], layers: Sequence[Middleware] = ()
) -> Starlette:
    """Make an application of a service's own routes and the common ones.

    ``layers`` stand in front of all routes, behind what counts requests.
    """
    app = Starlette(
        routes=[
            *routes,
            Route("/livez", _livez),
            Route("/readyz", _readyz),
            Route("/metrics", _metrics),
            Route("/problems/{kind}", _problem_page),
        ],
        middleware=[Middleware(RedMetrics), *layers],
        exception_handlers={
            Problem: _tell_problem,
            Unavailable: _tell_unavailable,
            HTTPException: _tell_http_exception,
            Exception: _tell_fault,
        },
    )
    app.state.health, app.state.worker = health, ALONE
    return app


async def _livez(_: Request) -> Response:
    return JSONResponse({"status": "alive"})


async def _readyz(request: Request) -> Response:
    state = request.app.state
    ready, report = await all_health(state.worker, state.health)
    return JSONResponse(report, 200 if ready else 503)


async def _metrics(request: Request) -> Response:
    page = await all_metrics(request.app.state.worker)
    return Response(page, media_type=CONTENT_TYPE_LATEST)


async def _problem_page(request: Request) -> Response:
    slug = request.path_params["kind"]
    kind = next((kind for kind in Kind if kind.slug == slug), None)
    if kind is None:
        raise Problem(Kind.NOT_FOUND, "There is no such kind of problem.")
    return PlainTextResponse(f"{kind.title} ({kind.status})\n\n{kind.page}\n")


async def _tell_problem(_: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return error.response()


async def _tell_unavailable(_: Request, error: Exception) -> Response:
    return unavailable("A part that this needs does not answer.").response()


async def _tell_http_exception(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = {404: Kind.NOT_FOUND, 405: Kind.METHOD}.get(error.status_code, Kind.INTERNAL)
    detail = "The address takes other methods." if kind is Kind.METHOD else "No such address."
    return Problem(kind, detail, headers=error.headers or {}).response()


async def _tell_fault(_: Request, __: Exception) -> Response:
    # The server logs the fault, by its class and place.
    return Problem(Kind.INTERNAL, "An unforeseen fault stopped this request.").response()


def unavailable(detail: str) -> Problem:
    """Make the answer for a neighbour in trouble."""
    return Problem(Kind.UNAVAILABLE, detail, headers={"Retry-After": RETRY_AFTER_SECONDS})


def invalid(error: InvalidSubmission) -> Problem:
    """Make the answer for a submission whose form is wrong."""
    count = len(error.findings)
    detail = "One finding." if count == 1 else f"{count} findings."
    return Problem(Kind.INVALID, f"{detail} Nothing was kept.", error.findings)
