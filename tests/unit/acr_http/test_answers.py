"""The published contract: which verdict is which status."""

import json
from typing import Any

import pytest

from acr_domain.findings import Finding, Severity
from acr_domain.judgement import FirstArrival, Outcome, Verdict
from acr_domain.submission import LogPosition, SubmissionKey
from acr_http.answers import outcome_data, outcome_response, record_path

KEY = SubmissionKey("cdsr", "a/b c?", "541eae10-150d-4135-a85d-9ac98e734055")
POSITION = LogPosition("acr.cdsr.submissions.v1", 1, 7)
FIRST = FirstArrival(
    LogPosition("acr.cdsr.submissions.v1", 1, 3), "first", b"d" * 32, Verdict.CREATED
)
FINDING = Finding(Severity.ERROR, "TEST-1", "/payload", "Wrong.")
STATUSES = {
    Verdict.CREATED: 201,
    Verdict.UPDATED: 200,
    Verdict.DUPLICATE: 200,
    Verdict.SUPERSEDED: 200,
    Verdict.CONFLICT: 400,
    Verdict.REJECTED: 400,
    Verdict.FAILED: 400,
}


def outcome(verdict: Verdict, **changes: Any) -> Outcome:
    values: dict[str, Any] = {"key": KEY, "version_no": 2, "current_version_no": 3} | changes
    return Outcome(POSITION, "id-1", verdict, **values)


@pytest.mark.parametrize("verdict", Verdict)
def test_each_verdict_has_its_published_status(verdict: Verdict) -> None:
    response = outcome_response(outcome(verdict), {"Preference-Applied": "wait=1"})

    body = json.loads(bytes(response.body))
    assert response.status_code == STATUSES[verdict]
    assert (body["verdict"], body["submission_id"]) == (verdict.value, "id-1")
    assert response.headers["preference-applied"] == "wait=1"


@pytest.mark.parametrize("verdict", [v for v in Verdict if STATUSES[v] == 400])
def test_what_is_not_ingested_is_a_problem_with_every_finding(verdict: Verdict) -> None:
    response = outcome_response(outcome(verdict, findings=(FINDING,)), {})

    body = json.loads(bytes(response.body))
    assert response.media_type == "application/problem+json"
    assert body["type"] == f"/problems/{verdict.value}"
    assert body["instance"] == "/v1/submissions/id-1"
    assert [each["rule"] for each in body["findings"]] == ["TEST-1"]


def test_a_created_record_is_found_at_its_location() -> None:
    response = outcome_response(outcome(Verdict.CREATED), {})

    assert (
        response.headers["location"] == f"/v1/registries/cdsr/records/a%2Fb%20c%3F/{KEY.header_id}"
    )
    assert response.headers["location"] == record_path(KEY)


@pytest.mark.parametrize("verdict", [Verdict.UPDATED, Verdict.DUPLICATE, Verdict.SUPERSEDED])
def test_only_creation_has_a_location(verdict: Verdict) -> None:
    assert "location" not in outcome_response(outcome(verdict), {}).headers


def test_a_duplicate_is_told_with_the_first_outcome() -> None:
    data = outcome_data(outcome(Verdict.DUPLICATE, first=FIRST))

    assert data["first_outcome"] == {
        "submission_id": "first",
        "verdict": "created",
        "position": "acr.cdsr.submissions.v1/1/3",
    }


def test_members_that_do_not_apply_are_left_out() -> None:
    failed = Outcome(POSITION, "id-1", Verdict.FAILED, reason="Why.")

    assert outcome_data(failed).keys() == {
        "submission_id",
        "verdict",
        "summary",
        "position",
        "findings",
        "reason",
    }
