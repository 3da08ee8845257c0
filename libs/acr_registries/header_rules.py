"""Rules about the header that every registry shares. They look across elements and at the time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from acr_domain.findings import Severity
from acr_registries.registry import Breach, Contents, Rule

FUTURE_MAX = timedelta(days=1)


def _modified_before_created(contents: Contents, _: datetime) -> Iterator[Breach]:
    if contents.header.modificationdate < contents.header.creationdate:
        message = "The modification date lies before the creation date. Correct one of them."
        yield ("dartheader", "modificationdate"), message


def _dates_in_future(contents: Contents, received_at: datetime) -> Iterator[Breach]:
    for name in ("creationdate", "modificationdate"):
        if getattr(contents.header, name) > received_at + FUTURE_MAX:
            message = "The date lies more than a day after receipt. Check the sender's clock."
            yield ("dartheader", name), message


HEADER_RULES = (
    Rule("HEADER-201", Severity.ERROR, "element table, 3.1", _modified_before_created),
    Rule("HEADER-202", Severity.WARNING, "CDSR reference, D08", _dates_in_future),
)
