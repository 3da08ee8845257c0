"""Describes a settled submission in JSON members, alike for its status and for the results feed. Pure."""

from acr_http.answers import outcome_data, record_path
from acr_postgres.status import SettledSubmission


def settled_data(settled: SettledSubmission) -> dict[str, object]:
    """Describe what became of a submission, and when it was received and settled (UTC)."""
    data = outcome_data(settled.outcome)
    data["registry"] = settled.registry
    data["received_at"] = settled.received_at.isoformat()
    data["settled_at"] = settled.settled_at.isoformat()
    if (amended := settled.amended) is not None:
        data["amended"] = {
            "kind": amended.kind.value,
            "amended_at": amended.amended_at.isoformat(),
            "run_id": amended.run_id,
            "verdict_told": amended.verdict_told.value,
        }
    if settled.outcome.key is not None:
        data["record_url"] = record_path(settled.outcome.key)
    return data
