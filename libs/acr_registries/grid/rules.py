"""The rules of GRID."""

from acr_registries.grid.header_rules import GRID_HEADER_RULES
from acr_registries.header_rules import HEADER_RULES

GRID_RULES = (*HEADER_RULES, *GRID_HEADER_RULES)
