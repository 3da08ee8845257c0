"""Describes the results feed for OpenAPI: pages and events at one address. Pure."""

from collections.abc import Mapping
from typing import Any

from acr_http.openapi_examples import feed_example
from acr_http.openapi_parts import header, path_parameter, prefer, problems
from acr_http.openapi_schemas import reference
from acr_http.problems import Kind
from acr_registries.registry import Registry

ADDRESS = "/v1/registries/{registry}/results"
ABOUT = (
    "Every result of one partner, none twice, and those of one record in the order in which they were "
    "settled. Ask again with after=<next>; Prefer: wait=N waits for the next result. With "
    "Accept: text/event-stream the same comes as server-sent events, whose ids are cursors, "
    "and Last-Event-ID goes on behind one. There is no authentication yet: partner is not protected."
)


def feed_path(registries: Mapping[str, Registry]) -> dict[str, Any]:
    """Describe the address."""
    name = next(iter(registries))
    page = {"schema": reference("ResultPage"), "examples": {"page": {"value": feed_example(name)}}}
    kinds = (Kind.NOT_FOUND, Kind.PARAMETER, Kind.OVERLOADED, Kind.UNAVAILABLE, Kind.INTERNAL)
    answer = {
        "description": "The next results, or a stream of them.",
        "headers": {"Link": header("The next page (rel=next).", "uri-reference")},
        "content": {"application/json": page, "text/event-stream": {"schema": {"type": "string"}}},
    }
    redirect = {
        "description": "The gateway's answer: the reader knows.",
        "headers": {"Location": header("Where the reader answers.", "uri-reference")},
    }
    return {
        ADDRESS: {
            "parameters": [path_parameter("registry", {"type": "string", "enum": [*registries]})],
            "get": {
                "operationId": "getResults",
                "tags": ["reader", "gateway"],
                "summary": "Read what became of a partner's submissions",
                "description": ABOUT,
                "parameters": _parameters(),
                "responses": {"200": answer, "307": redirect, **problems(name, *kinds)},
            },
        }
    }


def _parameters() -> list[dict[str, Any]]:
    told = {
        "partner": ("Partner id as submissions spell it.", {"type": "string", "minLength": 1}),
        "after": ("A cursor: next of an answer, or id of an event.", {"type": "string"}),
        "start": (
            "Where to begin without a cursor: earliest, latest, or a time of receipt (RFC 3339).",
            {"type": "string", "default": "earliest"},
        ),
        "limit": (
            "Results in one page.",
            {"type": "integer", "minimum": 1, "maximum": 500, "default": 100},
        ),
    }
    query = [
        {"name": name, "in": "query", "description": about, "schema": schema}
        for name, (about, schema) in told.items()
    ]
    query[0]["required"] = True
    last = {
        "name": "Last-Event-ID",
        "in": "header",
        "description": "For events: the id behind which to go on; a browser sends it by itself.",
        "schema": {"type": "string"},
    }
    return [*query, last, prefer()]
