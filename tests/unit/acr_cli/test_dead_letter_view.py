"""What is shown of dead letters: their form and no value, until somebody asks and is audited."""

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_avro.records import encode_submission
from acr_cli.dead_letter_view import listed, masked, revealed
from acr_domain.submission import LogPosition
from acr_kafka.records import Header
from acr_postgres.letters import LetterPlace, LetterState, ListedLetter
from acr_postgres.settlement import DeadLetter
from acr_testkit.log_records import Sender
from acr_testkit.samples import as_bytes, submission

AT = datetime(2026, 1, 2, tzinfo=UTC)
SENDER = Sender("lcsr")
BODY = b'{"dartheader": {"partnerid": "Quux"}, "payload": {"Last_Name": "Zzyzx", "Born": "1962"}}'


def both(
    key: bytes | None, value: bytes | None, headers: tuple[Header, ...] = ()
) -> tuple[ListedLetter, DeadLetter]:
    size = None if value is None else len(value)
    place = LetterPlace("lcsr", 3, 17)
    one = ListedLetter(
        place, LetterState.OPEN, "not-avro", "Why.", key, size, AT, AT, "an-id", None
    )
    position = LogPosition("acr.lcsr.submissions.v1", 3, 17)
    return one, DeadLetter(position, "not-avro", "Why.", key, value, headers, AT)


def shown(
    key: bytes | None, value: bytes | None, headers: tuple[Header, ...] = ()
) -> dict[str, object]:
    return masked(*both(key, value, headers))


def test_the_form_of_a_value_is_shown_and_none_of_its_letters_and_digits() -> None:
    view = shown(b"Zzyzx 1962", BODY, (("secret", b"Zzyzx"),))

    text = json.dumps(view)
    assert not re.search("zzyzx|quux|1962|last_name", text, re.IGNORECASE)
    assert view["key"] is None
    assert view["key_form"] == "aaaaa 9999"
    assert view["headers"] == [{"name": "secret", "bytes": 5}]
    value = view["value"]
    assert isinstance(value, dict)
    assert value["form"].startswith('{"aaaaaaaaaa": {"aaaaaaaaa": "aaaa"}, "aaaaaaa"')
    assert (value["bytes"], value["schema"], value["begins"]) == (
        len(BODY),
        None,
        ".. .. .. .. .. .. .. .. .. ..",
    )


def test_a_submission_is_taken_apart_as_far_as_that_says_nothing() -> None:
    accepted = SENDER.submission(as_bytes(submission("lcsr")))
    value = encode_submission(accepted)

    view = shown(accepted.key.log_key().encode(), value)

    inner = view["value"]
    assert isinstance(inner, dict)
    assert view["key"] == accepted.key.log_key()
    assert inner["schema"] == "submission.v1"
    assert inner["begins"] == value[:10].hex(" ")
    assert inner["submission"]["body_bytes"] == len(accepted.body)
    assert inner["submission"]["version_no"] == accepted.version_no
    assert "Alder" not in json.dumps(view)


@given(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=6), st.binary())
def test_whatever_it_holds_no_value_is_quoted(word: str, around: bytes) -> None:
    value = around + word.encode() + around

    text = json.dumps(shown(value, value, ((word, value),)), ensure_ascii=False)

    # Words that the view itself uses tell nothing of the value.
    own = json.dumps(shown(b"", BODY))
    hidden = [each for each in re.findall(r"[^\W_]{6,}", word) if set(each) - set("a9")]
    hidden = [each for each in hidden if each not in own]
    told = text.split('"headers"')[0] + text.split('"value": {')[1]
    assert not [each for each in hidden if each in told]


@pytest.mark.parametrize(
    ("key", "value"),
    [(None, None), (b"", b""), (b"\xff", b"\xff\x00\x1b[31m"), (b"k", b"\xc3\x01")],
)
def test_odd_bytes_are_shown_without_anything_that_a_terminal_acts_on(
    key: bytes | None, value: bytes | None
) -> None:
    view = shown(key, value, (("\udcff\x1b", b"\xff"),))

    assert json.dumps(view).isprintable()
    assert "\\u001b" not in json.dumps(view)


def test_a_list_shows_only_keys_that_are_partner_and_guid() -> None:
    guid = "541eae10-150d-4135-a85d-9ac98e734055"

    assert listed(both(f"acme/{guid}".encode(), b"")[0])["key"] == f"acme/{guid}"
    assert listed(both(b"John Doe/1962", b"")[0])["key"] is None


def test_revealed_is_all_of_it_as_text_where_it_is_text() -> None:
    view = revealed(both(b"k", b"\xff\x00", (("h", b"v"),))[1])

    assert view == {
        "key": "k",
        "headers": [{"name": "h", "value": "v"}],
        "value": "0xff00",
        "body": None,
    }
