"""Rules about who reports measure results in the QPP form, and about measurement sets. Pure."""

from collections import Counter

from acr_domain.findings import Severity
from acr_registries.npi import is_npi
from acr_registries.pqrs.case_columns import program_of
from acr_registries.pqrs.measure_results import MeasurementSet, QppSubmission
from acr_registries.pqrs.measures import measure_in, plain_id
from acr_registries.registry import NOWHERE, Places, Receipt, Rule

QUALITY, INTEROPERABILITY, ACTIVITIES = "quality", "pi", "ia"
HEALTH_RECORD = "electronicHealthRecord"
DEFAULT_PROGRAM = "mips"
_ENTITIES_WITH_ID = frozenset({"apm", "virtualGroup", "subgroup"})


def _individual_without_npi(record: QppSubmission, _: Receipt) -> Places:
    missing = record.entitytype == "individual" and record.nationalprovideridentifier is None
    return ("nationalprovideridentifier",) if missing else NOWHERE


def _other_with_npi(record: QppSubmission, _: Receipt) -> Places:
    wrong = record.entitytype != "individual" and record.nationalprovideridentifier is not None
    return ("nationalprovideridentifier",) if wrong else NOWHERE


def _entity_id_missing(record: QppSubmission, _: Receipt) -> Places:
    missing = record.entitytype in _ENTITIES_WITH_ID and record.entityid is None
    return ("entityid",) if missing else NOWHERE


def _tin_missing(record: QppSubmission, _: Receipt) -> Places:
    missing = record.taxpayeridentificationnumber is None
    return (
        ("taxpayeridentificationnumber",)
        if missing and record.entitytype not in _ENTITIES_WITH_ID
        else NOWHERE
    )


def _npi_check_digit(record: QppSubmission, _: Receipt) -> Places:
    npi = record.nationalprovideridentifier
    return NOWHERE if npi is None or is_npi(npi) else ("nationalprovideridentifier",)


def _other_than_header(record: QppSubmission, receipt: Receipt) -> Places:
    program = program_of(receipt.contents)
    pairs = (
        ("entitytype", record.entitytype.lower(), program.entitytype),
        ("performanceyear", record.performanceyear, program.performanceyear),
        ("taxpayeridentificationnumber", record.taxpayeridentificationnumber, program.tin),
        ("nationalprovideridentifier", record.nationalprovideridentifier, program.npi),
    )
    return tuple(name for name, own, told in pairs if None not in (own, told) and own != told)


def _set_twice(record: QppSubmission, _: Receipt) -> Places:
    seen: set[tuple[str, str, str]] = set()
    places: list[tuple[str | int, ...]] = []
    for place, each in enumerate(record.measurementsets):
        key = (each.category, each.submissionmethod, each.programname or DEFAULT_PROGRAM)
        if key in seen:
            places.append(("measurementsets", place, "category"))
        seen.add(key)
    return tuple(places)


def _too_few_measures(record: QppSubmission, receipt: Receipt) -> Places:
    ids = {
        plain_id(measurement.measureid)
        for each in record.measurementsets
        if each.category == QUALITY
        for measurement in each.measurements
    }
    if not ids:
        return NOWHERE
    year = program_of(receipt.contents).performanceyear
    found = [measure_in(each, year) for each in ids]
    enough = len(ids) >= receipt.thresholds["mips_measures_least"]
    weighty = any(measure is not None and measure.weighty for measure in found)
    return NOWHERE if enough and weighty else ("measurementsets",)


def _period(each: MeasurementSet, receipt: Receipt) -> Places:
    year = program_of(receipt.contents).performanceyear
    if each.performancestart > each.performanceend:
        return ("performanceend",)
    return tuple(
        name for name in ("performancestart", "performanceend") if getattr(each, name).year != year
    )


def _measure_twice(each: MeasurementSet, _: Receipt) -> Places:
    times = Counter(plain_id(one.measureid) for one in each.measurements)
    if len(times) == len(each.measurements):
        return NOWHERE
    return tuple(
        ("measurements", place, "measureid")
        for place, one in enumerate(each.measurements)
        if times[plain_id(one.measureid)] > 1
    )


def _certification_missing(each: MeasurementSet, _: Receipt) -> Places:
    due = each.submissionmethod == HEALTH_RECORD or each.category == INTEROPERABILITY
    return ("cehrtid",) if due and each.cehrtid is None else NOWHERE


def _of_other_category(each: MeasurementSet, _: Receipt) -> Places:
    return tuple(
        ("measurements", place, "measureid")
        for place, one in enumerate(each.measurements)
        if _category(one.measureid) != each.category
    )


def _category(measure_id: str) -> str:
    plain = plain_id(measure_id)
    if plain.startswith("IA_"):
        return ACTIVITIES
    return INTEROPERABILITY if plain.startswith("PI_") else QUALITY


QPP_RULES = (
    Rule(
        "PQRS-301",
        Severity.ERROR,
        "PQRS reference, P05 (A)",
        QppSubmission,
        "An individual reports with an NPI. Add it.",
        _individual_without_npi,
    ),
    Rule(
        "PQRS-302",
        Severity.ERROR,
        "PQRS reference, P05, 3.5 (A)",
        QppSubmission,
        "Only an individual reports with an NPI. Leave the element out, or correct the entity type.",
        _other_with_npi,
    ),
    Rule(
        "PQRS-303",
        Severity.ERROR,
        "PQRS reference, 3.5 (A)",
        QppSubmission,
        "An APM entity, virtual group or subgroup reports under an id of its own. Add it.",
        _entity_id_missing,
    ),
    Rule(
        "PQRS-304",
        Severity.ERROR,
        "PQRS reference, 3.5 (A)",
        QppSubmission,
        "An individual or group reports under a TIN. Add it.",
        _tin_missing,
    ),
    Rule(
        "PQRS-305",
        Severity.ERROR,
        "PQRS reference, P04 (check digit assumed)",
        QppSubmission,
        "The NPI's check digit is wrong. Correct the number.",
        _npi_check_digit,
    ),
    Rule(
        "PQRS-306",
        Severity.ERROR,
        "PQRS reference, 3.1, 3.5, P27",
        QppSubmission,
        "The element disagrees with the header. Correct one of them.",
        _other_than_header,
    ),
    Rule(
        "PQRS-307",
        Severity.ERROR,
        "PQRS reference, P22 (A)",
        QppSubmission,
        "Another set has the same category, method and program. Join the sets.",
        _set_twice,
    ),
    Rule(
        "PQRS-308",
        Severity.WARNING,
        "PQRS reference, P26 (S, V)",
        QppSubmission,
        "MIPS asks for {mips_measures_least} quality measures, one of them an outcome or else a "
        "high-priority measure. Add measures, or expect a lower score.",
        _too_few_measures,
    ),
    Rule(
        "PQRS-309",
        Severity.ERROR,
        "PQRS reference, P23 (A)",
        MeasurementSet,
        "The performance period ends before it begins, or lies outside the performance year. Correct "
        "its days.",
        _period,
    ),
    Rule(
        "PQRS-310",
        Severity.ERROR,
        "PQRS reference, P22 (A)",
        MeasurementSet,
        "The measure is there more than once in one set. Send it once.",
        _measure_twice,
    ),
    Rule(
        "PQRS-311",
        Severity.INCOMPLETE,
        "PQRS reference, 3.5 (A; condition assumed)",
        MeasurementSet,
        "Results from a health record need its CMS certification id. Add it.",
        _certification_missing,
    ),
    Rule(
        "PQRS-312",
        Severity.ERROR,
        "PQRS reference, 3.5, 3.6 (A, M)",
        MeasurementSet,
        "The measure does not belong to the category of its set. Move it to the right set.",
        _of_other_category,
    ),
)
