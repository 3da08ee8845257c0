"""Tells senders whom each measure is about, and which modality a code hints at. Judges nothing."""

from acr_registries.data_files import read_tables
from acr_registries.grid.gates import ANY_SEX, Gate, measure_gates
from acr_registries.grid.procedures import PROCEDURES_FILE
from acr_registries.registry import LookupTable


def grid_lookups() -> tuple[LookupTable, ...]:
    """Give the gates of the measures and the code ranges of the modalities."""
    gates = LookupTable(
        "measure_gates",
        "Whom a measure is about",
        "An exam may answer met or not_met to a measure if the patient's age lies within the limits, "
        "both included; by sex where a sex is named. Else it answers not_applicable.",
        ("Measure", "Ages", "Modalities", "Years of the programme"),
        tuple(
            (name, _ages(gate), ", ".join(sorted(gate.modalities)), _years(gate))
            for name, gate in measure_gates().items()
        ),
    )
    tables = read_tables("acr_registries.grid", PROCEDURES_FILE)
    codes = LookupTable(
        "procedure_modalities",
        "Code ranges of modalities",
        "CPT codes by modality, numbers only. They are a hint: a code of another modality is only "
        "warned of. All of it is assumed.",
        ("Group", "Modality", "Codes"),
        tuple((name, row["modality"], ", ".join(row["ranges"])) for name, row in tables.items()),
    )
    return gates, codes


def _ages(gate: Gate) -> str:
    return "; ".join(
        f"{least} to {most}" if sex == ANY_SEX else f"{sex}: {least} to {most}"
        for sex, (least, most) in gate.ages.items()
    )


def _years(gate: Gate) -> str:
    if len(gate.years) < 2:
        return ", ".join(map(str, gate.years))
    return f"{gate.years[0]} to {gate.years[-1]}"
