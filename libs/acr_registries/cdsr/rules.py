"""The rules of CDSR."""

from acr_registries.cdsr.header_rules import CDSR_HEADER_RULES
from acr_registries.header_rules import HEADER_RULES

CDSR_RULES = (*HEADER_RULES, *CDSR_HEADER_RULES)
