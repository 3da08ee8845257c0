"""The rules of GRID."""

from acr_registries.grid.annual_rules import GRID_ANNUAL_RULES
from acr_registries.grid.exam_rules import GRID_EXAM_RULES
from acr_registries.grid.header_rules import GRID_HEADER_RULES
from acr_registries.grid.incident_rules import GRID_INCIDENT_RULES
from acr_registries.grid.measure_rules import GRID_MEASURE_RULES
from acr_registries.grid.monthly_rules import GRID_MONTHLY_RULES
from acr_registries.grid.outcome_rules import GRID_OUTCOME_RULES
from acr_registries.header_rules import HEADER_RULES

GRID_RULES = (
    *HEADER_RULES,
    *GRID_HEADER_RULES,
    *GRID_ANNUAL_RULES,
    *GRID_INCIDENT_RULES,
    *GRID_MONTHLY_RULES,
    *GRID_OUTCOME_RULES,
    *GRID_EXAM_RULES,
    *GRID_MEASURE_RULES,
)
