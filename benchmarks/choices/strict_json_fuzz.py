"""Random documents, half of them wrong, on which every strict parser must agree with the plain one.

Run from the root of the checkout: python -m benchmarks.choices.strict_json_fuzz --seconds 10
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable

from benchmarks.choices import strict_json

_PIECES = (
    *('a', 'b', ':', ' :x', '{', '[', ' ', 'é', '😀', '\x7f', '\u2028', '1e5', '0.00001'),
    *('\\"', '\\"\\":', '\\\\', '\\n', '\\t', '\\/', '\\\\u0000', '\\u0000', '\\u0022'),
    *('\\u003a', '\\u0061', '\\u007f', '\\u00e9', '\\ud800', '\\ud83d\\ude00', '1' * 20),
)  # fmt: skip
_NUMBERS = (
    *("0", "-0", "-0.0", "1.0", "1e5", "1e16", "1e22", "1.5e-7", "0.00001", "0.0001", "0.00012"),
    *("9223372036854775807", "18446744073709551615", "18446744073709551616", "1e400", "7" * 310),
    *("9999999999999999.5", "99999999999999999.0", "0.00e1", "01", "1.", ".5", "NaN", "1e-400"),
)  # fmt: skip

Outcome = tuple[object, ...]


class Writer:
    """Writes random documents from one seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def _space(self) -> str:
        return self._random.choice(("", "", "", " ", "\n", "\t"))

    def _string(self) -> str:
        return '"' + "".join(self._random.choices(_PIECES, k=self._random.randint(0, 3))) + '"'

    def _number(self) -> str:
        scale = self._random.randint(-6, 24)
        choices = (
            self._random.choice(_NUMBERS),
            repr(self._random.uniform(-1, 1) * 10.0**scale),
            str(int(self._random.uniform(-1, 1) * 10**scale)),
        )
        return self._random.choice(choices)

    def _value(self, depth: int) -> str:
        kind = self._random.random()
        if depth == 0 or kind < 0.55:
            return self._random.choice((self._string(), self._number(), "true", "null"))
        if kind < 0.8:
            return self._object(depth - 1)
        return (
            "[" + ",".join(self._value(depth - 1) for _ in range(self._random.randint(0, 3))) + "]"
        )

    def _object(self, depth: int) -> str:
        members = (
            f"{self._space()}{self._string()}{self._space()}:{self._space()}{self._value(depth)}"
            for _ in range(self._random.randint(0, 4))
        )
        return "{" + ",".join(members) + self._space() + "}"

    def document(self) -> bytes:
        """One document; a tenth of them with a byte changed."""
        raw = bytearray(self._object(3).encode())
        if self._random.random() < 0.1:
            raw[self._random.randrange(len(raw))] = self._random.randrange(256)
        return bytes(raw)


def _outcome(read: Callable[[bytes], Outcome], raw: bytes) -> Outcome:
    try:
        return read(raw)
    except ValueError:
        return ("refused",)


def _readers() -> dict[str, Callable[[bytes], Outcome]]:
    def told(parse: strict_json.Parse) -> Callable[[bytes], Outcome]:
        def read(raw: bytes) -> Outcome:
            tree = parse(raw)
            return json.dumps(tree), strict_json.digest_stdlib(tree)

        return read

    combined = strict_json.orjson_parse_and_digest()

    def read_combined(raw: bytes) -> Outcome:
        tree, digest = combined(raw)
        return json.dumps(tree), digest

    readers = {name: told(parse) for name, parse in strict_json.strict_parsers().items()}
    return readers | {"orjson, counted in the canonical bytes": read_combined}


def main() -> None:
    """Exit 1 and print the documents on which two readers differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    writer, readers = Writer(options.seed), _readers()
    documents = accepted = differing = 0
    deadline = time.monotonic() + options.seconds
    while time.monotonic() < deadline:
        raw = writer.document()
        expected = _outcome(readers["json"], raw)
        documents += 1
        accepted += len(expected) > 1
        for name, read in readers.items():
            if _outcome(read, raw) != expected:
                differing += 1
                print(f"{name} differs on {raw!r}")
    print(f"{documents} documents, {accepted} accepted, {differing} differences")
    sys.exit(differing > 0)


if __name__ == "__main__":
    main()
