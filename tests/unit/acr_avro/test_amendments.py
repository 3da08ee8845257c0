"""Amendments as Avro: what is written is read, and bytes that were written once stay readable."""

import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_avro.amendments import AMENDMENT, decode_amendment, encode_amendment
from acr_avro.single_object import codec
from acr_domain.amending import Amendment, Deed, Kind
from acr_domain.errors import Poison
from acr_domain.findings import Finding, Severity
from acr_domain.judgement import FirstArrival, Outcome, Verdict
from acr_domain.submission import LogPosition, SubmissionKey

RUN = str(uuid.UUID(int=7))
POSITION = LogPosition("acr.lcsr.submissions.v1", 3, 10)
OUTCOME = Outcome(
    POSITION,
    str(uuid.UUID(int=1)),
    Verdict.DUPLICATE,
    SubmissionKey("lcsr", "acme", str(uuid.UUID(int=2))),
    1,
    4,
    (Finding(Severity.WARNING, "TEST-2", "/payload", "Not typical."),),
    FirstArrival(
        LogPosition(POSITION.topic, 3, 12), str(uuid.UUID(int=3)), b"d" * 32, Verdict.CREATED
    ),
)
AT = datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
SAMPLE = Amendment(
    5,
    14,
    Deed(Kind.REPLAYED, RUN, "ann", "a limit was wrong", "lcsr 2.0", tell_senders=True),
    Verdict.REJECTED,
    OUTCOME,
    AT,
)
# Written on 2026-11-24 by version 0.1.0; never to be written anew.
OLD = Path(__file__).parent / "data" / "amendment.v1.duplicate.bin"

texts = st.text(max_size=20)
amendments = st.builds(
    Amendment,
    number=st.integers(1, 2**62),
    settled_to=st.integers(1, 2**62),
    deed=st.builds(
        Deed,
        kind=st.sampled_from(Kind),
        run_id=st.just(RUN),
        who=texts,
        why=texts,
        contract=st.none() | texts,
        tell_senders=st.booleans(),
    ),
    before=st.sampled_from(Verdict),
    outcome=st.sampled_from([OUTCOME, Outcome(POSITION, RUN, Verdict.FAILED, reason="why")]),
    amended_at=st.just(AT),
)


@given(amendments)
def test_what_is_written_is_read(amendment: Amendment) -> None:
    assert decode_amendment(encode_amendment(amendment)) == amendment


def test_bytes_of_the_first_schema_stay_readable() -> None:
    assert decode_amendment(OLD.read_bytes()) == SAMPLE


def test_an_amendment_has_one_name_however_often_it_is_told() -> None:
    datum = codec(AMENDMENT).decode(encode_amendment(SAMPLE))

    assert datum["amendment_id"] == "acr.lcsr.submissions.v1/3/10#5"


def test_a_kind_that_there_is_not_is_poison() -> None:
    datum = codec(AMENDMENT).decode(encode_amendment(SAMPLE))

    with pytest.raises(Poison):
        decode_amendment(codec(AMENDMENT).encode({**datum, "kind": "forgotten"}))
