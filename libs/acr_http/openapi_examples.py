"""Examples of answers for the description of the API, made by the code that makes the answers. Pure."""

from typing import Any

from acr_domain.findings import Finding, Severity
from acr_domain.judgement import FirstArrival, Outcome, Verdict
from acr_domain.submission import LogPosition, SubmissionKey
from acr_http.answers import (
    PROBLEM_BY_VERDICT,
    outcome_answer,
    outcome_data,
    pending_answer,
    record_path,
)
from acr_http.problems import Kind, Problem

SUBMISSION_ID = "01983b5e-7c00-7000-8000-0123456789ab"
FIRST_ID = "01983b5d-1a00-7000-8000-0123456789aa"
HEADER_ID = "541eae10-150d-4135-a85d-9ac98e734055"

REJECTION = Finding(
    Severity.ERROR,
    "HEADER-201",
    "/dartheader/modificationdate",
    "The modification date lies before the creation date. Correct one of them.",
)
MISSING = Finding(
    Severity.ERROR, "HEADER-101", "/dartheader/partnerid", "The element is required. Add it."
)
REMARK = Finding(
    Severity.WARNING,
    "HEADER-202",
    "/dartheader/creationdate",
    "The date lies more than a day after receipt. Check the sender's clock.",
)


def outcome_example(registry: str, verdict: Verdict) -> Outcome:
    """Make an outcome of each verdict."""
    position = LogPosition(f"acr.{registry}.submissions.v1", 3, 1042)
    first = None
    if verdict in (Verdict.DUPLICATE, Verdict.CONFLICT):
        earlier = LogPosition(position.topic, position.partition, 977)
        first = FirstArrival(earlier, FIRST_ID, b"", Verdict.CREATED)
    return Outcome(
        position=position,
        submission_id=SUBMISSION_ID,
        verdict=verdict,
        key=SubmissionKey(registry, "ndsc", HEADER_ID),
        version_no=1,
        current_version_no=2 if verdict is Verdict.SUPERSEDED else 1,
        findings=(REJECTION,) if verdict is Verdict.REJECTED else (REMARK,),
        first=first,
        reason="The submission could not be stored." if verdict is Verdict.FAILED else None,
    )


def outcome_examples(registry: str, *verdicts: Verdict) -> dict[str, Any]:
    """Make the answers of verdicts, by name."""
    return {
        each.value: {"value": outcome_data(outcome_example(registry, each))} for each in verdicts
    }


def problem_example(registry: str, kind: Kind) -> dict[str, Any]:
    """Make the answer of a kind of problem."""
    for verdict, told in PROBLEM_BY_VERDICT.items():
        if told is kind:
            return outcome_answer(outcome_example(registry, verdict)).data
    findings = (MISSING,) if kind is Kind.INVALID else ()
    return Problem(kind, kind.title + ".", findings).data()


def pending_example() -> dict[str, Any]:
    """Make the answer to a sender whose wait has ended."""
    return pending_answer(SUBMISSION_ID).data


def feed_example(registry: str) -> dict[str, Any]:
    """Make a page of the results feed."""
    outcomes = [outcome_example(registry, each) for each in (Verdict.CREATED, Verdict.REJECTED)]
    times = {
        "received_at": "2026-05-04T09:30:00.120000+00:00",
        "settled_at": "2026-05-04T09:30:00.180000+00:00",
    }
    url = {"record_url": record_path(outcomes[0].key)} if outcomes[0].key else {}
    return {
        "registry": registry,
        "partner_id": "ndsc",
        "results": [{**outcome_data(each), **times, **url} for each in outcomes],
        "next": "AfE8cGAAAACTCA",
        "more": False,
    }
