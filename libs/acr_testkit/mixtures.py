"""Records of the made-up registry in which every verdict comes up. Appends nothing itself."""

import random
import uuid
from typing import Any

from acr_kafka.records import NewRecord
from acr_testkit.log_records import Sender
from acr_testkit.phantoms.samples import body_of, scan_body


def all_sorts(sender: Sender, chance: random.Random, count: int) -> list[NewRecord]:
    """Few keys and few versions, so that every verdict comes up often; some rejected, some poison."""
    keys = [str(uuid.UUID(int=chance.getrandbits(128))) for _ in range(20)]
    records = []
    for _ in range(count):
        if chance.random() < 0.05:
            records.append(sender.raw(b"key", chance.randbytes(20)))
            continue
        wrong = {"modificationdate": "2015-10-27T00:00:00Z"} if chance.random() < 0.1 else {}
        body = one_of_all_kinds(
            chance,
            partner=chance.choice(["one", "other"]),
            header_id=chance.choice(keys),
            version_no=chance.randint(1, 6),
            **wrong,
        )
        records.append(sender.record_of(sender.submission(body)))
    return records


def one_of_all_kinds(chance: random.Random, **header: Any) -> bytes:
    """Write a scan, a note, any JSON, or the cancelling of a record, with one of two contents."""
    content = chance.randint(1, 2)
    match chance.randrange(5):
        case 0:
            return body_of("note", {"Title": f"t-{content}", "Series": [{}] * content}, **header)
        case 1:
            return body_of("free", {"of": content}, **header)
        case 2:
            return body_of("scan", {}, recordstatus="cancelled", **header)
        case _:
            return scan_body(header, Order=f"o-{content}")
