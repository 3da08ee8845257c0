"""The rules of CDSR: those of every header first, then its own."""

from acr_registries.cdsr.agreement_rules import AGREEMENT_RULES
from acr_registries.cdsr.decision_rules import DECISION_RULES
from acr_registries.cdsr.furnished_rules import FURNISHED_RULES
from acr_registries.cdsr.header_rules import CDSR_HEADER_RULES
from acr_registries.cdsr.request_rules import REQUEST_RULES
from acr_registries.header_rules import HEADER_RULES

CDSR_RULES = (
    *HEADER_RULES,
    *CDSR_HEADER_RULES,
    *AGREEMENT_RULES,
    *REQUEST_RULES,
    *DECISION_RULES,
    *FURNISHED_RULES,
)
