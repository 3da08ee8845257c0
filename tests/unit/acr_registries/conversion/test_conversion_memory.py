"""Conversion streams: a file of 200,000 records takes no more memory than one of a few thousand."""

import gc
import io
import itertools
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, cast

import psutil
import pytest

from acr_registries.catalogue import load_registries
from acr_registries.conversion import convert_file
from acr_registries.examples import read_submissions
from acr_testkit.conversions import RECEIVED_AT, lcsr_layout, sender
from acr_testkit.legacy_files import as_text, record_cells

RECORDS = 200_000
CHECKED_RECORDS = 10_000
PROVIDERS = 20_000
# A record that is kept costs 2 KiB at least: 10,000 of them are seen.
GROWN_BYTES_MAX = 8 * 1024**2
SAMPLED_RECORDS = 500
WARMING_RECORDS = 1_000


class Streamed(io.RawIOBase):
    """A file that is made while it is read, and never held."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces: Iterator[bytes] = iter(pieces)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size


def batch_file(records: int) -> BinaryIO:
    layout = lcsr_layout()
    exam = read_submissions("acr_registries.lcsr", "valid")["minimal"]["payload"]["Exams"][0]
    told = {**exam, "File_Version_Number": "1.8", "Exam_Unique_ID": "@@@@@@@@"}
    line = as_text(layout, [record_cells(layout, {"Exams": [told]})])
    pieces = (line.replace(b"@@@@@@@@", b"%08d" % number) for number in range(records))
    return cast(BinaryIO, io.BufferedReader(Streamed(pieces)))


def registry_file(providers: int) -> BinaryIO:
    head = b'<submission type="PQRS-REGISTRY" version="8.0"><measure-group ID="X">'
    provider = b"<provider><tin>000456789</tin><encounter-from-date>01-01-2016</encounter-from-date></provider>\n"
    pieces = itertools.chain(
        [head], itertools.repeat(provider, providers), [b"</measure-group></submission>"]
    )
    return cast(BinaryIO, io.BufferedReader(Streamed(pieces)))


def grown_bytes(results: Iterator[Any], expected: int) -> int:
    """Consume results and give by how much the process grew after the first of them.

    Tracing each allocation would cost five times the work; what stays is seen from outside as well.
    """
    assert len([*itertools.islice(results, WARMING_RECORDS)]) == WARMING_RECORDS
    process = psutil.Process()
    gc.collect()
    before = highest = process.memory_info().rss
    count = WARMING_RECORDS
    for count, _ in enumerate(results, WARMING_RECORDS + 1):
        if count % SAMPLED_RECORDS == 0:
            highest = max(highest, process.memory_info().rss)
    assert count == expected
    return highest - before


@pytest.mark.slow
def test_200_000_records_of_a_batch_file_take_little_memory() -> None:
    convert = load_registries()["lcsr"].converters["batch"]

    assert grown_bytes(convert(batch_file(RECORDS), sender()), RECORDS) < GROWN_BYTES_MAX


def test_checking_each_record_keeps_nothing_either() -> None:
    registry = load_registries()["lcsr"]
    records = convert_file(registry, "batch", batch_file(CHECKED_RECORDS), sender(), RECEIVED_AT)

    assert grown_bytes(records, CHECKED_RECORDS) < GROWN_BYTES_MAX


def test_providers_of_a_registry_file_are_forgotten_once_they_are_given() -> None:
    convert = load_registries()["pqrs"].converters["xml"]

    records = convert(registry_file(PROVIDERS), sender())

    assert grown_bytes(records, PROVIDERS) < GROWN_BYTES_MAX
