"""Describes every address of the services for OpenAPI. A test compares them with the routes. Pure."""

from collections.abc import Mapping
from typing import Any

from acr_bundles.example_files import valid_examples
from acr_domain.judgement import Verdict
from acr_http.openapi_examples import outcome_examples, pending_example
from acr_http.openapi_feed import feed_path
from acr_http.openapi_parts import content as _content
from acr_http.openapi_parts import header as _header
from acr_http.openapi_parts import if_none_match as _if_none_match
from acr_http.openapi_parts import path_parameter as _path_parameter
from acr_http.openapi_parts import prefer as _prefer
from acr_http.openapi_parts import problems as _problems
from acr_http.openapi_schemas import reference, submission_name
from acr_http.openapi_streams import stream_answers, stream_body
from acr_http.openapi_uploads import upload_paths
from acr_http.problems import Kind
from acr_registries.contract import open_contract
from acr_registries.registry import Registry

ORIGINAL = "cdsr"  # The registry of the address that was published first.
Registries = Mapping[str, Registry]

_BODY_KINDS = (
    *(Kind.SLOW, Kind.TOO_LARGE, Kind.MEDIA_TYPE, Kind.TOO_MANY),
    *(Kind.OVERLOADED, Kind.INTERNAL),
)
_SENDING = (
    "Kept before it is answered. The answer waits for the verdict. Lines of submissions are "
    "answered line by line, while they are sent; with Prefer: answers=after, after them. With "
    "Prefer: respond-async they make an upload: 202 at once, and its Location tells the rest."
)


def paths(registries: Registries) -> dict[str, Any]:
    """Describe all addresses of gateway and reader."""
    asking = {**_asking(registries), **feed_path(registries), **upload_paths(registries)}
    return {**_sending(registries), **asking, **_contracts(registries), **_service()}


def _sending(registries: Registries) -> dict[str, Any]:
    registry = _path_parameter("registry", {"type": "string", "enum": list(registries)})
    original = _path_parameter("providertype", {"type": "string", "enum": ["fp", "op"]})
    every = list(registries)
    sent: dict[str, Any] = {
        "/v1/registries/{registry}/submissions": {
            "parameters": [registry],
            "post": _submission("postSubmission", registries, every),
        },
        "/v1/registries/{registry}/validations": {
            "parameters": [registry],
            "post": _validation(registries, every),
        },
    }
    if ORIGINAL in registries:
        address = "/dartcs/cdsregistry/{providertype}"
        prefix = _path_parameter("prefix", {"type": "string"})
        plain = _submission("postOriginal", registries, [ORIGINAL])
        sent[address] = {"parameters": [original], "post": plain}
        prefixed = _submission("postOriginalPrefixed", registries, [ORIGINAL])
        sent["/{prefix}" + address] = {"parameters": [prefix, original], "post": prefixed}
    return sent


def _submission(operation: str, registries: Registries, names: list[str]) -> dict[str, Any]:
    name = names[0]
    stored = (Verdict.UPDATED, Verdict.DUPLICATE, Verdict.SUPERSEDED)
    location = {"Location": _header("Where to ask for it.", "uri-reference")}
    retry = {"Retry-After": {"description": "Seconds.", "schema": {"type": "string"}}}
    outcome = reference("Outcome")
    told = _content(outcome, examples=outcome_examples(name, *stored))
    return {
        "operationId": operation,
        "tags": ["gateway"],
        "summary": "Send a submission",
        "description": _SENDING,
        "parameters": [_prefer()],
        "requestBody": _body(registries, names, streams=True),
        "responses": {
            "201": {
                "description": "The first version of this record is stored.",
                "headers": location,
                **_content(outcome, examples=outcome_examples(name, Verdict.CREATED)),
            },
            "200": {
                "description": "Stored as another version, or there already; or a stream's lines.",
                "content": told["content"] | stream_answers(name),
            },
            "202": {
                "description": "Kept; not settled when the wait ended. Or an upload's address and end.",
                "headers": {**location, **retry},
                **_content(
                    {"anyOf": [reference("Pending"), reference("UploadEnd")]},
                    examples={"pending": {"value": pending_example()}},
                ),
            },
            **_problems(
                name,
                *(Kind.INVALID, Kind.REJECTED, Kind.CONFLICT, Kind.FAILED, Kind.NOT_FOUND),
                *(*_BODY_KINDS, Kind.UNAVAILABLE),
            ),
        },
    }


def _validation(registries: Registries, names: list[str]) -> dict[str, Any]:
    return {
        "operationId": "postValidation",
        "tags": ["gateway"],
        "summary": "Check a submission without sending it",
        "description": "The same findings as sending gives. Nothing is kept.",
        "requestBody": _body(registries, names),
        "responses": {
            "200": {"description": "What would become of it.", **_content(reference("Check"))},
            **_problems(names[0], Kind.INVALID, Kind.NOT_FOUND, *_BODY_KINDS),
        },
    }


def _body(registries: Registries, names: list[str], *, streams: bool = False) -> dict[str, Any]:
    ways = [reference(submission_name(name)) for name in names]
    examples = {}
    for name in names:
        first = next(iter(valid_examples(open_contract(registries[name])).items()), None)
        if first:
            examples[name] = {"summary": f"{registries[name].title}, {first[0]}", "value": first[1]}
    schema = ways[0] if len(ways) == 1 else {"anyOf": ways}
    content = _content(schema, examples=examples)["content"]
    return {"required": True, "content": content | (stream_body(schema) if streams else {})}


def _asking(registries: Registries) -> dict[str, Any]:
    name = next(iter(registries))
    found = (Kind.NOT_FOUND, Kind.UNAVAILABLE, Kind.INTERNAL)
    guid = {"type": "string", "format": "uuid"}
    record = [
        _path_parameter("registry", {"type": "string", "enum": list(registries)}),
        _path_parameter("partner_id", {"type": "string"}),
        _path_parameter("header_id", guid),
    ]
    return {
        "/v1/submissions/{submission_id}": {
            "parameters": [_path_parameter("submission_id", guid)],
            "get": {
                **_get("getSubmission", "Ask what became of a submission"),
                "parameters": [_prefer(), _if_none_match()],
                **_answers("Submission", "Pending, or the verdict.", name, found),
            },
        },
        "/v1/registries/{registry}/records/{partner_id}/{header_id}": {
            "parameters": record,
            "get": {
                **_get("getRecord", "List the versions of a record"),
                "parameters": [_if_none_match()],
                **_answers("Record", "The versions.", name, found),
            },
        },
    }


def _contracts(registries: Registries) -> dict[str, Any]:
    registry = _path_parameter("registry", {"type": "string", "enum": list(registries)})
    file = _path_parameter("file", {"type": "string"})
    archive = {"application/zip": {"schema": {"type": "string", "format": "binary"}}}
    index = _content(reference("ContractIndex"))["content"]
    name = next(iter(registries))
    address = "/v1/registries/{registry}/contract"
    described = {
        address: ("getContract", "List what a registry's contract holds", index),
        f"{address}.zip": ("getContractArchive", "Get a contract as one file", archive),
        f"{address}/{{file}}": ("getContractFile", "Get one file of a contract", {"*/*": {}}),
    }
    told = {
        path: _contract(*each, name, [registry, file] if "{file}" in path else [registry])
        for path, each in described.items()
    }
    told[address]["get"]["description"] = "JSON; where Accept prefers HTML, a redirect to the page."
    return told


def _contract(
    operation: str, summary: str, content: Mapping[str, Any], name: str, named: list[dict[str, Any]]
) -> dict[str, Any]:
    version = {
        "name": "version",
        "in": "query",
        "description": "Contract version; the current one without it.",
        "schema": {"type": "string"},
    }
    return {
        "parameters": named,
        "get": {
            **_get(operation, summary),
            "parameters": [version, _if_none_match()],
            "responses": _get_responses(
                content, summary + ".", name, (Kind.NOT_FOUND, Kind.INTERNAL)
            ),
        },
    }


def _service() -> dict[str, Any]:
    health = _content(reference("Health"))
    text = {"text/plain": {"schema": {"type": "string"}}}
    kind = {"type": "string", "enum": [kind.slug for kind in Kind]}
    return {
        "/livez": _probe("getLive", "Tell whether the service runs", {"200": health}),
        "/readyz": _probe(
            "getReady", "Tell whether it can do its job", {"200": health, "503": health}
        ),
        "/metrics": _probe("getMetrics", "Metrics for Prometheus", {"200": {"content": text}}),
        "/openapi.json": _probe(
            "getOpenApi", "This description", {"200": _content({"type": "object"})}
        ),
        "/problems/{kind}": {
            "parameters": [_path_parameter("kind", kind)],
            **_probe("getProblem", "Explain a kind of problem", {"200": {"content": text}}),
        },
    }


def _probe(operation: str, summary: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    responses = {status: {"description": summary + ".", **each} for status, each in answers.items()}
    return {
        "get": {
            "operationId": operation,
            "tags": ["gateway", "reader"],
            "summary": summary,
            "responses": responses,
        }
    }


def _get(operation: str, summary: str) -> dict[str, Any]:
    return {"operationId": operation, "tags": ["reader", "gateway"], "summary": summary}


def _answers(schema: str, about: str, name: str, kinds: tuple[Kind, ...]) -> dict[str, Any]:
    content = _content(reference(schema))["content"]
    return {"responses": _get_responses(content, about, name, kinds)}


def _get_responses(
    content: Mapping[str, Any], about: str, name: str, kinds: tuple[Kind, ...]
) -> dict[str, Any]:
    tag = {"ETag": {"description": "Entity tag.", "schema": {"type": "string"}}}
    where = {"Location": _header("Where the reader answers.", "uri-reference")}
    return {
        "200": {"description": about, "headers": tag, "content": dict(content)},
        "304": {"description": "Nothing has changed.", "headers": tag},
        "307": {"description": "The gateway's answer: the reader knows.", "headers": where},
        **_problems(name, *kinds),
    }
