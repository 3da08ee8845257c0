"""Describes uploads for OpenAPI: their progress, and their lines page by page. Pure."""

from collections.abc import Mapping
from typing import Any

from acr_http.openapi_parts import content, header, path_parameter, problems
from acr_http.openapi_schemas import reference
from acr_http.openapi_streams import NDJSON
from acr_http.problems import Kind
from acr_registries.registry import Registry

ADDRESS = "/v1/uploads/{upload_id}"
ABOUT = (
    "An upload is a stream of lines that was sent with Prefer: respond-async. What is told of it follows "
    "the log by a moment. Kept for eight days; submissions have a status of their own for ever."
)
EXAMPLE = {
    "upload_id": "0190f5a0-0000-7000-8000-00000000000a",
    "registry": "cdsr",
    "begun_at": "2026-07-01T08:00:00+00:00",
    "noted_at": "2026-07-01T08:00:05+00:00",
    "kept": 998,
    "settled": 998,
    "verdicts": {"created": 990, "duplicate": 8},
    "refused": 2,
    "ended": True,
    "done": True,
    "summary": {"lines": 1000, "blank": 0, "pending": 998, "refused": 2, "complete": True},
    "results": "/v1/uploads/0190f5a0-0000-7000-8000-00000000000a/results",
}
_TEXT = {"type": "string"}
_COUNT = {"type": "integer"}
_FLAG = {"type": "boolean"}


def upload_paths(registries: Mapping[str, Registry]) -> dict[str, Any]:
    """Describe both addresses."""
    name = next(iter(registries))
    upload = path_parameter("upload_id", {"type": "string", "format": "uuid"})
    pages = [_query("after", 0, 2**31 - 1, 0), _query("limit", 1, 1000, 100)]
    progress = content(reference("Upload"), examples={"done": {"value": EXAMPLE}})
    lines = _page_answer()
    found = (Kind.NOT_FOUND, Kind.UNAVAILABLE, Kind.INTERNAL)
    return {
        ADDRESS: {
            "parameters": [upload],
            "get": _get("getUpload", "Tell how far an upload is", progress, problems(name, *found)),
        },
        f"{ADDRESS}/results": {
            "parameters": [upload],
            "get": {
                **_get(
                    "getUploadResults",
                    "List what became of an upload's lines",
                    lines,
                    problems(name, Kind.PARAMETER, *found),
                ),
                "parameters": pages,
            },
        },
    }


def _page_answer() -> dict[str, Any]:
    """Describe a page in both its forms."""
    line = {"schema": {**_TEXT, "description": "Lines of JSON; each is an UploadLine."}}
    answer = content(reference("UploadPage"))
    following = header("The next page (rel=next); absent on the last one.", "uri-reference")
    return {"content": {**answer["content"], NDJSON: line}, "headers": {"Link": following}}


def upload_schemas() -> dict[str, Any]:
    """Give the schemas of the answers."""
    counts = {"type": "object", "additionalProperties": _COUNT}
    members = {
        "upload_id": {"type": "string", "format": "uuid"},
        "registry": _TEXT,
        "begun_at": {"type": "string", "format": "date-time"},
        "noted_at": {"type": "string", "format": "date-time"},
        "kept": {**_COUNT, "description": "Lines that are in the log."},
        "settled": _COUNT,
        "verdicts": counts,
        "refused": {**_COUNT, "description": "Lines that were not kept."},
        "noted": {**_FLAG, "description": "False where nothing is known of it yet."},
        "ended": {**_FLAG, "description": "Whether no line comes any more."},
        "done": {**_FLAG, "description": "Whether every line is settled."},
        "summary": {"type": "object"},
        "results": {"type": "string", "format": "uri-reference"},
    }
    line = {
        "type": "object",
        "required": ["line"],
        "properties": {"line": _COUNT, "submission_url": _TEXT},
        "anyOf": [reference("Settled"), reference("Problem"), {"required": ["submission_id"]}],
    }
    page = {"results": {"type": "array", "items": reference("UploadLine")}, "next": _TEXT}
    return {
        "Upload": {
            "type": "object",
            "properties": members,
            "required": ["upload_id", "ended", "done"],
        },
        "UploadEnd": _end(),
        "UploadLine": line,
        "UploadPage": {"type": "object", "properties": page, "required": ["results"]},
    }


def _end() -> dict[str, Any]:
    return {
        "description": "What the end of an upload is answered; its address came before.",
        "allOf": [
            {
                "type": "object",
                "properties": {"upload_id": _TEXT, "location": _TEXT, "noted": _FLAG},
                "required": ["upload_id", "location", "noted"],
            },
            reference("StreamCounts"),
        ],
    }


def _query(name: str, least: int, most: int, default: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    about = "Line behind which the page begins." if name == "after" else "Lines in one page."
    return {"name": name, "in": "query", "description": about, "schema": schema}


def _get(
    operation: str, summary: str, answer: Mapping[str, Any], failures: Mapping[str, Any]
) -> dict[str, Any]:
    where = {"Location": header("Where the reader answers.", "uri-reference")}
    return {
        "operationId": operation,
        "tags": ["reader", "gateway"],
        "summary": summary,
        "description": ABOUT,
        "responses": {
            "200": {"description": summary + ".", **answer},
            "307": {"description": "The gateway's answer: the reader knows.", "headers": where},
            **failures,
        },
    }
