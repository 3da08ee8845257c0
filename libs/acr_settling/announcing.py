"""Tells the results topic, and the dead-letter topic, what became of arrivals."""

import functools
from collections.abc import Sequence
from typing import Protocol

import structlog

from acr_avro.records import RESULT, encode_result
from acr_domain.errors import TooLarge
from acr_domain.judgement import Outcome
from acr_domain.submission import LogPosition
from acr_domain.topics import RESULTS_TOPIC, dead_letters_topic
from acr_kafka import header_names
from acr_kafka.records import Header, NewRecord, text_headers
from acr_postgres.settlement import DeadLetter
from acr_settling.shortening import letter_within, result_within

# What the declarations of the two topics take.
RESULT_BYTES_MAX = 9 * 1024 * 1024
LETTER_BYTES_MAX = 10 * 1024 * 1024 - 1
# Where not even so much is taken, shortening helps no more.
RECORD_BYTES_LEAST = 4 * 1024

_SCHEMA: Header = (header_names.SCHEMA, RESULT.encode())

log_line = structlog.get_logger()


class Log(Protocol):
    """What announcing needs of the log."""

    async def append_all(self, records: Sequence[NewRecord]) -> list[LogPosition]:
        """Append records, acknowledged; Unavailable if one is not in time."""


async def announce(
    log: Log, registry: str, outcomes: Sequence[Outcome], letters: Sequence[DeadLetter]
) -> None:
    """Announce results, and dead letters beside them; repeats carry the same result id.

    What the brokers refuse for its size is shortened and says so: the database has all of it.

    Raises:
        Unavailable: if the brokers do not acknowledge all of it; announce it again then.
    """
    make_letter = functools.partial(_dead_letter_record, registry)
    bytes_max = LETTER_BYTES_MAX
    while True:
        result_max = min(bytes_max, RESULT_BYTES_MAX)
        records = [letter_within(letter, make_letter, bytes_max) for letter in letters]
        records += [result_within(outcome, _result_record, result_max) for outcome in outcomes]
        try:
            if records:
                await log.append_all(records)
        except TooLarge as refused:
            bytes_max = min(bytes_max, refused.bytes_refused) // 2
            if bytes_max < RECORD_BYTES_LEAST:
                raise
            log_line.warning("announcement_shortened", registry=registry, bytes_max=bytes_max)
        else:
            return


def _result_record(outcome: Outcome) -> NewRecord:
    key = outcome.key.log_key() if outcome.key else outcome.submission_id
    headers = [
        (header_names.SUBMISSION_ID, outcome.submission_id.encode()),
        (header_names.VERDICT, outcome.verdict.encode()),
        _SCHEMA,
    ]
    if outcome.traceparent is not None:
        headers.append((header_names.TRACEPARENT, outcome.traceparent.encode()))
    return NewRecord(
        RESULTS_TOPIC, key.encode(), encode_result(outcome), headers, outcome.reply_partition
    )


def _dead_letter_record(registry: str, letter: DeadLetter, truncated: str | None) -> NewRecord:
    prefix, position = header_names.ERROR_PREFIX, letter.position
    why: dict[str, str | int | None] = {
        f"{prefix}topic": position.topic,
        f"{prefix}partition": position.partition,
        f"{prefix}offset": position.offset,
        f"{prefix}timestamp": letter.appended_at.isoformat(),
        f"{prefix}class": letter.error_class,
        f"{prefix}reason": letter.reason,
        f"{prefix}truncated": truncated,
    }
    return NewRecord(
        dead_letters_topic(registry),
        # A record needs a key or a value; the key of a record that had neither is its position.
        str(position).encode() if letter.key is None and letter.value is None else letter.key,
        letter.value,
        [*letter.headers, *text_headers(why)],
    )
