"""The classes of dead letters: each reason for which an arrival can never settle, declared once.

Labels of metrics, headers of the dead-letter topic and the filters of commands know these and no
others. `docs/dead-letters.md` tells them to people, and a test compares both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ErrorClass(StrEnum):
    """Why an arrival cannot settle."""

    NOT_AVRO = "not-avro"
    UNKNOWN_SCHEMA = "unknown-schema"
    UNDECODABLE = "undecodable"
    TOMBSTONE = "tombstone"
    WRONG_REGISTRY = "wrong-registry"
    WRONG_KEY = "wrong-key"
    NO_GUID = "no-guid"
    DATA_EXCEPTION = "data-exception"
    INTEGRITY_VIOLATION = "integrity-violation"
    PROGRAM_LIMIT_EXCEEDED = "program-limit-exceeded"


@dataclass(frozen=True, slots=True)
class ClassNote:
    """What an operator wants to know of a class; plain sentences for the documentation."""

    meaning: str
    redriving_helps: str
    what_to_do: str


_FOREIGN = "No: the bytes stay what they are."
_FIND_THE_PRODUCER = "Find who writes to the topic besides the gateway, then discard."

CLASS_NOTES: Mapping[ErrorClass, ClassNote] = {
    ErrorClass.NOT_AVRO: ClassNote(
        "The value does not begin like an Avro single object.", _FOREIGN, _FIND_THE_PRODUCER
    ),
    ErrorClass.UNKNOWN_SCHEMA: ClassNote(
        "The value was written with an Avro schema that this version does not have; the reason names its fingerprint.",
        "Yes, where a newer version knows the schema.",
        "Find the fingerprint in a newer version; update the consumers, then redrive.",
    ),
    ErrorClass.UNDECODABLE: ClassNote(
        "The value breaks off, does not fit its schema, goes on behind it, or holds a word outside its list.",
        "Only where the code that read it was at fault.",
        _FIND_THE_PRODUCER,
    ),
    ErrorClass.TOMBSTONE: ClassNote(
        "The record has no value. Submission topics are not compacted: nothing is deleted so.",
        _FOREIGN,
        _FIND_THE_PRODUCER,
    ),
    ErrorClass.WRONG_REGISTRY: ClassNote(
        "The submission names another registry than the topic.",
        "No.",
        "Send it again through the gateway to the registry it names, then discard.",
    ),
    ErrorClass.WRONG_KEY: ClassNote(
        "The record's key is not the submission's, so that it may lie in another partition than its other versions.",
        "No: its order among the versions of its key is unknown.",
        "Send it again through the gateway, then discard.",
    ),
    ErrorClass.NO_GUID: ClassNote(
        "A submission id or header id is no GUID in lower case.", _FOREIGN, _FIND_THE_PRODUCER
    ),
    ErrorClass.DATA_EXCEPTION: ClassNote(
        "A value cannot be held by its column, or a version number is below 1.",
        "Yes, where code or tables hold it now.",
        "A fault of ours if the gateway took it: mend it, then redrive.",
    ),
    ErrorClass.INTEGRITY_VIOLATION: ClassNote(
        "A constraint of the database refuses the row.",
        "Yes, where code or tables were mended.",
        "A fault of ours: mend it, then redrive.",
    ),
    ErrorClass.PROGRAM_LIMIT_EXCEEDED: ClassNote(
        "A limit of PostgreSQL is exceeded, such as the size of an index entry.",
        "Yes, where code or tables were mended.",
        "A fault of ours if the gateway took it: mend it, then redrive.",
    ),
}
