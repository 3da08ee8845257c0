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

from acr_testkit.random_json import random_documents

Outcome = tuple[object, ...]


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
    readers = _readers()
    documents = accepted = differing = 0
    deadline = time.monotonic() + options.seconds
    for raw in random_documents(random.Random(options.seed), sys.maxsize):
        if time.monotonic() > deadline:
            break
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
