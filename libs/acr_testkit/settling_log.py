"""A log that settles what it gets at once, by the real judgement, and tells a gateway's waiters. In memory."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from acr_avro.records import decode_submission
from acr_domain.errors import Unavailable
from acr_domain.judgement import STORED_VERDICTS, FirstArrival, History, Outcome, judge
from acr_domain.submission import Arrival, LogPosition, Submission, SubmissionKey
from acr_gateway.waiters import Waiters
from acr_kafka.records import NewRecord
from acr_testkit.memory_log import MemoryLog


@dataclass(slots=True)
class SettlingLog:
    """Append, judge, tell. Events that are cleared hold acknowledgements or results back.

    ``batches`` has the size of each append, ``notes`` what was noted of uploads. ``away`` lets every
    append fail, one whose acknowledgement is held back too.
    """

    waiters: Waiters
    log: MemoryLog = field(default_factory=MemoryLog)
    batches: list[int] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    notes: list[NewRecord] = field(default_factory=list)
    away: bool = False
    acknowledges: asyncio.Event = field(default_factory=asyncio.Event)
    tells: asyncio.Event = field(default_factory=asyncio.Event)
    partition: int = 0
    _histories: dict[SubmissionKey, History] = field(default_factory=dict)
    _telling: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.acknowledges.set()
        self.tells.set()

    async def append(self, record: NewRecord) -> LogPosition:
        """Append one record."""
        return (await self.append_all([record]))[0]

    async def append_all(self, records: Sequence[NewRecord]) -> list[LogPosition]:
        """Append records, all in one partition, and settle them.

        Raises:
            Unavailable: while the log is away.
        """
        if self.away:
            raise Unavailable("the log is away")
        if records[0].topic.endswith(".uploads.v1"):
            self.notes += records
            return await self.log.append_all(records)
        self.batches.append(len(records))
        positions = await self.log.append_all(records)
        submissions = [decode_submission(record.value) for record in records]
        self.submissions += submissions
        arrivals = map(Arrival, positions, submissions)
        outcomes = [self._judge(arrival) for arrival in arrivals]
        telling = asyncio.create_task(self._tell(outcomes))
        self._telling.add(telling)
        telling.add_done_callback(self._telling.discard)
        await self.acknowledges.wait()
        if self.away:
            raise Unavailable("the log went away before it said so")
        return positions

    def _judge(self, arrival: Arrival) -> Outcome:
        key = arrival.submission.key
        history = self._histories.setdefault(key, History())
        outcome = judge(arrival, history)
        if outcome.verdict in STORED_VERDICTS:
            history.current_version_no = outcome.current_version_no
            history.versions[arrival.submission.version_no] = FirstArrival(
                arrival.position,
                arrival.submission.submission_id,
                arrival.submission.digest,
                outcome.verdict,
            )
        return outcome

    async def _tell(self, outcomes: Sequence[Outcome]) -> None:
        await self.tells.wait()
        for outcome in outcomes:
            self.waiters.tell(outcome)
