"""Rules about the header that every registry shares. They look across elements and at the time."""

from datetime import timedelta

from acr_domain.findings import Severity
from acr_registries.registry import NOWHERE, Contents, Places, Receipt, Rule

FUTURE_MAX = timedelta(days=1)


def _sent_in_time(contents: Contents, receipt: Receipt) -> bool:
    """Tell whether creation, modification and receipt follow each other, under a version without end."""
    header = contents.header
    return (
        header.creationdate <= header.modificationdate <= receipt.received_at
        and contents.version.accepted_until is None
    )


def _modified_before_created(contents: Contents, _: Receipt) -> Places:
    if contents.header.modificationdate < contents.header.creationdate:
        return (("dartheader", "modificationdate"),)
    return NOWHERE


def _dates_in_future(contents: Contents, receipt: Receipt) -> Places:
    header, now = contents.header, receipt.received_at
    if header.creationdate <= now and header.modificationdate <= now:
        return NOWHERE
    latest = now + FUTURE_MAX
    return tuple(
        ("dartheader", name)
        for name in ("creationdate", "modificationdate")
        if getattr(header, name) > latest
    )


def _version_closed(contents: Contents, receipt: Receipt) -> Places:
    last_day = contents.version.accepted_until
    if last_day is not None and receipt.received_at.date() > last_day:
        return (contents.version_place,)
    return NOWHERE


HEADER_RULES = (
    Rule(
        "HEADER-201",
        Severity.ERROR,
        "element table, 3.1",
        Contents,
        "The modification date lies before the creation date. Correct one of them.",
        _modified_before_created,
        unless=_sent_in_time,
    ),
    Rule(
        "HEADER-202",
        Severity.WARNING,
        "CDSR reference, D08",
        Contents,
        "The date lies more than a day after receipt. Check the sender's clock.",
        _dates_in_future,
        unless=_sent_in_time,
    ),
    Rule(
        "HEADER-203",
        Severity.ERROR,
        "LCSR reference, T5; GRID reference, G29",
        Contents,
        "The contract version that the submission names is no longer taken. Send by the current one.",
        _version_closed,
        unless=_sent_in_time,
    ),
)
