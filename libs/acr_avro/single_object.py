"""Avro single-object encoding (Avro 1.12 specification): C3 01, CRC-64-AVRO fingerprint, the datum.

The fingerprint says which schema wrote the bytes, so that old bytes stay readable: every schema
that was ever in use stays in `schemas/`.
"""

import functools
import io
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

import fastavro
from fastavro.schema import fingerprint, to_parsing_canonical_form

from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Poison

MARKER = b"\xc3\x01"
FINGERPRINT_BYTES = 8


class Codec:
    """Writes with one schema, reads what any schema of the same record name wrote."""

    def __init__(self, name: str) -> None:
        """Load the schemas: ``name`` is the one to write with, as in ``submission.v1``."""
        family = name.split(".", maxsplit=1)[0]
        folder = resources.files("acr_avro").joinpath("schemas")
        texts = {
            file.name.removesuffix(".avsc"): file.read_text(encoding="utf-8")
            for file in folder.iterdir()
            if file.name.startswith(f"{family}.") and file.name.endswith(".avsc")
        }
        self._schema = _parse(texts[name])
        self.prefix = MARKER + _fingerprint(texts[name])
        self._writers: Mapping[bytes, Any] = {
            _fingerprint(text): _parse(text) for text in texts.values()
        }

    def encode(self, datum: Mapping[str, Any]) -> bytes:
        """Encode a datum with its prefix."""
        buffer = io.BytesIO()
        buffer.write(self.prefix)
        fastavro.schemaless_writer(buffer, self._schema, datum)
        return buffer.getvalue()

    def decode(self, value: bytes | None) -> dict[str, Any]:
        """Decode bytes of any known schema into a datum of the current one.

        Raises:
            Poison: if they are not such bytes; no retry will make them so.
        """
        if value is None:
            raise Poison(ErrorClass.TOMBSTONE, "The record has no value.")
        start = len(MARKER) + FINGERPRINT_BYTES
        schema = value[len(MARKER) : start]
        if value[: len(MARKER)] != MARKER or len(value) < start:
            raise Poison(ErrorClass.NOT_AVRO, "The bytes do not begin like an Avro single object.")
        writer = self._writers.get(schema)
        if writer is None:
            reason = f"The bytes were written with an unknown Avro schema ({schema.hex()})."
            raise Poison(ErrorClass.UNKNOWN_SCHEMA, reason)
        buffer = io.BytesIO(value[start:])
        try:
            datum = fastavro.schemaless_reader(buffer, writer, self._schema)
        # fastavro names no common error for what foreign bytes can do to it, so all are meant.
        except Exception as error:  # noqa: BLE001
            message = f"The bytes break off or do not fit their schema ({type(error).__name__})."
            raise Poison(ErrorClass.UNDECODABLE, message) from None
        if buffer.read(1):
            raise Poison(ErrorClass.UNDECODABLE, "Bytes are left over behind the Avro datum.")
        assert isinstance(datum, dict)
        return datum


def written_with(value: bytes) -> tuple[str, str | None] | None:
    """Tell the fingerprint (hex) that a value carries, and its schema's name where it is known.

    None where the value does not begin like an Avro single object.
    """
    end = len(MARKER) + FINGERPRINT_BYTES
    if value[: len(MARKER)] != MARKER or len(value) < end:
        return None
    found = value[len(MARKER) : end]
    return found.hex(), _schema_names().get(found)


@functools.cache
def _schema_names() -> Mapping[bytes, str]:
    folder = resources.files("acr_avro").joinpath("schemas")
    return {
        _fingerprint(file.read_text(encoding="utf-8")): file.name.removesuffix(".avsc")
        for file in folder.iterdir()
        if file.name.endswith(".avsc")
    }


@functools.cache
def codec(name: str) -> Codec:
    """Give the codec of a schema, loaded once."""
    return Codec(name)


def _parse(text: str) -> Any:
    return fastavro.parse_schema(json.loads(text))


def _fingerprint(text: str) -> bytes:
    canonical = to_parsing_canonical_form(json.loads(text))
    # fastavro prints the fingerprint in the byte order in which single objects carry it.
    return bytes.fromhex(fingerprint(canonical, "CRC-64-AVRO"))
