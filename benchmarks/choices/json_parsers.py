"""Shows what each JSON parser accepts and what a strict read of a submission costs with each.

Run from the root of the checkout: python -m benchmarks.choices.json_parsers
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.choices import strict_json

Timed = Callable[[], object]

AWKWARD: dict[str, bytes] = {
    "duplicate name": b'{"a":1,"a":2}',
    "duplicate by escape": b'{"a":1,"\\u0061":2}',
    "duplicate, nested": b'{"x":[{"a":1, "b":2, "a" :1}]}',
    "quote-colon inside a string": b'{"a":"\\":"}',
    "duplicate beside an escaped quote-colon": b'{"a":1,"a":"\\u0022:"}',
    "NaN": b'{"a":NaN}',
    "Infinity": b'{"a":-Infinity}',
    "invalid UTF-8": b'{"a":"\xff"}',
    "overlong UTF-8": b'{"a":"\xc0\x80"}',
    "surrogate as UTF-8 bytes": b'{"a":"\xed\xa0\x80"}',
    "UTF-8 byte order mark": b'\xef\xbb\xbf{"a":1}',
    "UTF-16": '{"a":1}'.encode("utf-16-le"),
    "lone surrogate escape": b'{"a":"\\ud800"}',
    "lone surrogate in a name": b'{"\\udc00":1}',
    "surrogate pair escape (valid)": b'{"a":"\\ud83d\\ude00"}',
    "NUL escape": b'{"a":"x\\u0000y"}',
    "NUL escape in a name": b'{"\\u0000":1}',
    "escaped backslash before u0000 (valid)": b'{"a":"\\\\u0000"}',
    "raw control character": b'{"a":"\x01"}',
    "1e400": b'{"a":1e400}',
    "1e-400": b'{"a":1e-400}',
    "minus zero": b'{"a":-0}',
    "2**63": b'{"a":9223372036854775808}',
    "2**64": b'{"a":18446744073709551616}',
    "1000 digits": b'{"a":' + b"7" * 1000 + b"}",
    "5000 digits": b'{"a":' + b"7" * 5000 + b"}",
    "400 digits and a fraction": b'{"a":' + b"7" * 400 + b".5}",
    "64 levels (valid)": b'{"a":' * 63 + b"{}" + b"}" * 63,
    "65 levels": b'{"a":' * 64 + b"{}" + b"}" * 64,
    "65 levels of arrays": b"[" * 65 + b"]" * 65,
    "100,000 levels": b"[" * 100_000 + b"]" * 100_000,
    "trailing comma": b'{"a":1,}',
    "comment": b'{"a":1/**/}',
    "leading zero": b'{"a":01}',
    "two documents": b"{}{}",
    "empty": b"",
}


def synthetic_submission(groups: int, members: int) -> bytes:
    """A made-up submission: a header, then so many nested objects of so many members each."""
    payload: dict[str, Any] = {"facilityid": "100234", "examdate": "2025-03-14T09:26:53Z"}
    for group in range(groups):
        payload[f"section{group:02d}"] = {
            f"element{number:02d}": (
                f"value of element {number}",
                number * 37,
                number * 1.25,
                number % 2 == 0,
                None,
                "Dr. Zoë Ångström",
            )[number % 6]
            for number in range(members)
        }
    header = {"id": "D-0001234567", "partnerid": "P-17", "versionno": "3", "registry": "LCSR"}
    return json.dumps({"dartheader": header, "payload": payload}, ensure_ascii=False).encode()


SUBMISSIONS = {
    "1.1 KB": synthetic_submission(3, 12),
    "2 KB": synthetic_submission(5, 14),
    "6 KB": synthetic_submission(11, 20),
}


def _outcome(parse: strict_json.Parse, raw: bytes) -> str:
    try:
        tree = parse(raw)
    except (ValueError, RecursionError) as error:
        return "no" if isinstance(error, ValueError) else "no (RecursionError)"
    value = next(iter(tree.values()), None) if isinstance(tree, dict) else tree
    shown = ascii(value)
    return f"yes: {shown}" if len(shown) <= 24 else f"yes: {shown[:12]}… ({type(value).__name__})"


def outcomes(parsers: dict[str, strict_json.Parse]) -> dict[str, dict[str, str]]:
    """For each awkward input what each parser made of it."""
    return {
        name: {parser: _outcome(parse, raw) for parser, parse in parsers.items()}
        for name, raw in AWKWARD.items()
    }


def timed_paths(raw: bytes) -> dict[str, dict[str, Timed]]:
    """The paths to time on one submission, by stage."""
    plain, strict = strict_json.plain_parsers(), strict_json.strict_parsers()
    fast_digest, combined = strict_json.digest_orjson(), strict_json.orjson_parse_and_digest()
    tree = strict_json.strict_stdlib(raw)
    whole: dict[str, Timed] = {}
    for digest_name, digest in (("json", strict_json.digest_stdlib), ("orjson", fast_digest)):
        for name, parse in strict.items():
            whole[f"{name}, digest by {digest_name}"] = _then(parse, digest, raw)
    whole["orjson, counted in the canonical bytes"] = partial(combined, raw)
    return {
        "parse alone": {name: partial(parse, raw) for name, parse in plain.items()},
        "strict parse": {name: partial(parse, raw) for name, parse in strict.items()},
        "canonical form and SHA-256": {
            "json": partial(strict_json.digest_stdlib, tree),
            "orjson": partial(fast_digest, tree),
        },
        "whole strict path": whole,
    }


def _then(
    parse: strict_json.Parse, digest: Callable[[strict_json.Json], bytes], raw: bytes
) -> Timed:
    return lambda: digest(parse(raw))


def medians_us(paths: dict[str, Timed], rounds: int, calls: int) -> dict[str, float]:
    """Median over alternated rounds of the mean microseconds per call of each path."""
    samples: dict[str, list[float]] = {name: [] for name in paths}
    for _ in range(rounds):
        for name, path in paths.items():
            started = time.perf_counter_ns()
            for _ in range(calls):
                path()
            samples[name].append((time.perf_counter_ns() - started) / calls / 1000)
    return {name: statistics.median(taken) for name, taken in samples.items()}


def same_digest_everywhere(raw: bytes) -> bool:
    """Whether the fast path gives the digest that the plain path defines."""
    _, digest = strict_json.orjson_parse_and_digest()(raw)
    return digest == strict_json.digest_stdlib(strict_json.strict_stdlib(raw))


def _outcome_table(title: str, rows: dict[str, dict[str, str]]) -> str:
    parsers = list(next(iter(rows.values())))
    lines = [f"| {title} | " + " | ".join(parsers) + " |", "|---" * (len(parsers) + 1) + "|"]
    for name, row in rows.items():
        lines.append(f"| {name} | " + " | ".join(row[parser] for parser in parsers) + " |")
    return "\n".join(lines)


def _timing_table(times: dict[str, dict[str, dict[str, float]]]) -> str:
    sizes = [f"{name} ({len(raw)} B)" for name, raw in SUBMISSIONS.items()]
    lines = ["| stage | path | " + " | ".join(sizes) + " |", "|---" * (len(sizes) + 2) + "|"]
    first = next(iter(times.values()))
    for stage, paths in first.items():
        slowest = next(iter(paths))
        for path in paths:
            cells = []
            for by_stage in times.values():
                taken, base = by_stage[stage][path], by_stage[stage][slowest]
                cells.append(f"{taken:.1f} us ({taken / base:.2f})")
            lines.append(f"| {stage} | {path} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Print what is accepted, then what it costs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    options = parser.parse_args()
    plain = outcomes(strict_json.plain_parsers())
    combined = strict_json.orjson_parse_and_digest()
    strict = outcomes(
        strict_json.strict_parsers()
        | {"orjson, counted in canonical": lambda raw: combined(raw)[0]}
    )
    times = {
        size: {
            stage: medians_us(paths, options.rounds, options.calls)
            for stage, paths in timed_paths(raw).items()
        }
        for size, raw in SUBMISSIONS.items()
    }
    if options.json:
        print(json.dumps({"plain": plain, "strict": strict, "microseconds": times}, indent=2))
        return
    print(_outcome_table("as it comes", plain), _outcome_table("made strict", strict), sep="\n\n")
    print("\n" + _timing_table(times))
    for size, raw in SUBMISSIONS.items():
        print(f"\n{size}: same digest on both paths: {same_digest_everywhere(raw)}")


if __name__ == "__main__":
    main()
