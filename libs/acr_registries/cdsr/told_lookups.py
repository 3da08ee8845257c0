"""Tells senders which indications belong to which priority area. Judges nothing."""

from acr_registries.cdsr.lookups import PACKAGE
from acr_registries.data_files import read_tables
from acr_registries.registry import LookupTable


def cdsr_lookups() -> tuple[LookupTable, ...]:
    """Give the indication codes of the priority clinical areas."""
    areas = read_tables(PACKAGE, "priority_areas.toml")
    return (
        LookupTable(
            "priority_areas",
            "Priority clinical areas",
            "Indications of ICD-10-CM whose code begins so belong to the area; the longest that fits "
            "decides. The areas are published, the codes are assumed.",
            ("Area", "Codes begin"),
            tuple((area, ", ".join(row["icd10_prefixes"])) for area, row in areas.items()),
        ),
    )
