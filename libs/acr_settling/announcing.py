"""Tells the results topic, and the dead-letter topic, what became of arrivals."""

from collections.abc import Sequence
from typing import Protocol

from acr_avro.records import RESULT, encode_result
from acr_domain.judgement import Outcome
from acr_domain.submission import LogPosition
from acr_domain.topics import RESULTS_TOPIC, dead_letters_topic
from acr_kafka import header_names
from acr_kafka.records import NewRecord, text_headers
from acr_postgres.settlement import DeadLetter


class Log(Protocol):
    """What announcing needs of the log."""

    async def append_all(self, records: Sequence[NewRecord]) -> list[LogPosition]:
        """Append records, acknowledged; Unavailable if one is not in time."""


async def announce(
    log: Log, registry: str, outcomes: Sequence[Outcome], letters: Sequence[DeadLetter]
) -> None:
    """Announce results, and dead letters beside them; repeats carry the same result id.

    Raises:
        Unavailable: if the brokers do not acknowledge all of it; announce it again then.
    """
    records = [_dead_letter_record(registry, letter) for letter in letters]
    records += [_result_record(outcome) for outcome in outcomes]
    if records:
        await log.append_all(records)


def _result_record(outcome: Outcome) -> NewRecord:
    key = outcome.key.log_key() if outcome.key else outcome.submission_id
    return NewRecord(
        RESULTS_TOPIC,
        key.encode(),
        encode_result(outcome),
        text_headers(
            {
                header_names.SUBMISSION_ID: outcome.submission_id,
                header_names.VERDICT: outcome.verdict.value,
                header_names.SCHEMA: RESULT,
                header_names.TRACEPARENT: outcome.traceparent,
            }
        ),
        outcome.reply_partition,
    )


def _dead_letter_record(registry: str, letter: DeadLetter) -> NewRecord:
    prefix, position = header_names.ERROR_PREFIX, letter.position
    why: dict[str, str | int | None] = {
        f"{prefix}topic": position.topic,
        f"{prefix}partition": position.partition,
        f"{prefix}offset": position.offset,
        f"{prefix}timestamp": letter.appended_at.isoformat(),
        f"{prefix}class": letter.error_class,
        f"{prefix}reason": letter.reason,
    }
    return NewRecord(
        dead_letters_topic(registry),
        # A record needs a key or a value; the key of a record that had neither is its position.
        str(position).encode() if letter.key is None and letter.value is None else letter.key,
        letter.value,
        [*letter.headers, *text_headers(why)],
    )
