"""The description of the whole API (OpenAPI 3.1), served by gateway and reader alike."""

import asyncio
import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from acr_http.openapi_paths import paths
from acr_http.openapi_schemas import answer_schemas, registry_schemas
from acr_http.openapi_streams import stream_schemas
from acr_http.openapi_uploads import upload_schemas
from acr_registries.registry import Registry

PATH = "/openapi.json"
MEDIA_TYPE = "application/json"


def openapi_document(registries: Mapping[str, Registry]) -> dict[str, Any]:
    """Describe every address of both services, with the registries' schemas as components."""
    schemas = answer_schemas() | stream_schemas() | upload_schemas()
    for registry in registries.values():
        schemas |= registry_schemas(registry)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "ACR Connect",
            "version": version("acr-connect"),
            "description": (
                "Takes submissions of clinical registries, keeps every one, and tells the sender what "
                "became of it. The contract of each registry is at /v1/registries/{registry}/contract."
            ),
        },
        "servers": [{"url": "/", "description": "Where this description was found."}],
        "tags": [
            {"name": "gateway", "description": "What vendors send to."},
            {"name": "reader", "description": "What people and vendors read."},
        ],
        "paths": paths(registries),
        "components": {"schemas": schemas},
    }


def openapi_route(registries: Mapping[str, Registry]) -> Route:
    """Make the route; the description is made when it is first asked for, in a thread, and kept."""
    made: list[asyncio.Task[bytes]] = []

    async def answer(request: Request) -> Response:
        if not made:
            made.append(asyncio.create_task(asyncio.to_thread(_written, registries)))
        try:
            body = await asyncio.shield(made[0])
        except Exception:
            made.clear()  # What one attempt lacked may be there at the next.
            raise
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": "public, max-age=300"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=MEDIA_TYPE, headers=headers)

    return Route(PATH, answer)


def _written(registries: Mapping[str, Registry]) -> bytes:
    return json.dumps(openapi_document(registries), ensure_ascii=False).encode()
