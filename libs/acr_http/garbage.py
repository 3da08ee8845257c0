"""How often a service's process looks for cycles of objects that nobody holds. Frees nothing else.

A batch makes some twenty thousand objects and drops them all; hardly one is part of a cycle. By
default Python looks through the young ones after every 700, a tenth of a consumer's CPU.
"""

import gc

# Cycles are rare here (tasks, exceptions), so that a look now and then is enough.
OBJECTS_BETWEEN_LOOKS = 50_000
YOUNG_LOOKS_BETWEEN_OLD = 10


def look_rarely() -> None:
    """Leave what is loaded by now out of every look, and look rarely at what comes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_BETWEEN_LOOKS, YOUNG_LOOKS_BETWEEN_OLD, YOUNG_LOOKS_BETWEEN_OLD)
