"""Submissions and results of any content."""

from datetime import UTC, datetime

import pytest
from hypothesis import strategies as st

from acr_domain.findings import Finding, Severity
from acr_domain.judgement import FirstArrival, Outcome, Verdict
from acr_domain.submission import LogPosition, Submission, SubmissionKey

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
longs = st.integers(-(2**63), 2**63 - 1)
digests = st.binary(min_size=32, max_size=32)
findings = st.lists(
    st.builds(Finding, st.sampled_from(Severity), texts, texts, texts), max_size=3
).map(tuple)
keys = st.builds(SubmissionKey, texts, texts, texts)
positions = st.builds(LogPosition, texts, st.integers(0, 2**31 - 1), st.integers(0, 2**63 - 1))
instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=UTC)
)
any_submission = st.builds(
    Submission,
    submission_id=texts,
    key=keys,
    version_no=longs,
    digest=digests,
    findings=findings,
    received_at=instants,
    content_type=texts,
    body=st.binary(max_size=40),
)
any_outcome = st.builds(
    Outcome,
    position=positions,
    submission_id=texts,
    verdict=st.sampled_from(Verdict),
    key=st.none() | keys,
    version_no=st.none() | longs,
    current_version_no=st.none() | longs,
    findings=findings,
    first=st.none() | st.builds(FirstArrival, positions, texts, digests, st.sampled_from(Verdict)),
    reason=st.none() | texts,
    reply_partition=st.none(),
    traceparent=st.none(),
)


@pytest.fixture(scope="session")
def submissions() -> st.SearchStrategy[Submission]:
    """Any submission that a gateway could write, and many that it never would."""
    return any_submission


@pytest.fixture(scope="session")
def outcomes() -> st.SearchStrategy[Outcome]:
    """Any outcome that a consumer could write, and many that it never would."""
    return any_outcome
