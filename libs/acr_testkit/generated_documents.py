"""Generates submissions good and bad for a contract: valid ones, changed at a few places by chance.

Deterministic for a seed. The changes know the contract's names, codes and limits, so that many lie
just inside or just outside of what it takes.
"""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from acr_bundles.example_files import by_version
from acr_registries.contract import Contract
from acr_registries.examples import read_rule_examples, read_submissions

Place: TypeAlias = tuple[Any, Any]
"""What holds a value, and its name or index there."""

ITEMS_GROWN_MAX = 120
CHANGES_MOST = 3
WRONG: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 7, 1.5, 3.0, -0.0, 1e9, 2**31, 10**12),
    *("", " ", "x", "0", "1", "true", "2026-02-30", "2026-02-28", "02/28/2026", "13/01/2026"),
    *(
        "2026-01-31T10:00:00Z",
        "2026-01-31t10:00:00.123z",
        "2026-01-31T10:00:00",
        "a" * 300,
        "é" * 41,
    ),
    *("1\n", "0000-00-00", "0001-01-01T00:00:00+14:00", "9999999999999999999", "\u00a0", "\ufeff"),
    *([], {}, [None], [[]], {"a": 1}),
)


@dataclass(slots=True)
class Generator:
    """Changes valid submissions of one contract; it holds the state of its chance."""

    contract: Contract
    chance: random.Random
    bases: list[bytes] = field(default_factory=list)
    numbers: list[float] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Gather what the changes draw from."""
        registry = self.contract.registry
        valid = list(read_submissions(registry.package, "valid").values())
        examples = [
            dict(example)
            for told in read_rule_examples(registry.package).values()
            for each in told
            for example in (each.breaks, each.keeps)
        ]
        every = (*valid * 3, *examples, *self._made())
        self.bases = [json.dumps(by_version(self.contract, each)).encode() for each in every]
        for model in self.contract.bound_models():
            self.names += model.binding.by_name
            for element in model.binding.by_name.values():
                limits = (element.least, element.most, element.above)
                self.numbers += [float(each) for each in limits if each is not None]
                self.texts += ["b" * length for length in _edges(element.length_most)]
            self.texts += [code for codes in model.binding.codes.values() for code in codes]
        for program in registry.program_models:
            self.names += program.model_fields
        self.names += ["contractversion", "recordstatus"]
        self.texts += ["fp", "cancelled", "CANCELLED", "in_progress", self.contract.version.name]

    def _made(self) -> Iterator[dict[str, Any]]:
        make = self.contract.registry.make
        base = read_submissions(self.contract.registry.package, "valid")
        header = next(iter(base.values()))["dartheader"]
        for serial in range(60 if make else 0):
            assert make is not None
            made = make(self.chance, serial)
            yield {
                "dartheader": {**header, "programspecificdata": made.program},
                "payload": made.payload,
            }

    def documents(self, count: int) -> Iterator[dict[str, Any]]:
        """Give so many documents."""
        for _ in range(count):
            document = json.loads(self.chance.choice(self.bases))
            for _ in range(self.chance.choice((0, 1, 1, 1, 2, CHANGES_MOST))):
                self._change(document)
            yield document

    def _change(self, document: Any) -> None:
        places = list(_places(document))
        if not places:
            return
        # The header is small; most changes belong into the record.
        holder, key = self.chance.choice(places)
        changes = (
            self._drop,
            self._wrong,
            self._other,
            self._edge,
            self._grow,
            self._add,
            self._spell,
        )
        weights = (3, 4, 6, 5, 2, 5, 1)
        self.chance.choices(changes, weights)[0](holder, key)

    def _drop(self, holder: Any, key: Any) -> None:
        del holder[key]

    def _wrong(self, holder: Any, key: Any) -> None:
        holder[key] = _fresh(self.chance.choice(WRONG))

    def _other(self, holder: Any, key: Any) -> None:
        """Put another value of about the same kind."""
        value, chance = holder[key], self.chance
        if isinstance(value, bool):
            holder[key] = not value
        elif isinstance(value, int):
            holder[key] = value + chance.choice((1, -1, 2, 10, -value, value))
        elif isinstance(value, float):
            holder[key] = chance.choice(
                (value + 0.5, -value, value * 10, float(int(value)), value / 3)
            )
        elif isinstance(value, str):
            texts = (
                value + "x",
                value[:-1],
                value.upper(),
                value.lower(),
                f" {value}",
                value[::-1],
            )
            holder[key] = chance.choice((*texts, chance.choice(self.texts)))
        elif isinstance(value, list) and value:
            holder[key] = value[: chance.randrange(len(value))]

    def _edge(self, holder: Any, key: Any) -> None:
        """Put a value at a limit, or a code, of any element."""
        value, chance = holder[key], self.chance
        if isinstance(value, (int, float)) and self.numbers:
            limit = chance.choice(self.numbers)
            near = chance.choice((limit, limit + 1, limit - 1, limit + 0.01, limit - 0.01))
            holder[key] = int(near) if isinstance(value, int) else near
        elif isinstance(value, str):
            holder[key] = chance.choice(self.texts)

    def _grow(self, holder: Any, key: Any) -> None:
        value = holder[key]
        if isinstance(value, list) and value:
            times = self.chance.choice((2, 3, ITEMS_GROWN_MAX // len(value)))
            holder[key] = (value * max(times, 1))[:ITEMS_GROWN_MAX]
        elif isinstance(value, str):
            holder[key] = value * self.chance.choice((2, 5, 40))

    def _add(self, holder: Any, _: Any) -> None:
        """Add a member, of a declared name or of none."""
        if isinstance(holder, dict):
            name = self.chance.choice(
                (*self.chance.sample(self.names, min(3, len(self.names))), "more")
            )
            drawn = (self.chance.choice(WRONG), self.chance.choice(self.texts), 1, True)
            holder.setdefault(name, _fresh(self.chance.choice(drawn)))

    def _spell(self, holder: Any, key: Any) -> None:
        if isinstance(holder, dict):
            holder[self.chance.choice((key.upper(), key.title(), key.swapcase()))] = holder.pop(key)


def _edges(length: int) -> tuple[int, int]:
    return length, length + 1


def _fresh(value: Any) -> Any:
    """Give the value, not a list or object that another document holds too."""
    return json.loads(json.dumps(value)) if isinstance(value, (list, dict)) else value


def _places(value: Any) -> Iterator[Place]:
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        keys = list(holder) if isinstance(holder, dict) else range(len(holder))
        for key in keys:
            yield holder, key
            if isinstance(holder[key], (dict, list)):
                waiting.append(holder[key])
