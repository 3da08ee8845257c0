"""Problems as RFC 9457 has them."""

import json

import pytest

from acr_domain.errors import InvalidSubmission
from acr_domain.findings import Finding, Severity
from acr_http.app import invalid, unavailable
from acr_http.problems import FINDINGS_MAX, Kind, Problem


def findings(count: int) -> list[Finding]:
    return [Finding(Severity.ERROR, "TEST-1", f"/{number}", "Wrong.") for number in range(count)]


def body_of(problem: Problem) -> dict[str, object]:
    body = json.loads(bytes(problem.response().body))
    assert isinstance(body, dict)
    return body


@pytest.mark.parametrize("kind", Kind)
def test_a_problem_has_the_members_of_its_kind(kind: Kind) -> None:
    response = Problem(kind, "This case.").response()

    assert response.status_code == kind.status
    assert response.media_type == "application/problem+json"
    assert json.loads(bytes(response.body)) == {
        "type": f"/problems/{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": "This case.",
    }


def test_slugs_are_unique() -> None:
    assert len({kind.slug for kind in Kind}) == len(Kind)


def test_findings_are_listed_with_all_their_members() -> None:
    assert body_of(Problem(Kind.INVALID, "x", findings(1)))["findings"] == [
        {"severity": "error", "rule": "TEST-1", "pointer": "/0", "message": "Wrong."}
    ]


def test_findings_are_listed_up_to_their_bound() -> None:
    body = body_of(Problem(Kind.INVALID, "x", findings(FINDINGS_MAX)))

    assert len(str(body["findings"]).split("TEST-1")) - 1 == 100
    assert "findings_total" not in body


def test_beyond_the_bound_the_total_is_told() -> None:
    body = body_of(Problem(Kind.INVALID, "x", findings(FINDINGS_MAX + 1)))

    assert len(str(body["findings"]).split("TEST-1")) - 1 == 100
    assert body["findings_total"] == 101


def test_fields_instance_and_extra_members_are_added() -> None:
    problem = Problem(
        Kind.FAILED, "x", instance="/v1/submissions/1", extra={"a": 1}, headers={"Retry-After": "2"}
    )

    assert body_of(problem)["instance"] == "/v1/submissions/1"
    assert body_of(problem)["a"] == 1
    assert problem.response().headers["retry-after"] == "2"


@pytest.mark.parametrize(("count", "words"), [(1, "One finding."), (2, "2 findings.")])
def test_an_invalid_submission_says_how_many_findings_it_has(count: int, words: str) -> None:
    problem = invalid(InvalidSubmission(findings(count)))

    assert problem.kind is Kind.INVALID
    assert problem.detail.startswith(words)
    assert len(problem.findings) == count


def test_a_neighbour_in_trouble_says_when_to_try_again() -> None:
    assert unavailable("x").response().headers["retry-after"] == "2"
    assert unavailable("x").response().status_code == 503
