"""CDSR: consultations of clinical decision support, by ordering and furnishing professionals."""

from acr_registries.cdsr.model import (
    CdsrProgramData,
    FurnishingProgramData,
    OrderingProgramData,
    cdsr_program_model,
)
from acr_registries.cdsr.payload import CdsrPayload, cdsr_payload_form
from acr_registries.cdsr.rules import CDSR_RULES
from acr_registries.cdsr.synthetic import make
from acr_registries.cdsr.told_lookups import cdsr_lookups
from acr_registries.registry import Registry

REGISTRY = Registry(
    name="cdsr",
    title="Clinical Decision Support Registry",
    package=__package__,
    program_model=cdsr_program_model,
    program_models=(FurnishingProgramData, OrderingProgramData, CdsrProgramData),
    payload_form=cdsr_payload_form,
    forms=(CdsrPayload,),
    rules=CDSR_RULES,
    make=make,
    lookups=cdsr_lookups,
)
