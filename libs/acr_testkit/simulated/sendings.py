"""What simulated clients send: small bodies that the registry CDSR takes, rejects or refuses."""

import functools
import re
import uuid
from enum import Enum
from typing import NamedTuple

import orjson

from acr_registries.catalogue import load_registries
from acr_registries.registry import Registry
from acr_testkit.samples import submission

REGISTRY = "cdsr"
BODIES_MAX = 8_192
_CONTENT = re.compile(rb'"content":(\d+)')
# Header and payload of the published sample, with a number that has the right check digit.
_PROGRAM = {"providertype": "fp", "dsn": "1", "npifp": "1234567893", "subscriberid": "1"}


class Kind(Enum):
    """What is wrong with a body, if anything."""

    PLAIN = "plain"
    REJECTED = "breaks a rule"
    REFUSED = "lacks a header element"


class Sending(NamedTuple):
    """One body, by small numbers. The content tells kinds apart."""

    partner: str
    record: int
    version_no: int
    content: int
    kind: Kind = Kind.PLAIN

    @property
    def key(self) -> str:
        """The header id; partners share them."""
        return header_id(self.record)

    def __str__(self) -> str:
        odd = "" if self.kind is Kind.PLAIN else f", which {self.kind.value}"
        return f"record {self.record} version {self.version_no} content {self.content}{odd}"


@functools.cache
def header_id(record: int) -> str:
    """Give the header id of a record."""
    return str(uuid.UUID(int=1000 + record))


def content_of(body: bytes) -> int:
    """Read the content's number back from a body."""
    found = _CONTENT.search(body)
    assert found is not None
    return int(found[1])


@functools.cache
def registry() -> Registry:
    """Give the registry that is sent to."""
    return load_registries()[REGISTRY]


@functools.cache
def _template(kind: Kind) -> bytes:
    body = submission(REGISTRY, payload={"content": 987654321})
    header = body["dartheader"]
    header["programspecificdata"] |= _PROGRAM
    header |= {"partnerid": "<partner>", "id": "<id>", "versionno": "<version>"}
    if kind is Kind.REJECTED:
        # It names a form of the payload, and has none of its elements.
        body["payload"]["schema"] = "cdsr-payload-1"
    if kind is Kind.REFUSED:
        del header["objecttype"]
    return orjson.dumps(body)


@functools.lru_cache(BODIES_MAX)
def body_of(sending: Sending) -> bytes:
    """Write a body."""
    return (
        _template(sending.kind)
        .replace(b"<partner>", sending.partner.encode())
        .replace(b"<id>", sending.key.encode())
        .replace(b"<version>", str(sending.version_no).encode())
        .replace(b"987654321", str(sending.content).encode())
    )
