"""Amendments as Avro bytes: later decisions, as they were applied."""

from acr_avro.records import outcome_members, read_outcome
from acr_avro.single_object import codec
from acr_domain.amending import Amendment, Deed, Kind
from acr_domain.error_classes import ErrorClass
from acr_domain.errors import Poison
from acr_domain.judgement import Verdict

AMENDMENT = "amendment.v1"


def encode_amendment(amendment: Amendment) -> bytes:
    """Encode an amendment for its registry's topic."""
    deed = amendment.deed
    return codec(AMENDMENT).encode(
        {
            "amendment_id": amendment.amendment_id,
            "number": amendment.number,
            "settled_to": amendment.settled_to,
            "kind": deed.kind.value,
            "run_id": deed.run_id,
            "who": deed.who,
            "why": deed.why,
            "contract": deed.contract,
            "tell_senders": deed.tell_senders,
            "amended_at": amendment.amended_at,
            "verdict_before": amendment.before.value,
            **outcome_members(amendment.outcome),
        }
    )


def decode_amendment(value: bytes | None) -> Amendment:
    """Decode an amendment.

    Raises:
        Poison: if the bytes are none.
    """
    datum = codec(AMENDMENT).decode(value)
    try:
        return Amendment(
            number=datum["number"],
            settled_to=datum["settled_to"],
            deed=Deed(
                Kind(datum["kind"]),
                datum["run_id"],
                datum["who"],
                datum["why"],
                datum["contract"],
                datum["tell_senders"],
            ),
            before=Verdict(datum["verdict_before"]),
            outcome=read_outcome(datum),
            amended_at=datum["amended_at"],
        )
    except ValueError:
        raise Poison(
            ErrorClass.UNDECODABLE, "A value of the amendment lies outside its list."
        ) from None
