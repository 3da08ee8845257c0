"""PQRS: quality measures of physicians, through a qualified clinical data registry."""

from acr_registries.pqrs.model import (
    IndividualProgramData,
    PqrsProgramData,
    pqrs_program_model,
)
from acr_registries.pqrs.payload_forms import PQRS_FORMS, pqrs_payload_form
from acr_registries.pqrs.qpp_json import convert_qpp_json
from acr_registries.pqrs.registry_xml import convert_registry_xml
from acr_registries.pqrs.rules import PQRS_RULES
from acr_registries.pqrs.synthetic import make
from acr_registries.pqrs.told_lookups import pqrs_lookups
from acr_registries.registry import Registry

REGISTRY = Registry(
    name="pqrs",
    title="Physician Quality Reporting",
    package=__package__,
    program_model=pqrs_program_model,
    program_models=(PqrsProgramData, IndividualProgramData),
    payload_form=pqrs_payload_form,
    forms=PQRS_FORMS,
    rules=PQRS_RULES,
    make=make,
    lookups=pqrs_lookups,
    converters={"xml": convert_registry_xml, "qpp": convert_qpp_json},
)
