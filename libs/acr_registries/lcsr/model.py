"""The payload of LCSR: exams with their follow-ups, follow-ups of earlier exams, a header."""

from datetime import date

from acr_domain.strict_json import JsonValue
from acr_registries.forms import Form
from acr_registries.header import ProgramData
from acr_registries.lcsr.exam_derived import EXAM_DERIVED
from acr_registries.lcsr.exam_record import ExamRecord
from acr_registries.lcsr.follow_up import LooseFollowUp
from acr_registries.lcsr.transaction import TransactionHeader


class Exam(ExamRecord):
    """A screening exam, with what is computed of it."""

    table = "exams"
    row_key = "exam_no"
    derived = EXAM_DERIVED

    def dated(self) -> date:
        """Give the day of the exam."""
        return self.exam_date


class LcsrPayload(Form):
    """One transmission, as the web form sends it."""

    transaction_header: TransactionHeader | None = None
    exams: tuple[Exam, ...] = ()
    follow_ups: tuple[LooseFollowUp, ...] = ()


def named_version(_: ProgramData, payload: JsonValue) -> str | None:
    """Give the contract version that the transaction header names."""
    version = _member(_member(payload, "Transaction_Header"), "Mapping_Version")
    return version.strip() or None if isinstance(version, str) else None


def _member(value: JsonValue, declared: str) -> JsonValue:
    """Find a member by its name, as declared or else in any letter case."""
    if not isinstance(value, dict):
        return None
    if declared in value:
        return value[declared]
    name = declared.lower()
    return next((member for sent, member in value.items() if sent.lower() == name), None)
