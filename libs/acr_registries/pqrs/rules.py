"""The rules of PQRS."""

from acr_registries.header_rules import HEADER_RULES
from acr_registries.pqrs.header_rules import PQRS_HEADER_RULES

PQRS_RULES = (*HEADER_RULES, *PQRS_HEADER_RULES)
