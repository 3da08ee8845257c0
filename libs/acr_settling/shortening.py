"""Shortens what the brokers would refuse for its size, and says so. Pure; the database has all of it."""

from collections.abc import Callable
from dataclasses import replace

from acr_domain.findings import Finding, Severity
from acr_domain.judgement import Outcome
from acr_kafka.records import Header, NewRecord, record_bytes
from acr_postgres.settlement import DeadLetter

LEFT_OUT = "RESULT-1"


def result_within(
    outcome: Outcome, make: Callable[[Outcome], NewRecord], bytes_max: int
) -> NewRecord:
    """Make the record of a result; of more findings than fit, the first ones and how many miss."""
    record, kept = make(outcome), len(outcome.findings)
    while kept and record_bytes(record) > bytes_max:
        kept //= 2
        left = len(outcome.findings) - kept
        note = Finding(
            Severity.WARNING, LEFT_OUT, "", f"{left} findings are left out; the status has them."
        )
        record = make(outcome._replace(findings=(*outcome.findings[:kept], note)))
    return record


def letter_within(
    letter: DeadLetter, make: Callable[[DeadLetter, str | None], NewRecord], bytes_max: int
) -> NewRecord:
    """Make the record of a dead letter; where it does not fit, its beginning and how long it was."""
    record = make(letter, None)
    if record_bytes(record) <= bytes_max:
        return record
    share = bytes_max // 4
    sizes = {
        "key": len(letter.key or b""),
        "headers": sum(len(name) + len(value) for name, value in letter.headers),
        "value": len(letter.value or b""),
    }
    short = replace(
        letter,
        key=letter.key[:share] if letter.key else letter.key,
        value=letter.value[:share] if letter.value else letter.value,
        headers=_first_headers(letter.headers, share),
    )
    return make(short, ", ".join(f"{part} of {size} bytes" for part, size in sizes.items()))


def _first_headers(headers: tuple[Header, ...], bytes_max: int) -> tuple[Header, ...]:
    kept: list[Header] = []
    for name, value in headers:
        bytes_max -= 4 * len(name) + len(value) + 16
        if bytes_max < 0:
            break
        kept.append((name, value))
    return tuple(kept)
