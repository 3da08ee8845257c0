"""A service looks rarely for cycles, and still finds them."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from acr_http.garbage import OBJECTS_BETWEEN_LOOKS, look_rarely


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


class Knot:
    """An object that holds itself."""

    def __init__(self) -> None:
        """Tie it."""
        self.itself = self


def test_what_is_loaded_is_left_out_and_a_cycle_is_found_in_the_end() -> None:
    look_rarely()
    assert gc.get_freeze_count() > 0
    knot = weakref.ref(Knot())

    kept: list[list[int]] = []
    while knot() is not None and len(kept) < 3 * OBJECTS_BETWEEN_LOOKS:
        kept.append([])

    assert OBJECTS_BETWEEN_LOOKS // 2 < len(kept) < 3 * OBJECTS_BETWEEN_LOOKS
