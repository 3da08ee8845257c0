"""What senders mean to send: versions out of order, repeats, conflicts, bad ones. Pure, by a seed."""

import json
import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from acr_registries.catalogue import load_registries
from acr_testkit.samples import smallest, submission

Kind = Literal["valid", "rejected", "malformed"]

PARTNERS = 4
STORIES_AT_ONCE = 150
VERSIONS_MAX = 4
REPEATED_SHARE, CONFLICT_SHARE, REJECTED_SHARE, MALFORMED_SHARE = 0.15, 0.06, 0.05, 0.02
SHARED_HEADER_ID_SHARE = 0.1
REGISTRY_WEIGHTS = {"cdsr": 4, "lcsr": 1}
_PARTNER, _GUID, _VERSION, _CONTENT = "p-marks-it", str(uuid.UUID(int=7)), 987654321, "c-marks-it"
FILLER = {f"element{number:02}": "made up " * 4 for number in range(12)}


@dataclass(frozen=True, slots=True)
class Intent:
    """One submission that a sender means to bring. ``content`` tells bodies of a version apart."""

    registry: str
    partner: str
    header_id: str
    version_no: int
    content: int
    kind: Kind

    def body(self) -> bytes:
        """Write it as a sender would; equal intents give equal bytes."""
        written = _template(self.registry, self.kind)
        return (
            written.replace(_PARTNER, self.partner)
            .replace(_GUID, self.header_id)
            .replace(str(_VERSION), str(self.version_no))
            .replace(_CONTENT, f"content {self.content}")
            .encode()
        )


@cache
def _template(registry: str, kind: Kind) -> str:
    payload = {"note": _CONTENT, **FILLER} if registry == "cdsr" else smallest(registry)["payload"]
    header: dict[str, Any] = {"projectname": _CONTENT}
    if kind == "rejected":
        header["modificationdate"] = "2001-01-01T00:00:00Z"  # Before its creation.
    body = submission(
        registry,
        partner=_PARTNER,
        header_id=_GUID,
        version_no=_VERSION,
        payload=payload,
        **header,
    )
    if kind == "malformed":
        del body["dartheader"]["headertype"]
    return json.dumps(body, separators=(",", ":"))


@dataclass(slots=True)
class Workload:
    """An endless source of intents; ``name`` makes partners of its own. It changes as it is read."""

    name: str
    seed: int
    partners: list[str] = field(init=False)
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        """Name the partners."""
        load_registries()
        self._chance = random.Random(f"{self.name}/{self.seed}")
        self.partners = [f"{self.name}-{number}" for number in range(1, PARTNERS + 1)]

    def intents(self) -> Iterator[Intent]:
        """Give intents of many records in turn, each record's own in no order."""
        open_stories = [self._story() for _ in range(STORIES_AT_ONCE)]
        while True:
            place = self._chance.randrange(STORIES_AT_ONCE)
            if not open_stories[place]:
                open_stories[place] = self._story()
            yield open_stories[place].pop()

    def _story(self) -> list[Intent]:
        """Make all that is sent of one record, or of two of one header id and two partners."""
        chance = self._chance
        registry = chance.choices(list(REGISTRY_WEIGHTS), weights=list(REGISTRY_WEIGHTS.values()))[
            0
        ]
        header_id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
        owners = chance.sample(self.partners, 2 if chance.random() < SHARED_HEADER_ID_SHARE else 1)
        if chance.random() < MALFORMED_SHARE:
            return [Intent(registry, owners[0], header_id, 1, 0, "malformed")]
        story = []
        for owner in owners:
            for version_no in range(1, chance.randint(1, VERSIONS_MAX) + 1):
                kind: Kind = "rejected" if chance.random() < REJECTED_SHARE else "valid"
                meant = Intent(registry, owner, header_id, version_no, 0, kind)
                story.append(meant)
                if chance.random() < REPEATED_SHARE:
                    story.append(meant)
                if chance.random() < CONFLICT_SHARE:
                    story.append(Intent(registry, owner, header_id, version_no, 1, kind))
        chance.shuffle(story)
        return story
