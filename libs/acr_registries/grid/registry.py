"""GRID: turnaround times, waits and incidents of radiology facilities."""

from acr_registries.grid.model import grid_program_model
from acr_registries.grid.rules import GRID_RULES
from acr_registries.registry import Registry

REGISTRY = Registry(
    name="grid",
    title="General Radiology Improvement Database",
    package=__package__,
    program_model=grid_program_model,
    rules=GRID_RULES,
    text_max={"projectname": 100},
)
