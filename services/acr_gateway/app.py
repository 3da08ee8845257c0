"""The gateway's addresses. Everything else about a request is `submit`'s."""

from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from acr_gateway.door import Door
from acr_gateway.submissions import Submissions
from acr_gateway.submit import Gateway
from acr_gateway.validations import validate
from acr_http.app import create_app
from acr_http.openapi import openapi_route
from acr_http.problems import Kind, Problem
from acr_registries.registry import Registry
from acr_telemetry.health import Health

# The address that CDSR published first; any prefix may stand before it.
ORIGINAL_CDSR = "/dartcs/cdsregistry/{providertype}"
PROVIDER_TYPES = frozenset({"fp", "op"})


def create_gateway_app(
    gateway: Gateway, registries: Mapping[str, Registry], health: Health
) -> Starlette:
    """Make the gateway's application."""

    submissions = Submissions(gateway, lambda request: (_named(registries, request), {}))
    original_cdsr = Submissions(gateway, lambda request: (registries["cdsr"], _provider(request)))

    async def post_validation(request: Request) -> Response:
        return await validate(gateway, request, _named(registries, request))

    async def to_reader(request: Request) -> Response:
        return RedirectResponse(_at_reader(gateway.settings.reader_url, request), 307)

    return create_app(
        health,
        [
            Route("/v1/registries/{registry}/submissions", submissions, methods=["POST"]),
            Route("/v1/registries/{registry}/validations", post_validation, methods=["POST"]),
            Route(ORIGINAL_CDSR, original_cdsr, methods=["POST"]),
            Route("/{prefix:path}" + ORIGINAL_CDSR, original_cdsr, methods=["POST"]),
            # What the reader answers is found under one address, with or without a proxy in front.
            Route("/v1/submissions/{submission_id}", to_reader),
            Route("/v1/uploads/{upload_id}", to_reader),
            Route("/v1/uploads/{upload_id}/results", to_reader),
            Route("/v1/registries/{registry}/records/{partner_id:path}/{header_id}", to_reader),
            Route("/v1/registries/{registry}/results", to_reader),
            Route("/v1/registries/{registry}/contract", to_reader),
            Route("/v1/registries/{registry}/contract.zip", to_reader),
            Route("/v1/registries/{registry}/contract/{file:path}", to_reader),
            openapi_route(registries),
        ],
        [Middleware(Door, admission=gateway.admission, registries=registries)],
    )


def _provider(request: Request) -> Mapping[str, str]:
    provider_type = request.path_params["providertype"].lower()
    if provider_type not in PROVIDER_TYPES:
        raise Problem(Kind.NOT_FOUND, "The provider types are: fp, op.")
    return {"providertype": provider_type}


def _named(registries: Mapping[str, Registry], request: Request) -> Registry:
    name = request.path_params["registry"]
    if name not in registries:
        raise Problem(Kind.NOT_FOUND, f"The registries are: {', '.join(registries)}.")
    return registries[name]


def _at_reader(reader_url: str, request: Request) -> str:
    # As it was sent: a partner id may hold any character, which only its encoding carries.
    path: bytes = request.scope["raw_path"]
    query = f"?{request.url.query}" if request.url.query else ""
    return reader_url.rstrip("/") + path.decode("latin-1") + query
