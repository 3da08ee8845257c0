"""JSON that means the same to everyone: what is refused and where, and the one canonical form."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_domain.errors import InvalidSubmission
from acr_domain.strict_json import NESTING_MAX, canonical, parse

strings = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=8)
numbers = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))
values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, strings),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(strings, inner, max_size=4)
    ),
    max_leaves=12,
)
# Near misses: pieces of JSON in any order reach further into the parser than bytes by chance.
pieces = st.lists(
    st.sampled_from(
        [
            *("{", "}", "[", "]", ",", ":", " ", "1", "-0", "0.1e-5", "null", "\ufeff"),
            *('"a"', r'"\u0000"', r'"\ud800"', r'"\udc00\ud800"', r'"\\u0000"'),
            *("NaN", "-Infinity", "1e400", "9" * 320),
        ]
    ),
    max_size=14,
).map(lambda parts: "".join(parts).encode())


def findings_of(body: bytes) -> list[tuple[str, str]]:
    with pytest.raises(InvalidSubmission) as caught:
        parse(body)
    return [(each.rule, each.pointer) for each in caught.value.findings]


@pytest.mark.parametrize(
    ("body", "findings"),
    [
        (b"", [("JSON-101", "")]),
        (b" \r\n\t", [("JSON-101", "")]),
        (b'{"a": "\xff"}', [("JSON-102", "")]),
        (b'"\xed\xa0\x80"', [("JSON-102", "")]),
        (b"{}\xc0\x80", [("JSON-102", "")]),
        (b"\xef\xbb\xbf{}", [("JSON-103", "")]),
        (b"{", [("JSON-103", "")]),
        (b"{} {}", [("JSON-103", "")]),
        (b"[1,]", [("JSON-103", "")]),
        (b"{'a': 1}", [("JSON-103", "")]),
        (b"01", [("JSON-103", "")]),
        (b'"\x00"', [("JSON-103", "")]),
        (b'"a\nb"', [("JSON-103", "")]),
        (b'{"a": 1, "b": 2, "a": 1}', [("JSON-104", "/a")]),
        (b'{"x": [{"a": 1, "\\u0061": 2}]}', [("JSON-104", "/x/0/a")]),
        (b'{"a": 1, "a": 2, "a": 3}', [("JSON-104", "/a"), ("JSON-104", "/a")]),
        (b'{"a": ["b", "x\\u0000y"]}', [("JSON-105", "/a/1")]),
        (b'{"a\\u0000b": 1}', [("JSON-105", "/a\ufffdb")]),
        (b'{"a": "\\ud83d"}', [("JSON-106", "/a")]),
        (b'{"a": "\\udE00\\ud83d"}', [("JSON-106", "/a")]),
        (b'{"a": {"\\uDC00": 1}}', [("JSON-106", "/a/\ufffd")]),
        (b'{"a": 1e400}', [("JSON-107", "/a")]),
        (b'{"a": -1E999}', [("JSON-107", "/a")]),
        (b'{"a": ' + b"1" * 10_000 + b"}", [("JSON-107", "/a")]),
        (b'{"a": 0.' + b"1" * 10_000 + b"}", [("JSON-107", "/a")]),
        (b'{"a": ' + b"9" * 309 + b"}", [("JSON-107", "/a")]),
        (b'{"a/b": {"~": NaN}}', [("JSON-108", "/a~1b/~0")]),
        (b"[Infinity, -Infinity]", [("JSON-108", "/0"), ("JSON-108", "/1")]),
        (b"[" * 10_000, [("JSON-109", "")]),
        (b"[" * 10_000 + b"]" * 10_000, [("JSON-109", "")]),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, [("JSON-109", "")]),
        (b"[" * 65 + b"]" * 65, [("JSON-109", "/0" * 64)]),
        (b'{"\\ud800": NaN}', [("JSON-106", "/\ufffd"), ("JSON-108", "/\ufffd")]),
        (
            b'{"\\u0000": [' + b"[" * 63 + b"]" * 63 + b"]}",
            [("JSON-105", "/\ufffd"), ("JSON-109", "/\ufffd" + "/0" * 63)],
        ),
    ],
)
def test_this_is_refused_with_these_findings(body: bytes, findings: list[tuple[str, str]]) -> None:
    assert findings_of(body) == findings


def test_everything_wrong_is_told_at_once() -> None:
    body = (
        b'{"a": NaN, "a": "\\u0000", "b": ["\\ud800", 1e400], "c": ' + b"[" * 70 + b"]" * 70 + b"}"
    )

    rules = [rule for rule, _ in findings_of(body)]

    assert rules == ["JSON-104", "JSON-108", "JSON-105", "JSON-106", "JSON-107", "JSON-109"]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"{}", {}),
        (b' {"a" : [ 1 , 2.5e0 , true , null ] }\n', {"a": [1, 2.5, True, None]}),
        (b"9007199254740993", 2**53 + 1),
        (b"1" + b"0" * 308, 10**308),
        (b"-" + b"1" * 308, -int("1" * 308)),
        (b"1e-400", 0.0),
        (b'"\\\\u0000"', "\\u0000"),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
        ('"\U0001f600\u2028"'.encode(), "\U0001f600\u2028"),
        (b'{"a": 1, "A": 2}', {"a": 1, "A": 2}),
        (b'["' + b"[{" * 100 + b'"]', ["[{" * 100]),
    ],
)
def test_this_is_read_as_it_stands(body: bytes, value: Any) -> None:
    assert parse(body) == value


def test_nesting_may_reach_its_bound() -> None:
    body = b"[" * NESTING_MAX + b"]" * NESTING_MAX

    assert canonical(parse(body)) == body


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'{"b":1,"a":2}', b'{ "a": 2,\n "b": 1 }'),
        (b'"\\u00e9\\/\\n"', '"é/\\u000a"'.encode()),
        (b'{"a": {"y": [], "x": {}}}', b'{"a":{"x":{},"y":[]}}'),
        (b"1e2", b"100.0"),
    ],
)
def test_order_spacing_and_escapes_do_not_change_the_canonical_bytes(
    one: bytes, other: bytes
) -> None:
    assert canonical(parse(one)) == canonical(parse(other))


@pytest.mark.parametrize(
    ("one", "other"), [(b"[1,2]", b"[2,1]"), (b"1", b'"1"'), (b'{"a":null}', b"{}")]
)
def test_other_content_has_other_canonical_bytes(one: bytes, other: bytes) -> None:
    assert canonical(parse(one)) != canonical(parse(other))


def test_the_canonical_form_is_this() -> None:
    value = parse(b'{"b": [1.50, 1e3], "a": "\\u00e9\\u0007", "\\ud83d\\ude00": -0.0}')

    assert canonical(value) == '{"a":"é\\u0007","b":[1.5,1000.0],"\U0001f600":-0.0}'.encode()


@given(values)
def test_the_canonical_form_is_json_of_the_same_value(value: Any) -> None:
    assert json.loads(canonical(value)) == value


@given(values)
def test_any_spelling_of_a_value_has_the_same_canonical_bytes(value: Any) -> None:
    shuffled = json.dumps(_reversed(value), indent=2).encode()

    assert canonical(parse(shuffled)) == canonical(value)


def _reversed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _reversed(value[name]) for name in reversed(value)}
    return [_reversed(each) for each in value] if isinstance(value, list) else value


@given(st.one_of(st.binary(max_size=60), pieces, values.map(lambda v: json.dumps(v).encode())))
def test_whatever_comes_is_either_refused_with_findings_or_storable(body: bytes) -> None:
    try:
        value = parse(body)
    except InvalidSubmission as error:
        findings = error.findings
    else:
        assert_storable(value)
        return
    told = "".join(each.pointer + each.message for each in findings)
    assert told
    assert b"\0" not in told.encode()


def assert_storable(value: Any) -> None:
    kept = canonical(value)
    assert json.loads(kept) == value
    assert b"\\u0000" not in kept.replace(b"\\\\", b"")
