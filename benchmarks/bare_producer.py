"""A bare producer process: appends the lines of a file and does nothing else. The floor of intake.

`python -m benchmarks.bare_producer FILE BOOTSTRAP TOPIC BEGIN END` prints what it took as JSON. It has the
loop and the producer's settings of the gateway, and takes whatever stands in a line. Bytes BEGIN to
END of each line are its record's key; where both are 0 it has none and may go to any partition.
"""

import json
import sys
import time
from pathlib import Path

import uvloop
from aiokafka import AIOKafkaProducer

from acr_kafka.writer import BATCH_BYTES


async def append(file: Path, bootstrap: str, topic: str, key: slice) -> dict[str, float]:
    """Append each line; gives the wall and CPU seconds from the first to the last acknowledgement."""
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap,
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=BATCH_BYTES,
    )
    await producer.start()
    try:
        await producer.partitions_for(topic)
        began, used = time.perf_counter(), time.process_time()
        with file.open("rb") as lines:
            futures = [await producer.send(topic, line, line[key] or None) for line in lines]
        for future in futures:
            await future
        return {"seconds": time.perf_counter() - began, "cpu_seconds": time.process_time() - used}
    finally:
        await producer.stop()


if __name__ == "__main__":
    file, bootstrap, topic, begin, end = sys.argv[1:]
    key = slice(int(begin), int(end))
    print(json.dumps(uvloop.run(append(Path(file), bootstrap, topic, key))))
