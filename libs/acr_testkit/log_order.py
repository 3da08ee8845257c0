"""What the log's order makes of each arrival: an oracle of its own that shares no line with the product.

It keeps a few machine words for each arrival, so that a million of them fit into little memory.
"""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

from acr_testkit.facts import Arrived, Position

CREATED, UPDATED, DUPLICATE, SUPERSEDED, CONFLICT, REJECTED, FAILED = VERDICTS = (
    *("created", "updated", "duplicate", "superseded"),
    *("conflict", "rejected", "failed"),
)
STORED = frozenset({CREATED, UPDATED, SUPERSEDED})
_NUMBERS = {verdict: number for number, verdict in enumerate(VERDICTS)}
_NO_KEY = -1
_VERSION_BITS = 63  # Version numbers end at 2**63 - 1.


class LogOrder:
    """Arrivals by their number (the order in which they were given), by id, and by position.

    ``shared`` holds the header ids that more than one partner uses. ``strayed`` are arrivals in
    another partition than the first of their key: they have no order. ``disordered`` and
    ``repeated_ids`` are what a log never holds.
    """

    def __init__(self, arrived: Iterable[Arrived]) -> None:
        """Go through the log once, and judge each arrival by what stands before it."""
        self.keys: dict[tuple[str, str], int] = {}
        self.shared: set[str] = set()
        self.firsts: dict[int, int] = {}
        self.repeated_ids: list[str] = []
        self.disordered: list[Position] = []
        self.strayed: list[Position] = []
        self._owner: dict[str, str] = {}
        self._home = array("l")
        self._highest: dict[int, int] = {}
        self._by_id: dict[bytes, int] = {}
        self._key = array("q")
        self._version = array("q")
        self._content = array("q")
        self._verdict = array("B")
        self._partition = array("l")
        self._offset = array("q")
        self._offsets: dict[int, array[int]] = defaultdict(lambda: array("q"))
        self._numbers: dict[int, array[int]] = defaultdict(lambda: array("l"))
        for each in arrived:
            self._add(each)

    def __len__(self) -> int:
        """Count the arrivals."""
        return len(self._verdict)

    def by_id(self, submission_id: str) -> int | None:
        """Find an arrival by its submission id."""
        return self._by_id.get(_short(submission_id))

    def at(self, position: Position) -> int | None:
        """Find an arrival by its position."""
        offsets = self._offsets.get(position[0])
        if offsets is None:
            return None
        place = bisect_left(offsets, position[1])
        if place == len(offsets) or offsets[place] != position[1]:
            return None
        return self._numbers[position[0]][place]

    def position(self, number: int) -> Position:
        """Give an arrival's position."""
        return self._partition[number], self._offset[number]

    def verdict(self, number: int) -> str:
        """Give the verdict that the log's order makes."""
        return VERDICTS[self._verdict[number]]

    def key(self, number: int) -> int:
        """Give the number of an arrival's key; below 0 where it has none."""
        return self._key[number]

    def content(self, number: int) -> tuple[int, int, int]:
        """Give an arrival's key, version number, and a hash of its content."""
        return self._key[number], self._version[number], self._content[number]

    def first(self, key: int, version_no: int) -> int | None:
        """Give the arrival that brought a version of a key first, and so stored it."""
        return self.firsts.get(key << _VERSION_BITS | version_no)

    def highest(self, key: int) -> int | None:
        """Give a key's highest version."""
        return self._highest.get(key)

    def _add(self, each: Arrived) -> None:
        number = len(self)
        short = _short(each.submission_id)
        if short in self._by_id:
            self.repeated_ids.append(each.submission_id)
        self._by_id[short] = number
        partition, offset = each.position
        offsets = self._offsets[partition]
        if offsets and offsets[-1] >= offset:
            self.disordered.append(each.position)
        offsets.append(offset)
        self._numbers[partition].append(number)
        self._partition.append(partition)
        self._offset.append(offset)
        key = self._key_number(each) if each.readable else _NO_KEY
        self._key.append(key)
        self._version.append(each.version_no)
        self._content.append(hash(each.content))
        self._verdict.append(_NUMBERS[self._judge(number, key, each) if each.readable else FAILED])

    def _key_number(self, each: Arrived) -> int:
        key = self.keys.setdefault((each.partner, each.key), len(self.keys))
        if key == len(self._home):
            self._home.append(each.position[0])
            if self._owner.setdefault(each.key, each.partner) != each.partner:
                self.shared.add(each.key)
        elif self._home[key] != each.position[0]:
            self.strayed.append(each.position)
        return key

    def _judge(self, number: int, key: int, each: Arrived) -> str:
        first = self.first(key, each.version_no)
        if first is not None and self._content[first] == hash(each.content):
            return DUPLICATE
        if each.breaks_rule:
            return REJECTED
        if first is not None:
            return CONFLICT
        if not each.storable:
            return FAILED
        highest = self.highest(key)
        self.firsts[key << _VERSION_BITS | each.version_no] = number
        self._highest[key] = max(each.version_no, highest or 0)
        if highest is None:
            return CREATED
        return UPDATED if each.version_no > highest else SUPERSEDED


def _short(submission_id: str) -> bytes:
    """Give an id in half the bytes, where it is a UUID."""
    try:
        return bytes.fromhex(submission_id.replace("-", ""))
    except ValueError:
        return submission_id.encode()
