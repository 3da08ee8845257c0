"""Tells a submission that is not settled yet from one that never was. Pure.

A submission id is a UUID of version 7 (RFC 9562, 5.7): its first 48 bits are the time at which the
gateway made it, in milliseconds since 1970.
"""

import uuid
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta

TIME_BITS_SHIFT = 80
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def may_be_pending(
    submission_id: uuid.UUID,
    caught_up_since: Mapping[str, datetime],
    registries: Collection[str],
    skew: timedelta,
) -> bool:
    """Tell whether an unknown id may belong to a submission that is kept, but not settled.

    ``caught_up_since`` tells, by registry, the time before which all is settled; a registry that it
    does not name was never seen settled. ``skew`` is how far the clocks may be apart.
    """
    if submission_id.version != 7:
        return False
    if not all(registry in caught_up_since for registry in registries):
        return True
    settled_before = min(caught_up_since[registry] for registry in registries) - skew
    # Compared as numbers: 48 bits of milliseconds reach beyond the last year of a datetime.
    return submission_id.int >> TIME_BITS_SHIFT > (settled_before - EPOCH) / timedelta(
        milliseconds=1
    )
