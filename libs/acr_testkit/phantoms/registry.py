"""The made-up registry, declared as a real one is."""

from acr_registries.header_rules import HEADER_RULES
from acr_registries.registry import Registry
from acr_testkit.phantoms.model import Note, PhantomProgramData, Scan, phantom_form

REGISTRY = Registry(
    name="phantoms",
    title="Phantom Scans",
    package=__package__,
    program_model=lambda _: PhantomProgramData,
    program_models=(PhantomProgramData,),
    payload_form=phantom_form,
    forms=(Scan, Note),
    rules=HEADER_RULES,
)
