"""CDSR: consultations of clinical decision support, by ordering and furnishing professionals."""

from acr_registries.cdsr.model import cdsr_program_model
from acr_registries.cdsr.rules import CDSR_RULES
from acr_registries.registry import Registry

REGISTRY = Registry(
    name="cdsr",
    title="Clinical Decision Support Registry",
    package=__package__,
    program_model=cdsr_program_model,
    rules=CDSR_RULES,
)
