"""LCSR: low-dose CT screening for lung cancer. Its `programspecificdata` is not described: any object."""

from acr_registries.header import ProgramData
from acr_registries.lcsr.batch_file import convert_batch_file
from acr_registries.lcsr.model import LcsrPayload, named_version
from acr_registries.lcsr.rules import LCSR_RULES
from acr_registries.lcsr.synthetic import make
from acr_registries.registry import Registry

REGISTRY = Registry(
    name="lcsr",
    title="Lung Cancer Screening Registry",
    package=__package__,
    program_model=lambda _: ProgramData,
    payload_form=lambda _, __: LcsrPayload,
    forms=(LcsrPayload,),
    named_version=named_version,
    version_place=("payload", "Transaction_Header", "Mapping_Version"),
    rules=LCSR_RULES,
    make=make,
    converters={"batch": convert_batch_file},
)
