"""Bounds the work at the door and shares it fairly between partners. Reads nothing itself.

A submission gets a place when there is room, and its turn when the loop has come round: one turn each
time, and one more for each millisecond that the round took; partner by partner, so that whoever sends
much waits behind his own and nobody else's.
"""

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from acr_gateway.admission_bounds import AdmissionBounds
from acr_gateway.refusals import full, over_share
from acr_http.problems import Problem
from acr_telemetry import metrics

# So long after its last submission, a partner counts among those that send.
BESIDE_SECONDS = 1.0
# Beside others a partner may have this many times what they have in work and waiting, but at least so
# many: few beside a small sender, who waits for all of them; two that send much do not hold each other.
BESIDE_TIMES = 2
BESIDE_LEAST = 8
# The rounds of a loop that refuses many are long. One turn each would be too few then: places stayed
# empty, and those who waited for them were refused. So they did with 32 at most, where the gateway
# had a quarter of a core. A turn takes about half a millisecond: more would make rounds too long.
TURN_SECONDS = 0.001
TURNS_MAX = 128
# Where the body is still on its way, another request cannot follow it. Else the connection stays: to
# open it again costs more than the refusal.
UNREAD = {"Connection": "close"}


@dataclass(frozen=True, slots=True, eq=False)
class _Turn:
    """A place in a queue. ``refusable`` is false for streams, which stop reading instead."""

    given: "asyncio.Future[None]"
    refusable: bool

    @property
    def is_given(self) -> bool:
        return self.given.done() and not self.given.cancelled() and self.given.exception() is None


class Admission:
    """Who is in work and who waits. It changes with each submission."""

    def __init__(self, bounds: AdmissionBounds) -> None:
        """Begin with nobody."""
        self._bounds = bounds
        self._in_flight: Counter[str] = Counter()
        # Who came last, and who before that was another: partner and time.
        self._last = self._last_other = ("", -BESIDE_SECONDS)
        self._in_flight_total = 0
        self._waiting: OrderedDict[str, deque[_Turn]] = OrderedDict()
        self._waiting_total = 0
        self._turn_taken = False
        self._scheduled = False
        self._round_began = 0.0
        self._bodies_bytes = 0
        self._streams = 0

    @contextmanager
    def body(self, bytes_max: int) -> Iterator[None]:
        """Hold room for a body that may be as large, for the length of the block.

        Raises:
            Problem: 503 if there is none; nothing of the body was read then.
        """
        if self._bodies_bytes + bytes_max > self._bounds.bodies_bytes_max:
            raise full("The bodies in work fill the memory set aside for them.", "memory", UNREAD)
        self._bodies_bytes += bytes_max
        try:
            yield
        finally:
            self._bodies_bytes -= bytes_max

    @contextmanager
    def stream(self, registry: str) -> Iterator[None]:
        """Admit one stream for the length of the block.

        Raises:
            Problem: 503 if too many are open; nothing of this one was read then.
        """
        if self._streams >= self._bounds.streams_max:
            raise full(f"{self._bounds.streams_max} streams are open.", "streams", UNREAD)
        self._streams += 1
        with metrics.STREAMS_OPEN.labels(registry).track_inprogress():
            try:
                yield
            finally:
                self._streams -= 1

    @asynccontextmanager
    async def place(self, partner: str) -> AsyncIterator[None]:
        """Give one submission its turn and a place, for the length of the block.

        A refusal is told after the longest wait, however early it was sure: a sender that heeds no
        Retry-After would be back at once, and its refusals would take the time of those in work.

        Raises:
            Problem: 429 or 503 if it would have to wait too long.
        """
        patience_seconds = self._bounds.queue_seconds_max
        clock = asyncio.get_running_loop().time
        until = clock() + patience_seconds
        try:
            await self.enter(partner, patience_seconds)
        except Problem:
            await asyncio.sleep(until - clock())
            raise
        try:
            yield
        finally:
            self.leave(partner)

    async def enter(self, partner: str, patience_seconds: float | None) -> None:
        """Wait for a turn and a place; without a bound where ``patience_seconds`` is None.

        Raises:
            Problem: 429 or 503 when patience ends, or too many wait.
        """
        self._note_partner(partner)
        if not self._turn_taken and not self._waiting and self.try_enter(partner):
            self._end_turn_soon()
            return
        if patience_seconds is not None:
            self._keep_queue_short(partner)
        turn = _Turn(asyncio.get_running_loop().create_future(), patience_seconds is not None)
        self._waiting.setdefault(partner, deque()).append(turn)
        self._note_waiting(1)
        self._schedule()
        try:
            async with asyncio.timeout(patience_seconds):
                await turn.given
        except TimeoutError:
            if not turn.is_given:
                raise self._refusal(partner) from None
        except asyncio.CancelledError:
            if turn.is_given:
                self.leave(partner)
            raise
        finally:
            self._forget(partner, turn)

    def try_enter(self, partner: str) -> bool:
        """Take a place without waiting, within a turn that goes on; False if there is none."""
        if self._in_flight_total >= self._bounds.in_flight_max or (
            self._in_flight[partner] >= self._partner_max(partner)
        ):
            return False
        self._in_flight[partner] += 1
        self._in_flight_total += 1
        metrics.SUBMISSIONS_IN_FLIGHT.inc()
        return True

    def leave(self, partner: str) -> None:
        """Give a place back."""
        self._in_flight_total -= 1
        self._in_flight[partner] -= 1
        if not self._in_flight[partner]:
            del self._in_flight[partner]
        metrics.SUBMISSIONS_IN_FLIGHT.dec()
        if self._waiting:
            self._schedule()

    @property
    def queue_is_full(self) -> bool:
        """Tell whether some of those who come are refused at once."""
        return bool(self._waiting) and self._waiting_total >= self._bounds.queue_max

    def refusal_at_once(self, partner: str) -> Problem | None:
        """Give the refusal of one who would not even wait; None for who may enter, or wait."""
        if not self.queue_is_full or self._waits_longer_than(partner) is not None:
            return None
        self._note_partner(partner)
        return self._refusal(partner)

    async def hold_back(self) -> None:
        """Wait as long as whoever is refused by `place`."""
        await asyncio.sleep(self._bounds.queue_seconds_max)

    def waits(self, partner: str) -> int:
        """Count what a partner has waiting."""
        return len(self._waiting.get(partner, ()))

    def beside_others(self, partner: str) -> bool:
        """Tell whether another partner sends too at present."""
        _, at = self._last_other if self._last[0] == partner else self._last
        return asyncio.get_running_loop().time() - at < BESIDE_SECONDS

    def _note_partner(self, partner: str) -> None:
        if self._last[0] != partner:
            self._last_other = self._last
        self._last = (partner, asyncio.get_running_loop().time())

    def _partner_max(self, partner: str) -> int:
        """Bound what others find before them in the log, where nobody can be passed any more."""
        most = self._bounds.partner_in_flight_max
        if not self.beside_others(partner):
            return most
        in_flight = self._in_flight_total - self._in_flight[partner]
        others = in_flight + self._waiting_total - self.waits(partner)
        by_others = max(BESIDE_LEAST, others * BESIDE_TIMES)
        return min(most, by_others, self._bounds.partner_beside_others_max)

    def _end_turn_soon(self) -> None:
        self._turn_taken = True
        self._schedule()

    def _schedule(self) -> None:
        if not self._scheduled:
            loop = asyncio.get_running_loop()
            self._scheduled, self._round_began = True, loop.time()
            loop.call_soon(self._next_turns)

    def _next_turns(self) -> None:
        """Give as many turns as this round of the loop was long, as far as there is room."""
        self._scheduled = self._turn_taken = False
        took = asyncio.get_running_loop().time() - self._round_began
        for _ in range(min(1 + int(took / TURN_SECONDS), TURNS_MAX)):
            if not self._give_turn():
                return
            self._end_turn_soon()

    def _give_turn(self) -> bool:
        """Give a turn to the next partner for whom there is room; False if there is none."""
        if self._in_flight_total >= self._bounds.in_flight_max:
            return False
        for partner in tuple(self._waiting):
            waiting = self._waiting[partner]
            while waiting and waiting[0].given.done():
                waiting.popleft()
            if waiting and self.try_enter(partner):
                waiting.popleft().given.set_result(None)
                self._waiting.move_to_end(partner)
                return True
        return False

    def _keep_queue_short(self, partner: str) -> None:
        """Refuse the last of the partner with most that wait, if too many do."""
        if self._waiting_total < self._bounds.queue_max:
            return
        longest = self._waits_longer_than(partner)
        if longest is None:
            raise self._refusal(partner)
        open_turns = (turn for turn in reversed(self._waiting[longest]) if not turn.given.done())
        last = next((turn for turn in open_turns if turn.refusable), None)
        if last is not None:
            last.given.set_exception(self._refusal(longest))

    def _waits_longer_than(self, partner: str) -> str | None:
        """Name the partner with most that wait, if that is more than this one has."""
        longest = max(self._waiting, key=self.waits, default=partner)
        return longest if self.waits(longest) > self.waits(partner) else None

    def _forget(self, partner: str, turn: _Turn) -> None:
        self._note_waiting(-1)
        waiting = self._waiting.get(partner)
        if waiting is not None:
            if not turn.is_given and turn in waiting:
                waiting.remove(turn)
            if not waiting:
                del self._waiting[partner]

    def _note_waiting(self, change: int) -> None:
        self._waiting_total += change
        metrics.ADMISSION_WAITING.inc(change)

    def _refusal(self, partner: str) -> Problem:
        """Say who sends too much: this sender (429), or all together (503)."""
        mine = self._in_flight[partner] + len(self._waiting.get(partner, ()))
        partners = len(self._in_flight.keys() | self._waiting.keys() | {partner})
        share = min(self._bounds.in_flight_max // partners, self._partner_max(partner))
        if mine <= share:
            return full(f"{self._in_flight_total} submissions are in work.", "full")
        return over_share(mine, share)
