"""GRID: turnaround times, waits and incidents of radiology facilities."""

from acr_registries.grid.file_upload import UPLOAD_CONVERTERS
from acr_registries.grid.model import (
    PAYLOADS,
    GridProgramData,
    MonthlyProgramData,
    grid_program_model,
    named_version,
    payload_form,
)
from acr_registries.grid.rules import GRID_RULES
from acr_registries.grid.synthetic import make
from acr_registries.grid.told_lookups import grid_lookups
from acr_registries.registry import Registry

REGISTRY = Registry(
    name="grid",
    title="General Radiology Improvement Database",
    package="acr_registries.grid",
    program_model=grid_program_model,
    program_models=(GridProgramData, MonthlyProgramData),
    payload_form=payload_form,
    forms=tuple(PAYLOADS.values()),
    named_version=named_version,
    version_place=("dartheader", "programspecificdata", "mappingversion"),
    rules=GRID_RULES,
    make=make,
    lookups=grid_lookups,
    text_max={"projectname": 100},
    converters=UPLOAD_CONVERTERS,
)
