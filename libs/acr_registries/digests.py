"""Takes the digest of a submission's content, by which the log tells contents apart. Pure; it judges nothing."""

import hashlib
from collections.abc import Mapping
from typing import cast

from acr_domain.strict_json import JsonValue
from acr_registries.fast_json import JsonText, canonical_form
from acr_registries.header import BODY_NAMES, HEADER, PAYLOAD, PROGRAM, DartHeader


def digest_of(header: DartHeader, elements: Mapping[str, JsonValue], text: JsonText) -> bytes:
    """Take the SHA-256 over the canonical content of a body that was read.

    ``elements`` is the header as it was sent, under lower-case names. Spelling that carries no
    meaning is levelled, so that the same content has the same digest.
    """
    body = text.value
    assert isinstance(body, dict)
    if not _is_level(header, elements, body):
        level = {**elements, "id": header.id, "versionno": str(header.versionno)}
        program = cast(dict[str, JsonValue], elements[PROGRAM])
        level[PROGRAM] = {name.lower(): value for name, value in program.items()}
        payload = next(value for name, value in body.items() if name.lower() == PAYLOAD)
        body = {HEADER: level, PAYLOAD: payload}
    return hashlib.sha256(canonical_form(body, text)).digest()


def _is_level(
    header: DartHeader, elements: Mapping[str, JsonValue], body: Mapping[str, JsonValue]
) -> bool:
    """Tell whether a body is spelt already as its digest wants it."""
    return (
        body.keys() == BODY_NAMES
        and body[HEADER] is elements  # No name of the header had to be put into lower case.
        and elements["id"] == header.id
        and elements["versionno"] == str(header.versionno)
        and all(map(str.islower, cast(dict[str, JsonValue], elements[PROGRAM])))
    )
