"""The walk of many submissions over one connection: take lines, append batches, answer each line.

Three loops run beside each other, with bounds between them: a line is taken when there is room for
it, and its room is free when its answer has been handed over. So neither a slow log nor a sender that
does not read lets memory grow: the next bytes stay in the socket.
"""

import asyncio
from collections import OrderedDict
from functools import partial

import structlog

from acr_domain.errors import Unavailable
from acr_domain.judgement import Outcome
from acr_domain.submission import Submission
from acr_gateway.answer_ways import AnswerWay
from acr_gateway.line_answers import REFUSED, Tally, answer_line, pending_line, problem_answer
from acr_gateway.lines import Line, LineCutter
from acr_gateway.log_records import accept, peek_partner, submission_record
from acr_gateway.stream_body import StreamBody, StreamEnded
from acr_gateway.stream_values import InWork, Taken, Wishes, gone, line_too_long
from acr_gateway.submit import NOT_ACKNOWLEDGED, Gateway
from acr_http.answers import outcome_answer
from acr_http.app import unavailable
from acr_http.problems import Kind, Problem
from acr_telemetry import metrics

# How long a turn lasts, where nobody else sends, and how much may wait for the log.
TURN_SECONDS = 0.001
UNACKNOWLEDGED_BYTES_MAX = 4 * 1024 * 1024

log = structlog.get_logger()


class StreamWalk:
    """One stream. It changes with every line."""

    def __init__(
        self,
        gateway: Gateway,
        wishes: Wishes,
        body: StreamBody,
        way: AnswerWay,
    ) -> None:
        """Say where lines come from and answers go."""
        self._gateway = gateway
        self._wishes = wishes
        self._registry = wishes.registry.name
        self._body = body
        self._way = way
        self._cutter = LineCutter(gateway.settings.body_bytes_max)
        self._places = gateway.settings.stream_lines_max
        self._place_free = asyncio.Event()
        self._received = 0
        self._tally = Tally()
        self._end: Problem | None = None
        self._all_taken = False
        self._batch: list[Taken] = []
        self._batch_due = asyncio.Event()
        self._unacknowledged_bytes = 0
        self._acknowledged = asyncio.Event()
        self._lines: dict[str, InWork] = {}  # By submission id, until they are answered.
        self._turn_ends = 0.0
        self._deadlines: OrderedDict[str, float] = OrderedDict()
        self._answers: list[bytes] = []
        self._answers_due = asyncio.Event()
        self._waits_on = True
        self.gone = False

    async def run(self) -> None:
        """Take every line and answer it."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._take_lines())
                group.create_task(self._append_batches())
                group.create_task(self._send_answers())
        except BaseExceptionGroup as faults:
            raise faults.exceptions[0] from None
        finally:
            self._note_answers()
            for submission_id in tuple(self._lines):
                self._forget(submission_id)

    async def finish(self) -> None:
        """Send what is left and the summary; a sender that still sends is read from meanwhile."""
        summary = self._tally.summary(self._cutter.lines, self._cutter.blank, self._end)
        async with asyncio.TaskGroup() as group:
            if self._end is not None:
                group.create_task(self._body.discard())
            group.create_task(self._way.finish(summary))

    async def _take_lines(self) -> None:
        try:
            while self._end is None and (data := await self._body.read()) is not None:
                for line in self._cutter.feed(data):
                    await self._take(line)
                    if self._end is not None:
                        return
                self._note_received()
            if self._end is None and (last := self._cutter.finish()) is not None:
                await self._take(last)
        except StreamEnded as ended:
            self.gone = ended.problem is None
            self._stop(ended.problem)
        finally:
            self._note_received()
            self._all_taken = True
            self._batch_due.set()
            self._answers_due.set()

    def _note_received(self) -> None:
        metrics.SUBMISSIONS_RECEIVED.labels(self._registry).inc(self._received)
        self._received = 0

    async def _take(self, line: Line) -> None:
        """Hold a place for a line and its answer, read it and let it wait for its batch."""
        self._body.note_line()
        if not self._places:
            await self._wait_for_place()
        self._places -= 1
        self._received += 1
        if line.body is None:
            bytes_max = self._gateway.settings.body_bytes_max
            self._refuse(line.number, line_too_long(bytes_max))
            return
        if self._unacknowledged_bytes + len(line.body) > UNACKNOWLEDGED_BYTES_MAX:
            await self._wait_for_room(len(line.body))
        self._unacknowledged_bytes += len(line.body)
        partner = peek_partner(line.body)
        await self._get_turn(partner)
        submission = self._accept(line.number, line.body)
        if submission is None:
            self._acknowledge(len(line.body))
            self._gateway.admission.leave(partner)
            return
        submission_id = submission.submission_id
        self._lines[submission_id] = InWork(line.number, partner)
        self._gateway.waiters.watch(submission_id, partial(self._hear, submission_id))
        reply_partition = self._gateway.replies.partition
        record = submission_record(submission, reply_partition, self._wishes.traceparent)
        self._batch.append(Taken(submission_id, record, len(line.body)))
        self._batch_due.set()

    async def _get_turn(self, partner: str) -> None:
        """Go on within our turn, or wait for the next: others have theirs between."""
        clock = asyncio.get_running_loop().time
        admission = self._gateway.admission
        if clock() >= self._turn_ends or not admission.try_enter(partner):
            await admission.enter(partner, None)
            alone = not admission.beside_others(partner)
            self._turn_ends = clock() + TURN_SECONDS if alone else 0.0

    def _accept(self, number: int, body: bytes) -> Submission | None:
        """Read a line; None where it was refused."""
        try:
            return accept(self._wishes.registry, body, self._wishes.expected)
        except Problem as problem:
            self._refuse(number, problem)
        except Exception:
            # As with a submission of its own, nobody else's answer depends on this one.
            log.exception("line_failed", registry=self._registry)
            self._refuse(number, Problem(Kind.INTERNAL, "An unforeseen fault stopped this line."))
        return None

    async def _wait_for_place(self) -> None:
        self._note_received()
        while not self._places:
            self._place_free.clear()
            await self._place_free.wait()

    async def _wait_for_room(self, body_bytes: int) -> None:
        while (
            self._unacknowledged_bytes
            and self._unacknowledged_bytes + body_bytes > UNACKNOWLEDGED_BYTES_MAX
        ):
            self._acknowledged.clear()
            await self._acknowledged.wait()

    async def _append_batches(self) -> None:
        """Append what has been taken, one batch at a time: so lines of a record keep their order."""
        while self._batch or not self._all_taken:
            await self._batch_due.wait()
            self._batch_due.clear()
            batch, self._batch = self._batch, []
            if batch:
                await self._append(batch)

    async def _append(self, batch: list[Taken]) -> None:
        try:
            with metrics.APPEND_SECONDS.labels(self._registry).time():
                await self._gateway.log.append_all([taken.record for taken in batch])
        except Unavailable:
            problem = unavailable(NOT_ACKNOWLEDGED)
            for taken in batch:
                line = self._forget(taken.submission_id)
                if line is not None:
                    self._refuse(line.number, problem)
            self._stop(problem)
        else:
            self._note_kept(batch)
        self._acknowledge(sum(taken.body_bytes for taken in batch))

    def _acknowledge(self, body_bytes: int) -> None:
        self._unacknowledged_bytes -= body_bytes
        self._acknowledged.set()

    def _note_kept(self, batch: list[Taken]) -> None:
        """Begin the wait for the verdicts of what is kept now."""
        until = asyncio.get_running_loop().time()
        until += self._wishes.wait_seconds if self._waits_on else 0
        sizes = metrics.SUBMISSION_BYTES.labels(self._registry)
        for taken in batch:
            sizes.observe(taken.body_bytes)
            if taken.submission_id in self._lines:
                self._deadlines[taken.submission_id] = until
        self._answers_due.set()

    def _hear(self, submission_id: str, outcome: Outcome | None) -> None:
        """Answer a line whose verdict is here, or will not come in this process's time.

        One that is not acknowledged may not be kept: nothing is promised before the log answers.
        """
        if outcome is None and submission_id not in self._deadlines:
            self._waits_on = False
            return
        line = self._forget(submission_id)
        if line is None:
            return
        if outcome is None:
            self._put("pending", pending_line(line.number, submission_id))
        else:
            answer = answer_line(line.number, outcome_answer(outcome))
            self._put(outcome.verdict.value, answer)

    def _forget(self, submission_id: str) -> InWork | None:
        self._gateway.waiters.forget(submission_id)
        self._deadlines.pop(submission_id, None)
        line = self._lines.pop(submission_id, None)
        if line is not None:
            self._gateway.admission.leave(line.partner)
        return line

    def _refuse(self, line: int, problem: Problem) -> None:
        metrics.SUBMISSIONS_REFUSED.labels(self._registry, problem.kind.slug).inc()
        self._put(REFUSED, answer_line(line, problem_answer(problem)))

    def _put(self, outcome: str, answer: bytes) -> None:
        self._tally.by_outcome[outcome] += 1
        self._answers.append(answer)
        self._answers_due.set()

    def _note_answers(self) -> None:
        """Count for operators, in one go for many lines."""
        for outcome, count in self._tally.untold().items():
            metrics.STREAM_LINES.labels(self._registry, outcome).inc(count)
            if outcome != REFUSED:
                metrics.SUBMISSIONS_ANSWERED.labels(self._registry, outcome).inc(count)

    def _stop(self, why: Problem | None) -> None:
        """Take no further line. Where the sender is gone, nobody asks why."""
        self._end = self._end or why or gone()
        self._body.interrupt()

    async def _send_answers(self) -> None:
        await self._way.begin()
        while not (self._all_taken and not self._lines and not self._answers):
            await self._answers_or_deadline()
            self._expire()
            if self._answers:
                self._note_answers()
                answers, self._answers = self._answers, []
                await self._way.write(b"".join(answers))
                self._places += len(answers)
                self._place_free.set()
                if self._way.trouble is not None:
                    self._stop(self._way.trouble)

    async def _answers_or_deadline(self) -> None:
        until = next(iter(self._deadlines.values()), None)
        try:
            async with asyncio.timeout_at(until):
                await self._answers_due.wait()
        except TimeoutError:
            pass
        self._answers_due.clear()

    def _expire(self) -> None:
        """Answer lines whose wait has ended: they are kept, and have a status to look at."""
        now = asyncio.get_running_loop().time()
        while self._deadlines:
            submission_id, until = next(iter(self._deadlines.items()))
            if until > now:
                return
            self._hear(submission_id, None)
