"""Dead letters as people and machines see them: masked, unless somebody has asked and was audited.

The masked view quotes no value: letters become `a`, digits `9`, so that the form of it stays visible.
"""

import re
from typing import TypeAlias

from acr_avro.records import decode_submission
from acr_avro.single_object import written_with
from acr_domain.error_classes import CLASS_NOTES, ErrorClass
from acr_domain.errors import Poison
from acr_domain.submission import Submission
from acr_postgres.letters import ListedLetter
from acr_postgres.settlement import DeadLetter

SKETCH_CHARACTERS = 400
MARKED_BYTES = 10
_PROPER_KEY = re.compile(r"[\w.:@-]{1,128}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)

Document: TypeAlias = dict[str, object]


def listed(letter: ListedLetter) -> Document:
    """Describe a dead letter as one line of a list; no value of it."""
    place = letter.place
    return {
        "registry": place.registry,
        "partition": place.partition,
        "offset": place.offset,
        "state": letter.state.value,
        "class": letter.error_class,
        "reason": letter.reason,
        "key": _readable_key(letter.key),
        "value_bytes": letter.value_bytes,
        "appended_at": letter.appended_at.isoformat(),
        "failed_at": letter.failed_at.isoformat(),
        "submission_id": letter.submission_id,
        "amended_at": letter.amended_at.isoformat() if letter.amended_at else None,
    }


def masked(letter: ListedLetter, content: DeadLetter) -> Document:
    """Describe a dead letter with its form, its sizes, and what to do about it; no value of it."""
    known = letter.error_class in ErrorClass.__members__.values()
    note = CLASS_NOTES[ErrorClass(letter.error_class)] if known else None
    return {
        **listed(letter),
        "meaning": note.meaning if note else None,
        "redriving_helps": note.redriving_helps if note else None,
        "what_to_do": note.what_to_do if note else None,
        "key_form": _form(content.key),
        "headers": [
            {"name": _printable(name), "bytes": len(value)} for name, value in content.headers
        ],
        "value": _value_form(content.value),
    }


def revealed(content: DeadLetter) -> Document:
    """Show what a dead letter holds: patient data. Only after the audit."""
    submission = _decoded(content.value)
    return {
        "key": _text_or_hex(content.key),
        "headers": [
            {"name": _printable(name), "value": _text_or_hex(value)}
            for name, value in content.headers
        ],
        "value": None if submission else _text_or_hex(content.value),
        "body": _text_or_hex(submission.body) if submission else None,
    }


def _readable_key(key: bytes | None) -> str | None:
    """Give a key that is partner and header id; of another nobody knows what it holds."""
    text = (key or b"").decode(errors="replace")
    return text if _PROPER_KEY.fullmatch(text) else None


def _value_form(value: bytes | None) -> Document | None:
    if value is None:
        return None
    schema, submission = written_with(value), _decoded(value)
    beginning = value[:MARKED_BYTES].hex(" ") if schema else " ".join([".."] * len(value[:10]))
    form: Document = {
        "bytes": len(value),
        "begins": beginning,
        "schema_fingerprint": schema[0] if schema else None,
        "schema": schema[1] if schema else None,
        "form": _form(value[MARKED_BYTES:] if schema else value),
    }
    if submission is not None:
        form["submission"] = {
            "registry": submission.key.registry if submission.key.registry.isalnum() else None,
            "version_no": submission.version_no,
            "received_at": submission.received_at.isoformat(),
            "digest_bytes": len(submission.digest),
            "findings": len(submission.findings),
            "body_bytes": len(submission.body),
            "body": _form(submission.body),
        }
    return form


def _decoded(value: bytes | None) -> Submission | None:
    try:
        return decode_submission(value)
    except Poison:
        return None


def _form(value: bytes | None) -> str | None:
    """Draw the form of bytes, bounded: `a` for a letter, `9` for a digit, `.` for what cannot be seen."""
    if value is None:
        return None
    text = value[: 4 * SKETCH_CHARACTERS].decode(errors="replace")
    drawn = "".join(_mask(character) for character in text[:SKETCH_CHARACTERS])
    return drawn + ("..." if len(text) > SKETCH_CHARACTERS else "")


def _mask(character: str) -> str:
    if character.isalpha():
        return "a"
    if character.isnumeric():
        return "9"
    return character if character.isascii() and character.isprintable() else "."


def _printable(name: str) -> str:
    """Show a header's name without anything that a terminal would act on."""
    return "".join(each if each.isascii() and each.isprintable() else "." for each in name)


def _text_or_hex(value: bytes | None) -> str | None:
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return "0x" + value.hex()
