"""PQRS: quality measures of physicians, through a qualified clinical data registry."""

from acr_registries.pqrs.model import pqrs_program_model
from acr_registries.pqrs.rules import PQRS_RULES
from acr_registries.registry import Registry

REGISTRY = Registry(
    name="pqrs",
    title="Physician Quality Reporting",
    package=__package__,
    program_model=pqrs_program_model,
    rules=PQRS_RULES,
)
