"""Parts from which the addresses are described: parameters, contents, problems. Pure."""

from collections.abc import Mapping
from typing import Any

from acr_http.openapi_examples import problem_example
from acr_http.openapi_schemas import reference
from acr_http.problems import PROBLEM_TYPE, Kind

JSON = "application/json"


def problems(registry: str, *kinds: Kind) -> dict[str, Any]:
    """Describe kinds of problem by their status, each with an example."""
    told: dict[str, Any] = {}
    for kind in kinds:
        response = told.setdefault(
            str(kind.status),
            {
                "description": "",
                "content": {PROBLEM_TYPE: {"schema": reference("Problem"), "examples": {}}},
            },
        )
        said = response["description"]
        response["description"] = f"{said} {kind.title}.".strip()
        examples = response["content"][PROBLEM_TYPE]["examples"]
        examples[kind.slug] = {"value": problem_example(registry, kind)}
    return told


def content(schema: Mapping[str, Any], examples: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Describe JSON of a schema."""
    told: dict[str, Any] = {"schema": dict(schema)}
    return {"content": {JSON: {**told, "examples": dict(examples)} if examples else told}}


def path_parameter(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a part of the path."""
    return {"name": name, "in": "path", "required": True, "schema": dict(schema)}


def prefer() -> dict[str, Any]:
    """Describe `Prefer`."""
    about = (
        "wait=N or respond-async (RFC 7240): how long the sender is willing to wait, in seconds. "
        "answers=after: for a stream, no answer before all is sent."
    )
    return {"name": "Prefer", "in": "header", "description": about, "schema": {"type": "string"}}


def if_none_match() -> dict[str, Any]:
    """Describe `If-None-Match`."""
    return {"name": "If-None-Match", "in": "header", "schema": {"type": "string"}}


def header(about: str, form: str) -> dict[str, Any]:
    """Describe a field of an answer."""
    return {"description": about, "schema": {"type": "string", "format": form}}
