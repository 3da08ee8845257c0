"""Schemas of what the services answer, and those of the registries' submissions, for OpenAPI. Pure."""

from collections.abc import Mapping
from typing import Any

from acr_bundles.schema import submission_schema
from acr_domain.amending import Kind as Amended
from acr_domain.findings import Severity
from acr_domain.judgement import Verdict
from acr_http.problems import Kind
from acr_registries.contract import open_contract
from acr_registries.registry import Registry

STRING, INTEGER, BOOLEAN = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
MOMENT = {"type": "string", "format": "date-time"}
GUID = {"type": "string", "format": "uuid"}


def reference(name: str) -> dict[str, str]:
    """Refer to a schema of the components."""
    return {"$ref": f"#/components/schemas/{name}"}


def submission_name(registry: str) -> str:
    """Give the name of a registry's schema among the components."""
    return f"{registry}.Submission"


def registry_schemas(registry: Registry) -> dict[str, Any]:
    """Give the schema of a registry's submission by the current contract, and of its parts."""
    schema = submission_schema(open_contract(registry))
    parts = schema.pop("$defs")
    kept = {key: value for key, value in schema.items() if key not in ("$id", "$schema")}
    named = {submission_name(registry.name): kept}
    named |= {f"{registry.name}.{name}": part for name, part in parts.items()}
    return {name: _moved(part, registry.name) for name, part in named.items()}


def _moved(schema: Any, registry: str) -> Any:
    """Let references lead to the components."""
    if isinstance(schema, list):
        return [_moved(each, registry) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: f"#/components/schemas/{registry}.{value.removeprefix('#/$defs/')}"
        if key == "$ref" and isinstance(value, str)
        else _moved(value, registry)
        for key, value in schema.items()
    }


def answer_schemas() -> dict[str, Any]:
    """Give the schemas of every answer."""
    return {
        "Finding": _finding(),
        "Outcome": _outcome(),
        "Pending": _pending(),
        "Problem": _problem(),
        "Submission": _status(),
        "Record": _record(),
        "Settled": _settled(),
        "ResultPage": _result_page(),
        "Check": _check(),
        "ContractIndex": _contract_index(),
        "Health": _object({"status": STRING, "neighbours": _map_of(STRING)}, ["status"]),
    }


def _object(properties: Mapping[str, Any], required: list[str], about: str = "") -> dict[str, Any]:
    made = {"type": "object", "properties": dict(properties), "required": required}
    return {"description": about, **made} if about else made


def _map_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": dict(schema)}


def _list_of(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(schema)}


def _codes(*codes: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(codes)}


def _finding() -> dict[str, Any]:
    return _object(
        {
            "severity": _codes(*(each.value for each in Severity)),
            "rule": {"type": "string", "description": "Stable id of the rule."},
            "pointer": {
                "type": "string",
                "description": "JSON Pointer (RFC 6901) into the body as it was sent.",
            },
            "message": {"type": "string", "description": "What is wrong and what to do."},
        },
        ["severity", "rule", "pointer", "message"],
        "One thing that a rule has to say. It quotes no value.",
    )


def _outcome_members() -> dict[str, Any]:
    return {
        "submission_id": GUID,
        "verdict": _codes(*(each.value for each in Verdict)),
        "summary": STRING,
        "registry": STRING,
        "partner_id": STRING,
        "header_id": GUID,
        "version_no": INTEGER,
        "current_version_no": INTEGER,
        "position": {"type": "string", "description": "topic/partition/offset in the log."},
        "findings": _list_of(reference("Finding")),
        "reason": STRING,
        "first_outcome": _object(
            {"submission_id": GUID, "verdict": STRING, "position": STRING},
            ["submission_id", "verdict", "position"],
            "What became of the arrival that brought this version.",
        ),
    }


def _outcome() -> dict[str, Any]:
    needed = ["submission_id", "verdict", "summary", "position", "findings"]
    return _object(_outcome_members(), needed, "What became of a submission.")


def _pending() -> dict[str, Any]:
    members = {
        "submission_id": GUID,
        "verdict": {"const": "pending"},
        "summary": STRING,
        "status_url": {"type": "string", "format": "uri-reference"},
    }
    return _object(members, ["submission_id", "verdict", "summary"], "Kept, not settled yet.")


def _settled() -> dict[str, Any]:
    settled = {
        **_outcome_members(),
        "received_at": MOMENT,
        "settled_at": MOMENT,
        "record_url": {"type": "string", "format": "uri-reference"},
        "amended": _object(
            {
                "kind": _codes(*(kind.value for kind in Amended)),
                "amended_at": MOMENT,
                "run_id": GUID,
                "verdict_told": STRING,
            },
            ["kind", "amended_at", "run_id", "verdict_told"],
            "It counts as something else today than its sender was told first.",
        ),
    }
    needed = ["submission_id", "verdict", "summary"]
    return _object(settled, needed, "What became of a submission, and when.")


def _status() -> dict[str, Any]:
    return {"anyOf": [reference("Settled"), reference("Pending")]}


def _result_page() -> dict[str, Any]:
    members = {
        "registry": STRING,
        "partner_id": STRING,
        "results": _list_of(reference("Settled")),
        "next": {"type": "string", "description": "The cursor to go on with; keep it."},
        "more": {"type": "boolean", "description": "Whether there may be more at once."},
    }
    return _object(members, list(members), "The next results of a partner.")


def _problem() -> dict[str, Any]:
    outcome = {name: each for name, each in _outcome_members().items() if name != "findings"}
    members = {
        "type": _codes(*(f"/problems/{kind.slug}" for kind in Kind)),
        "title": STRING,
        "status": INTEGER,
        "detail": STRING,
        "instance": {"type": "string", "format": "uri-reference"},
        "findings": _list_of(reference("Finding")),
        "findings_total": {
            "type": "integer",
            "description": "How many there are, where more than are listed.",
        },
        **outcome,
    }
    needed = ["type", "title", "status", "detail"]
    return _object(members, needed, "A problem (RFC 9457); for verdicts with their members.")


def _record() -> dict[str, Any]:
    version = {
        "version_no": INTEGER,
        "current": BOOLEAN,
        "verdict": STRING,
        "submission_id": GUID,
        "submission_url": {"type": "string", "format": "uri-reference"},
        "position": STRING,
        "received_at": MOMENT,
        "settled_at": {"anyOf": [MOMENT, {"type": "null"}]},
        "findings": _list_of(reference("Finding")),
        "body_bytes": INTEGER,
        "amended": {"anyOf": [_codes(*(kind.value for kind in Amended)), {"type": "null"}]},
    }
    members = {
        "registry": STRING,
        "partner_id": STRING,
        "header_id": GUID,
        "current_version_no": INTEGER,
        "versions": _list_of(_object(version, list(version))),
    }
    return _object(members, list(members), "A record's versions.")


def _check() -> dict[str, Any]:
    members = {
        "registry": STRING,
        "contract_version": STRING,
        "verdict_if_sent": _codes("stored", "rejected"),
        "status": _codes("complete", "incomplete", "in_progress", "cancelled"),
        "counts": _map_of(INTEGER),
        "findings": _list_of(reference("Finding")),
    }
    needed = ["registry", "contract_version", "verdict_if_sent", "counts", "findings"]
    return _object(members, needed, "What would become of a submission, were it sent.")


def _contract_index() -> dict[str, Any]:
    day = {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]}
    version = {"version": STRING, "released": STRING, "accepted_until": day}
    file = {
        "name": STRING,
        "about": STRING,
        "media_type": STRING,
        "bytes": INTEGER,
        "sha256": STRING,
    }
    members = {
        "registry": STRING,
        "title": STRING,
        **version,
        "current": BOOLEAN,
        "files": _list_of(_object(file, list(file))),
        "versions": _list_of(_object(version, list(version))),
    }
    return _object(members, list(members), "What a contract bundle holds.")
