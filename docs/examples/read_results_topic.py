"""Reads acr.results.v1 and prints one partner's results as JSON lines. Needs aiokafka and fastavro only."""

import argparse
import asyncio
import io
import json
from collections import OrderedDict
from pathlib import Path
from typing import Any

import fastavro
from aiokafka import AIOKafkaConsumer
from fastavro.schema import fingerprint, to_parsing_canonical_form

TOPIC = "acr.results.v1"
SCHEMAS = Path(__file__).parents[2] / "libs" / "acr_avro" / "schemas"
MARKER = b"\xc3\x01"
REMEMBERED_MAX = 100_000


def read_schemas(folder: Path) -> dict[bytes, Any]:
    """Load every schema of results, by the fingerprint that stands before each value."""
    schemas = {}
    for file in folder.glob("result.*.avsc"):
        schema = json.loads(file.read_text(encoding="utf-8"))
        name = fingerprint(to_parsing_canonical_form(schema), "CRC-64-AVRO")
        schemas[bytes.fromhex(name)] = fastavro.parse_schema(schema)
    return schemas


def decode(value: bytes, schemas: dict[bytes, Any]) -> dict[str, Any]:
    """Read one Avro single object."""
    if value[:2] != MARKER or value[2:10] not in schemas:
        raise ValueError("the value has no schema that this program knows")
    datum: dict[str, Any] = fastavro.schemaless_reader(io.BytesIO(value[10:]), schemas[value[2:10]])
    return datum


class Seen:
    """The last ids: a repeat comes soon after its first, so that not all need to be kept."""

    def __init__(self) -> None:
        self._ids: OrderedDict[str, None] = OrderedDict()

    def again(self, result_id: str) -> bool:
        """Tell whether an id was seen before, and remember it."""
        known = result_id in self._ids
        self._ids[result_id] = None
        if len(self._ids) > REMEMBERED_MAX:
            self._ids.popitem(last=False)
        return known


async def read(brokers: str, group: str | None, partner: str, *, until_end: bool) -> None:
    """Print results for ever, or until the topic's present end."""
    schemas, seen = read_schemas(SCHEMAS), Seen()
    consumer = AIOKafkaConsumer(
        TOPIC, bootstrap_servers=brokers, group_id=group, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment()) if until_end else {}
        while not ends or any([await consumer.position(p) < end for p, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for record in records:
                    result = decode(record.value, schemas)
                    if result["partner_id"] == partner and not seen.again(result["result_id"]):
                        told = {key: value for key, value in result.items() if key != "first"}
                        print(json.dumps(told), flush=True)
    finally:
        await consumer.stop()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--brokers", default="127.0.0.1:9092")
    parser.add_argument("--partner", required=True)
    parser.add_argument("--group", help="a group keeps where you stand between runs")
    parser.add_argument("--until-end", action="store_true", help="stop where the topic ends now")
    asked = parser.parse_args()
    asyncio.run(read(asked.brokers, asked.group, asked.partner, until_end=asked.until_end))
