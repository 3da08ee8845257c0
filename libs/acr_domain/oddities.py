"""What is odd about an arrival that settles all the same: counted, so that nothing strange is silent.

The value of a record counts; key, headers and time beside it are for routing, people and tools.
"""

from enum import StrEnum


class Oddity(StrEnum):
    """What a record says beside its value that a gateway would not have said."""

    NO_HEADERS = "no-headers"
    OTHER_ID = "other-id"
    REPLY_PARTITION = "reply-partition"
    TIME = "time"
    PARTITION = "partition"
