"""What rules ask of the header: the level of participation, and what period the records are of."""

from acr_registries.grid.model import GOLD, GREEN, GridProgramData
from acr_registries.registry import Contents, Receipt


def grid_program(contents: Contents) -> GridProgramData:
    """Give the `programspecificdata` of a GRID submission."""
    # The registry chose its model.
    return contents.program  # type: ignore[return-value]


def is_gold(receipt: Receipt) -> bool:
    """Tell whether the header says Gold; a header without a level says nothing."""
    return grid_program(receipt.contents).participationlevel == GOLD


def is_green(receipt: Receipt) -> bool:
    """Tell whether the header says Green; a header without a level says nothing."""
    return grid_program(receipt.contents).participationlevel == GREEN
