"""What became of a submission, as an HTTP answer: the published contract is here and nowhere else."""

from dataclasses import dataclass
from urllib.parse import quote

import orjson
from starlette.responses import Response

from acr_domain.findings import findings_data
from acr_domain.judgement import Outcome, Verdict
from acr_domain.submission import SubmissionKey
from acr_http.problems import PROBLEM_TYPE, Kind, Problem

STATUS_BY_VERDICT = {
    Verdict.CREATED: 201,
    Verdict.UPDATED: 200,
    Verdict.DUPLICATE: 200,
    Verdict.SUPERSEDED: 200,
}
PROBLEM_BY_VERDICT = {
    Verdict.CONFLICT: Kind.CONFLICT,
    Verdict.REJECTED: Kind.REJECTED,
    Verdict.FAILED: Kind.FAILED,
}
SUMMARIES = {
    Verdict.CREATED: "The first version of this record is stored.",
    Verdict.UPDATED: "A newer version of this record is stored; it is current now.",
    Verdict.DUPLICATE: "This version was here already with the same content; nothing changed.",
    Verdict.SUPERSEDED: "An older version is stored in the history; the current one is unchanged.",
    Verdict.CONFLICT: "This version is here already with other content; nothing changed.",
    Verdict.REJECTED: "The registry's rules reject this submission; no version was stored.",
    Verdict.FAILED: "The submission could not be processed; it is kept as a dead letter.",
}


def upload_path(upload_id: str) -> str:
    """Give the address of an upload."""
    return f"/v1/uploads/{upload_id}"


def outcome_data(outcome: Outcome) -> dict[str, object]:
    """Describe an outcome in JSON members; those that do not apply are left out."""
    key, first = outcome.key, outcome.first
    data: dict[str, object | None] = {
        "submission_id": outcome.submission_id,
        "verdict": outcome.verdict.value,
        "summary": SUMMARIES[outcome.verdict],
        "registry": key.registry if key else None,
        "partner_id": key.partner_id if key else None,
        "header_id": key.header_id if key else None,
        "version_no": outcome.version_no,
        "current_version_no": outcome.current_version_no,
        "position": str(outcome.position),
        "findings": findings_data(outcome.findings),
        "reason": outcome.reason,
        "first_outcome": None
        if first is None
        else {
            "submission_id": first.submission_id,
            "verdict": first.verdict.value,
            "position": str(first.position),
        },
    }
    return {name: value for name, value in data.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a sender hears: an HTTP status, the members of the body, and where to look further."""

    status: int
    data: dict[str, object]
    location: str | None = None


def outcome_answer(outcome: Outcome) -> Answer:
    """Answer a sender that waited: 201, 200 or 400, alike for one submission and a line of many."""
    kind = PROBLEM_BY_VERDICT.get(outcome.verdict)
    if kind is not None:
        return Answer(kind.status, _problem(kind, outcome).data())
    created = outcome.verdict is Verdict.CREATED and outcome.key is not None
    location = record_path(outcome.key) if created and outcome.key else None
    return Answer(STATUS_BY_VERDICT[outcome.verdict], outcome_data(outcome), location)


def pending_answer(submission_id: str) -> Answer:
    """Answer a sender whose wait ended first: 202, and where to ask."""
    location = submission_path(submission_id)
    data: dict[str, object] = {
        "submission_id": submission_id,
        "verdict": "pending",
        "summary": "The submission is kept and will be settled; its status is at Location.",
        "status_url": location,
    }
    return Answer(202, data, location)


def outcome_response(outcome: Outcome, headers: dict[str, str]) -> Response:
    """Answer a sender of one submission."""
    answer = outcome_answer(outcome)
    if answer.location is not None:
        headers = {**headers, "Location": answer.location}
    media_type = PROBLEM_TYPE if outcome.verdict in PROBLEM_BY_VERDICT else "application/json"
    return Response(orjson.dumps(answer.data), answer.status, headers, media_type)


def _problem(kind: Kind, outcome: Outcome) -> Problem:
    data = outcome_data(outcome)
    del data["findings"]
    return Problem(
        kind,
        SUMMARIES[outcome.verdict],
        outcome.findings,
        instance=submission_path(outcome.submission_id),
        extra=data,
    )


def submission_path(submission_id: str) -> str:
    """Give the path of a submission's status."""
    return f"/v1/submissions/{submission_id}"


def record_path(key: SubmissionKey) -> str:
    """Give the path of a record; a partner id may hold any text."""
    return f"/v1/registries/{key.registry}/records/{quote(key.partner_id, safe='')}/{key.header_id}"
