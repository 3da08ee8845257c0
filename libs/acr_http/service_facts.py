"""Tells the contract bundles what the service answers: from the same places that make the answers."""

from acr_bundles.service_facts import ProblemFact, ServiceFacts, VerdictFact
from acr_domain.judgement import Verdict
from acr_domain.strict_json import NESTING_MAX
from acr_http.answers import PROBLEM_BY_VERDICT, STATUS_BY_VERDICT, SUMMARIES
from acr_http.problems import Kind
from acr_settings.settings import GatewaySettings


def service_facts() -> ServiceFacts:
    """Gather verdicts, problems and the bounds that hold where an operator sets no others."""
    fields = GatewaySettings.model_fields
    waits = fields["wait_seconds_default"].default, fields["wait_seconds_max"].default
    return ServiceFacts(
        verdicts=tuple(VerdictFact(each.value, _status(each), SUMMARIES[each]) for each in Verdict),
        problems=tuple(ProblemFact(kind.slug, kind.status, kind.title, kind.page) for kind in Kind),
        body_bytes_max=fields["body_bytes_max"].default,
        nesting_max=NESTING_MAX,
        wait_seconds=waits,
    )


def _status(verdict: Verdict) -> int:
    if verdict in STATUS_BY_VERDICT:
        return STATUS_BY_VERDICT[verdict]
    return PROBLEM_BY_VERDICT[verdict].status
