"""Asks today's rules about a submission that was taken on another day. Pure."""

from acr_domain.errors import InvalidSubmission
from acr_domain.findings import Finding
from acr_domain.submission import Submission
from acr_registries.examination import examine
from acr_registries.reading import read_contents
from acr_registries.registry import Contents, Registry


def examine_again(
    registry: Registry, submission: Submission
) -> tuple[tuple[Finding, ...], Contents | None]:
    """Give what today's declaration finds, and the contents as it reads them; None if it cannot.

    The rules know no other "now" than the time of receipt. Where the body was lost with the log
    (docs/backup.md), what was found at receipt stays.
    """
    if not submission.body:
        return submission.findings, None
    try:
        contents = read_contents(registry, submission.body, {})
    except InvalidSubmission as invalid:
        return invalid.findings, None
    return examine(registry, contents, submission.received_at), contents
