"""Checks the invariants on what clients sent and were told, and on what is kept. Knows nothing else.

Pure, and in bounded memory: some hundred bytes for each submission. The verdict of the log order is
worked out by an oracle of its own (`log_order`), never by the code that is checked.
"""

from array import array
from collections import Counter
from collections.abc import Iterable

from acr_testkit.facts import (
    Announced,
    Arrived,
    Current,
    Kept,
    Settled,
    StoredVersion,
    Told,
)
from acr_testkit.invariant_report import Harm, Invariant, Report
from acr_testkit.log_order import CREATED, FAILED, LogOrder

STATUS_OF = {
    "created": 201,
    **dict.fromkeys(("updated", "duplicate", "superseded"), 200),
    **dict.fromkeys(("conflict", "rejected", "failed"), 400),
}
KEPT_STATUSES = frozenset({200, 201, 202})
REFUSED_STATUSES = frozenset({400, 413})
"""Without a submission id: the same can never be taken, so that nothing like it is in the log."""
PENDING = frozenset({None, "pending"})
UNKNOWN = -1  # The number of no key.


def check(history: Iterable[Told], kept: Kept) -> Report:
    """Check all invariants; the report counts on how many facts each was checked."""
    checker = _Checker(kept.arrived)
    checker.look_at_tables(kept)
    checker.look_at_results(kept.announced)
    checker.look_at_answers(history)
    for table in sorted({*kept.live, *kept.rebuilt}):
        same = kept.live.get(table) == kept.rebuilt.get(table)
        what = f"table {table} comes out of the topics otherwise"
        checker.report.check(Invariant.I8, same, Harm.WRONG, what)
    return checker.report


class _Checker:
    """Holds the log's order and what was seen of each arrival; grows the report."""

    def __init__(self, arrived: Iterable[Arrived]) -> None:
        self.report = Report()
        self._log = LogOrder(arrived)
        count = len(self._log)
        self._settled = bytearray(count)
        self._buried = bytearray(count)
        # Hashes of result ids; 0 where none was told.
        self._results = array("q", bytes(8 * count))
        self._created_told = bytearray(count)
        self._claimed = bytearray(count)
        shared = self._log.shared
        self._shared_keys = {number for (_, key), number in self._log.keys.items() if key in shared}
        for position in (*self._log.strayed, *self._log.disordered):
            self._check(Invariant.I4, False, Harm.WRONG, f"{position} is out of its key's order")
        for submission_id in self._log.repeated_ids:
            self._check(Invariant.I7, False, Harm.TWICE, f"{submission_id} is in the log twice")

    def _check(self, invariant: Invariant, holds: bool, harm: Harm, what: str) -> None:
        self.report.check(invariant, holds, harm, what)

    def look_at_tables(self, kept: Kept) -> None:
        """Check what is stored: arrivals, dead letters, versions, current pointers."""
        for settled in kept.settled:
            self._look_at_settled(settled)
        for position in kept.dead_letters:
            number = self._log.at(position)
            if number is None:
                self._check(
                    Invariant.I7, False, Harm.WRONG, f"{position} is buried, not in the log"
                )
            else:
                self._buried[number] = 1
        for number, seen in enumerate(self._settled):
            what = f"{self._log.position(number)} is settled {seen} times"
            self._check(Invariant.I7, seen == 1, Harm.TWICE if seen else Harm.LOST, what)
            failed = self._log.verdict(number) == FAILED
            what = f"{self._log.position(number)} is a dead letter: {bool(self._buried[number])}"
            self._check(Invariant.I4, failed == bool(self._buried[number]), Harm.WRONG, what)
        self._look_at_versions(kept.versions)
        self._look_at_current(kept.current)

    def _look_at_settled(self, settled: Settled) -> None:
        number = self._log.at(settled.position)
        if number is None:
            what = f"{settled.position} is settled, not in the log"
            self._check(Invariant.I7, False, Harm.WRONG, what)
            return
        self._settled[number] = min(self._settled[number] + 1, 255)
        self._judge(number, settled.verdict, "settled as")

    def _judge(self, number: int, verdict: str, said: str) -> None:
        wanted = self._log.verdict(number)
        what = f"{self._log.position(number)} is {said} {verdict}; the log says {wanted}"
        if self._log.key(number) in self._shared_keys:
            self._check(Invariant.I9, verdict == wanted, Harm.WRONG, what)
        self._check(Invariant.I4, verdict == wanted, Harm.WRONG, what)

    def _look_at_versions(self, versions: Iterable[StoredVersion]) -> None:
        seen = bytearray(len(self._log))
        for each in versions:
            what = f"version {each.version_no} stored from {each.position}"
            if (claimed := self._log.at(each.position)) is not None:
                self._claimed[claimed] = 1
            key = self._own_key(each.partner, each.key, what)
            number = None if key is None else self._log.first(key, each.version_no)
            if number is None:
                self._check(Invariant.I2, False, Harm.WRONG, f"{what}: nobody brought it")
                continue
            seen[number] = min(seen[number] + 1, 255)
            brought = (key, each.version_no, hash(each.content))
            right = (each.position, brought) == (
                self._log.position(number),
                self._log.content(number),
            )
            self._check(Invariant.I2, right, Harm.WRONG, f"{what}: it is another's content")
        for number in self._log.firsts.values():
            what = f"the version of {self._log.position(number)} is stored {seen[number]} times"
            harm = Harm.TWICE if seen[number] else Harm.LOST
            self._check(Invariant.I2, seen[number] == 1, harm, what)

    def _look_at_current(self, current: Iterable[Current]) -> None:
        seen: Counter[int] = Counter()
        for each in current:
            key = self._own_key(each.partner, each.key, "a record")
            highest = None if key is None else self._log.highest(key)
            what = f"current is {each.version_no}, the highest version {highest}"
            self._check(Invariant.I3, each.version_no == highest, Harm.WRONG, what)
            if key is not None:
                seen[key] += 1
        for key in self._log.keys.values():
            wanted = 0 if self._log.highest(key) is None else 1
            what = f"key {key} has {seen[key]} current versions instead of {wanted}"
            harm = Harm.TWICE if seen[key] > wanted else Harm.LOST
            self._check(Invariant.I3, seen[key] == wanted, harm, what)

    def _own_key(self, partner: str, key: str, what: str) -> int | None:
        """Find a key; where its partner never sent to it, another partner's data is under its name."""
        number = self._log.keys.get((partner, key))
        found = f"{what} stands under a partner who never sent it"
        self._check(Invariant.I9, number is not None, Harm.WRONG, found)
        return number

    def look_at_results(self, announced: Iterable[Announced]) -> None:
        """Check the results topic: one result an arrival, of the right verdict, one created a key."""
        for each in announced:
            number = self._log.at(each.position)
            if number is None or self._log.by_id(each.submission_id) not in (number, None):
                what = f"a result tells of {each.position}, which is no arrival or another's"
                self._check(Invariant.I7, False, Harm.WRONG, what)
                continue
            self._judge(number, each.verdict, "told as")
            result = hash(each.result_id) or 1
            former = self._results[number]
            what = f"{each.position} has results under two ids"
            self._check(Invariant.I7, former in (0, result), Harm.TWICE, what)
            self._results[number] = result
            self._created_told[number] |= each.verdict == CREATED
        for number, result in enumerate(self._results):
            what = f"nobody was told of {self._log.position(number)}"
            self._check(Invariant.I7, result != 0, Harm.LOST, what)
        distinct, told = len({*self._results} - {0}), sum(map(bool, self._results))
        self._check(Invariant.I7, distinct == told, Harm.WRONG, "two arrivals share a result id")
        self._look_at_created()

    def _look_at_created(self) -> None:
        created: Counter[int] = Counter()
        for number, told in enumerate(self._created_told):
            if told:
                created[self._log.key(number)] += 1
        for key in self._log.keys.values():
            wanted = 0 if self._log.highest(key) is None else 1
            what = f"key {key} was told {created[key]} times created instead of {wanted}"
            harm = Harm.TWICE if created[key] > wanted else Harm.LOST
            self._check(Invariant.I5, created[key] == wanted, harm, what)

    def look_at_answers(self, history: Iterable[Told]) -> None:
        """Check what each client was told against the log and the tables."""
        refused: set[tuple[int, int, int]] = set()
        for told in history:
            if told.submission_id is not None:
                self._look_at_answer(told, told.submission_id)
            elif told.status in REFUSED_STATUSES:
                key = self._log.keys.get((told.partner, told.key), UNKNOWN)
                refused.add((key, told.version_no, hash(told.content)))
            elif told.status in KEPT_STATUSES:
                self._check(Invariant.I1, False, Harm.WRONG, f"{told.status} names no submission")
        self.report.checked[Invariant.I6] += len(refused)
        for number in range(len(self._log)) if refused else ():
            if self._log.content(number) in refused:
                what = f"{self._log.position(number)} is in the log, though it was refused"
                self._check(Invariant.I6, False, Harm.WRONG, what)

    def _look_at_answer(self, told: Told, submission_id: str) -> None:
        number = self._log.by_id(submission_id)
        said = f"submission {submission_id}, answered {told.status} {told.verdict or ''}"
        if number is None:
            self._check(Invariant.I1, False, Harm.LOST, f"{said}, is not in the log")
            return
        if told.status in KEPT_STATUSES:
            rests = bool(self._settled[number] or self._buried[number])
            self._check(Invariant.I1, rests, Harm.LOST, f"{said}, is neither stored nor buried")
        if told.status == 400:
            what = f"{said}, stored a version"
            self._check(Invariant.I6, not self._claimed[number], Harm.WRONG, what)
        if (key := self._log.key(number)) != UNKNOWN:
            own = key == self._log.keys.get((told.partner, told.key))
            self._check(Invariant.I9, own, Harm.WRONG, f"{said}, is under another key")
            sent = (key, told.version_no, hash(told.content))
            right = sent == self._log.content(number)
            self._check(Invariant.I1, right, Harm.WRONG, f"{said}, is kept with other content")
        if told.verdict not in PENDING:
            self._look_at_verdict(told, number, said)

    def _look_at_verdict(self, told: Told, number: int, said: str) -> None:
        assert told.verdict is not None
        self._judge(number, told.verdict, "answered")
        status = told.status in (None, STATUS_OF.get(told.verdict))
        self._check(Invariant.I4, status, Harm.WRONG, f"{said}: verdict and status differ")
        if told.position is not None:
            right = told.position == self._log.position(number)
            self._check(Invariant.I4, right, Harm.WRONG, f"{said}: it names {told.position}")
