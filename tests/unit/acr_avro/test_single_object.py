"""The framing by the letter of the Avro specification, computed here once more."""

import json
from importlib import resources

import pytest
from fastavro.schema import to_parsing_canonical_form

from acr_avro.single_object import codec

EMPTY = 0xC15D213AA4D7A795


def crc_64_avro(text: bytes) -> bytes:
    """Compute the fingerprint as the specification's Java code does; little-endian, as framed."""
    table = []
    for index in range(256):
        value = index
        for _ in range(8):
            value = (value >> 1) ^ (EMPTY if value & 1 else 0)
        table.append(value)
    value = EMPTY
    for byte in text:
        value = (value >> 8) ^ table[(value ^ byte) & 0xFF]
    return value.to_bytes(8, "little")


def test_the_fingerprint_here_is_the_specifications() -> None:
    # "int" and its fingerprint are in the test data of Apache Avro (schema-tests.txt).
    assert crc_64_avro(b'"int"') == 0x7275D51A3F395C8F.to_bytes(8, "little")


@pytest.mark.parametrize("name", ["submission.v1", "result.v1"])
def test_a_value_begins_with_the_marker_and_its_schemas_fingerprint(name: str) -> None:
    text = resources.files("acr_avro").joinpath("schemas", f"{name}.avsc").read_text("utf-8")
    canonical = to_parsing_canonical_form(json.loads(text))

    prefix = codec(name).prefix

    assert prefix == b"\xc3\x01" + crc_64_avro(canonical.encode())


def test_the_canonical_form_leaves_out_what_does_not_shape_the_bytes() -> None:
    canonical = to_parsing_canonical_form(
        {"type": "record", "name": "R", "doc": "x", "fields": [{"name": "a", "type": "int"}]}
    )

    assert canonical == '{"name":"R","type":"record","fields":[{"name":"a","type":"int"}]}'
