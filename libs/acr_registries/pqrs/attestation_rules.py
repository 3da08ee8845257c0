"""Rules about attestations, and about TIN and clinician registrations. Pure."""

from collections import Counter

from acr_domain.findings import Severity
from acr_registries.npi import is_npi
from acr_registries.pqrs.attestations import Attestation, AttestationPayload, Registration
from acr_registries.pqrs.case_columns import program_of
from acr_registries.pqrs.measures import BOOLEAN, is_foreign, measure_in
from acr_registries.pqrs.model import PQRS
from acr_registries.registry import NOWHERE, Places, Receipt, Rule


def _unknown_activity(attestation: Attestation, receipt: Receipt) -> Places:
    year = program_of(receipt.contents).performanceyear
    activity = measure_in(attestation.activityid, year)
    known = activity is not None and activity.metric == BOOLEAN
    return NOWHERE if known or is_foreign(attestation.activityid) else ("activityid",)


def _unlisted_activity(attestation: Attestation, _: Receipt) -> Places:
    return ("activityid",) if is_foreign(attestation.activityid) else NOWHERE


def _period(attestation: Attestation, receipt: Receipt) -> Places:
    year = program_of(receipt.contents).performanceyear
    if attestation.performancestart > attestation.performanceend:
        return ("performanceend",)
    return tuple(
        name
        for name in ("performancestart", "performanceend")
        if getattr(attestation, name).year != year
    )


def _too_short(attestation: Attestation, receipt: Receipt) -> Places:
    if not (attestation.value and attestation.activityid.startswith("IA_")):
        return NOWHERE
    days = (attestation.performanceend - attestation.performancestart).days + 1
    return ("performanceend",) if days < receipt.thresholds["activity_days_least"] else NOWHERE


def _activity_twice(payload: AttestationPayload, _: Receipt) -> Places:
    times = Counter(each.activityid for each in payload.records)
    return tuple(
        ("records", place, "activityid")
        for place, each in enumerate(payload.records)
        if times[each.activityid] > 1
    )


def _before_mips(payload: AttestationPayload, receipt: Receipt) -> Places:
    early = payload.records and program_of(receipt.contents).programversion == PQRS
    return ("records",) if early else NOWHERE


def _ends_before_begin(registration: Registration, _: Receipt) -> Places:
    ends = registration.tineffectiveto
    reversed_days = ends is not None and ends < registration.tineffectivefrom
    return ("tineffectiveto",) if reversed_days else NOWHERE


def _npi_check_digit(registration: Registration, _: Receipt) -> Places:
    return NOWHERE if is_npi(registration.npi) else ("npi",)


def _other_than_header(registration: Registration, receipt: Receipt) -> Places:
    program = program_of(receipt.contents)
    places = [] if registration.tin == program.tin else ["tin"]
    if program.npi is not None and registration.npi != program.npi:
        places.append("npi")
    if program.facilityid not in registration.facilityids:
        places.append("facilityids")
    return tuple(places)


def _group_choice(registration: Registration, receipt: Receipt) -> Places:
    entity = program_of(receipt.contents).entitytype
    agrees = entity not in ("individual", "group") or registration.gpro is (entity == "group")
    return NOWHERE if agrees else ("gpro",)


ATTESTATION_RULES = (
    Rule(
        "PQRS-501",
        Severity.ERROR,
        "PQRS reference, 3.6, P01 (M)",
        Attestation,
        "The performance year has no such activity: it has ended, not begun, or is none that is "
        "attested. Correct the id or the year.",
        _unknown_activity,
    ),
    Rule(
        "PQRS-502",
        Severity.WARNING,
        "PQRS reference, 3.6 (M)",
        Attestation,
        "The activity's years are not held here; it is kept as it is. Check its id.",
        _unlisted_activity,
    ),
    Rule(
        "PQRS-503",
        Severity.ERROR,
        "PQRS reference, P23, 3.6 (A)",
        Attestation,
        "The activity ends before it begins, or lies outside the performance year. Correct its days.",
        _period,
    ),
    Rule(
        "PQRS-504",
        Severity.WARNING,
        "PQRS reference, 3.6 (assumed)",
        Attestation,
        "An improvement activity lasts at least {activity_days_least} days without a break. Check its "
        "days.",
        _too_short,
    ),
    Rule(
        "PQRS-505",
        Severity.ERROR,
        "PQRS reference, P22 (A)",
        AttestationPayload,
        "The activity is attested more than once. Send it once.",
        _activity_twice,
    ),
    Rule(
        "PQRS-506",
        Severity.ERROR,
        "PQRS reference, P02, 3.6",
        AttestationPayload,
        "Activities are attested from 2017 on. Leave the records out; registrations may stay.",
        _before_mips,
    ),
    Rule(
        "PQRS-511",
        Severity.ERROR,
        "PQRS reference, 3.2 (S)",
        Registration,
        "The TIN ends before it begins. Correct one of the days.",
        _ends_before_begin,
    ),
    Rule(
        "PQRS-512",
        Severity.ERROR,
        "PQRS reference, P04 (check digit assumed)",
        Registration,
        "The NPI's check digit is wrong. Correct the number.",
        _npi_check_digit,
    ),
    Rule(
        "PQRS-513",
        Severity.ERROR,
        "PQRS reference, 3.1, 3.2, P28 (S)",
        Registration,
        "The element disagrees with the header, whose facility is one of the TIN's. Correct one of "
        "them.",
        _other_than_header,
    ),
    Rule(
        "PQRS-514",
        Severity.WARNING,
        "PQRS reference, 3.2, P27 (S; severity assumed)",
        Registration,
        "The choice of group or individual is not that of the header. It holds for the whole TIN and "
        "year; check it.",
        _group_choice,
    ),
)
