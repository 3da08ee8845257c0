"""What of a registry's topic a replay looks at again: asked for by people, kept with the run. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from acr_kafka.stretches import Bounds
from acr_postgres.replays import Stretch


class BadSelection(Exception):
    """What was asked for cannot be read again; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Selection:
    """All arrivals that are settled, or fewer: None, and no partitions, ask for nothing.

    Offsets are those of a partition, the end not included; times (UTC) are those of receipt.
    ``rule`` is one that the findings of an arrival name at present.
    """

    partitions: tuple[int, ...] = ()
    from_offset: int | None = None
    to_offset: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    partner_id: str | None = None
    header_id: str | None = None
    rule: str | None = None

    @property
    def is_sparse(self) -> bool:
        """Tell whether single arrivals are looked up in the database, and read one by one."""
        return any((self.partner_id, self.header_id, self.rule))

    def data(self) -> dict[str, Any]:
        """Write it as JSON members; those that ask for nothing are left out."""
        data = {
            "partitions": list(self.partitions),
            "from_offset": self.from_offset,
            "to_offset": self.to_offset,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "partner_id": self.partner_id,
            "header_id": self.header_id,
            "rule": self.rule,
        }
        return {name: value for name, value in data.items() if value not in (None, [])}


def read_selection(data: Mapping[str, Any]) -> Selection:
    """Read a selection back from its JSON members."""
    since, until = data.get("since"), data.get("until")
    return Selection(
        tuple(data.get("partitions", ())),
        data.get("from_offset"),
        data.get("to_offset"),
        datetime.fromisoformat(since) if since else None,
        datetime.fromisoformat(until) if until else None,
        data.get("partner_id"),
        data.get("header_id"),
        data.get("rule"),
    )


def plan(
    selection: Selection,
    settled: Mapping[int, int],
    bounds: Mapping[int, Bounds],
    since: Mapping[int, int],
    until: Mapping[int, int],
) -> tuple[Stretch, ...]:
    """Give the stretches that a selection covers, those without an arrival left out.

    ``settled`` tells up to where partitions are settled, ``bounds`` what the log holds of them;
    ``since`` and ``until`` are the offsets of the selection's times, where it has any.

    Raises:
        BadSelection: if a partition is not there, or the log no longer holds what is asked for.
    """
    _check(selection.partitions, settled)
    stretches = []
    for partition, end in sorted(settled.items()):
        if selection.partitions and partition not in selection.partitions:
            continue
        begin = selection.from_offset or 0
        if selection.to_offset is not None:
            end = min(end, selection.to_offset)
        if selection.since is not None:
            begin = max(begin, since[partition])
        if selection.until is not None:
            end = min(end, until[partition])
        if begin >= end:
            continue
        held = bounds.get(partition, Bounds(0, 0))
        if not held.begin <= begin <= end <= held.end:
            raise BadSelection(
                f"partition {partition} of the log holds {held.begin} to {held.end}, and {begin} to "
                f"{end} are asked for: name offsets that are there (--from-offset, --to-offset)"
            )
        stretches.append(Stretch(partition, begin, end, begin, {}))
    return tuple(stretches)


def _check(asked: Collection[int], settled: Mapping[int, int]) -> None:
    if strange := sorted(set(asked) - settled.keys()):
        raise BadSelection(
            f"nothing of partition {', '.join(map(str, strange))} was ever settled; settled were: "
            f"{', '.join(map(str, sorted(settled))) or 'none'}"
        )
