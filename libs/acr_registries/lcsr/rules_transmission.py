"""Rules T and what holds a payload together: counts, facilities, versions, parents. Pure."""

from datetime import UTC

from acr_domain.findings import Severity
from acr_registries.header_rules import FUTURE_MAX
from acr_registries.lcsr.exam_record import ExamRecord
from acr_registries.lcsr.model import LcsrPayload
from acr_registries.lcsr.ordinary import followed_in_order
from acr_registries.lcsr.time_spans import ZONE_AHEAD_MOST
from acr_registries.lcsr.transaction import TransactionHeader
from acr_registries.registry import NOWHERE, Place, Places, Receipt, Rule
from acr_registries.triggers import given


def one_exam_alone(payload: LcsrPayload, _: Receipt) -> bool:
    """Tell whether there is nothing but one exam, as its header says, with one follow-up at most."""
    exams, header = payload.exams, payload.transaction_header
    if len(exams) != 1 or payload.follow_ups or len(exams[0].follow_ups) > 1:
        return False
    return header is None or (
        header.num_of_exam_included == 1 and header.facility_id == exams[0].facility_id
    )


def _nothing_sent(payload: LcsrPayload, _: Receipt) -> Places:
    return NOWHERE if payload.exams or payload.follow_ups else ("exams",)


def _exam_count(payload: LcsrPayload, _: Receipt) -> Places:
    header = payload.transaction_header
    if header is None or header.num_of_exam_included == len(payload.exams):
        return NOWHERE
    return (("transaction_header", "num_of_exam_included"),)


def _transaction_in_future(header: TransactionHeader, receipt: Receipt) -> Places:
    time = header.transaction_datetime
    if time.date() < receipt.received_at.date():
        return NOWHERE
    ahead = FUTURE_MAX
    if time.tzinfo is None:
        time, ahead = time.replace(tzinfo=UTC), ZONE_AHEAD_MOST
    late = time - receipt.received_at > ahead
    return ("transaction_datetime",) if late else NOWHERE


def _other_facility(payload: LcsrPayload, _: Receipt) -> Places:
    if payload.transaction_header is None:
        return NOWHERE
    facility = payload.transaction_header.facility_id
    places: list[Place] = []
    for index, exam in enumerate(payload.exams):
        if exam.facility_id != facility:
            places.append(("exams", index, "facility_id"))
    for index, follow_up in enumerate(payload.follow_ups):
        if follow_up.facility_id not in (None, facility):
            places.append(("follow_ups", index, "facility_id"))
    return tuple(places)


def _no_facility(payload: LcsrPayload, _: Receipt) -> Places:
    if not payload.follow_ups or payload.transaction_header is not None:
        return NOWHERE
    return tuple(
        ("follow_ups", index, "facility_id")
        for index, follow_up in enumerate(payload.follow_ups)
        if follow_up.facility_id is None
    )


def _other_mapping_version(header: TransactionHeader, receipt: Receipt) -> Places:
    if header.mapping_version.strip() == receipt.contents.version.name:
        return NOWHERE
    return ("mapping_version",)


def _other_file_version(exam: ExamRecord, receipt: Receipt) -> Places:
    version = exam.file_version_number
    if version is None or version.strip() == receipt.contents.version.name:
        return NOWHERE
    return ("file_version_number",)


def _other_parent(exam: ExamRecord, _: Receipt) -> Places:
    if not exam.follow_ups:
        return NOWHERE
    places: list[Place] = []
    for index, follow_up in enumerate(exam.follow_ups):
        if follow_up.exam_unique_id not in (None, exam.exam_unique_id):
            places.append(("follow_ups", index, "exam_unique_id"))
        if follow_up.facility_id not in (None, exam.facility_id):
            places.append(("follow_ups", index, "facility_id"))
    return tuple(places)


TRANSMISSION_RULES = (
    Rule(
        "LCSR-101",
        Severity.ERROR,
        "LCSR reference, T3 (N); follow-ups alone assumed",
        LcsrPayload,
        "The payload has neither an exam nor a follow-up. Send at least one.",
        _nothing_sent,
        unless=one_exam_alone,
    ),
    Rule(
        "LCSR-102",
        Severity.ERROR,
        "LCSR reference, T3 (N)",
        LcsrPayload,
        "The number is not that of the exams in Exams. Correct it, or send the missing exams.",
        _exam_count,
        unless=one_exam_alone,
    ),
    Rule(
        "LCSR-103",
        Severity.ERROR,
        "LCSR reference, T2 and D1 (N)",
        TransactionHeader,
        "The transaction was made after its receipt. Check the sender's clock.",
        _transaction_in_future,
    ),
    Rule(
        "LCSR-104",
        Severity.ERROR,
        "LCSR reference, T4 (N, S)",
        LcsrPayload,
        "The facility is not that of the transaction header. Send each facility in transactions of "
        "its own.",
        _other_facility,
        unless=one_exam_alone,
    ),
    Rule(
        "LCSR-105",
        Severity.ERROR,
        "LCSR reference, T4 (N, S)",
        LcsrPayload,
        "The follow-up names no facility, and no transaction header does. Add the element.",
        _no_facility,
        unless=one_exam_alone,
    ),
    Rule(
        "LCSR-106",
        Severity.ERROR,
        "LCSR reference, T5 (V)",
        TransactionHeader,
        "The header of the submission names another contract version. Name the same one in both.",
        _other_mapping_version,
    ),
    Rule(
        "LCSR-107",
        Severity.ERROR,
        "LCSR reference, T5 (V)",
        ExamRecord,
        "The exam is of another version than that by which it was read. Name its version in the "
        "header of the submission, and send exams of other versions apart.",
        _other_file_version,
        when=given("file_version_number"),
    ),
    Rule(
        "LCSR-108",
        Severity.ERROR,
        "LCSR reference, 3.4; assumed",
        ExamRecord,
        "The follow-up stands within an exam and names another one. Move it to its exam, or leave "
        "the element out.",
        _other_parent,
        when=given("follow_ups"),
        unless=followed_in_order,
    ),
)
