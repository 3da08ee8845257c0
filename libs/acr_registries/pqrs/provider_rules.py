"""Rules about who reports in the CMS registry file, how, and for which days. Pure."""

from acr_domain.findings import Severity
from acr_registries.npi import is_npi
from acr_registries.pqrs.case_columns import program_of
from acr_registries.pqrs.registry_results import (
    FileAuditData,
    MeasureGroupStat,
    PqrsFilePayload,
    Provider,
)
from acr_registries.registry import NOWHERE, Places, Receipt, Rule

NO_GROUP = "X"
INDIVIDUAL_TYPE, GROUP_TYPE = "1", "2"
INDIVIDUAL_METHOD, GROUP_METHOD = "A", "G"


def _file_beyond_last(audit: FileAuditData, _: Receipt) -> Places:
    return ("file_number",) if audit.file_number > audit.number_of_files else NOWHERE


def _encounters(provider: Provider, receipt: Receipt) -> Places:
    year = program_of(receipt.contents).performanceyear
    if provider.encounter_from_date > provider.encounter_to_date:
        return ("encounter_to_date",)
    return tuple(
        name
        for name in ("encounter_from_date", "encounter_to_date")
        if getattr(provider, name).year != year
    )


def _other_than_header(provider: Provider, receipt: Receipt) -> Places:
    program = program_of(receipt.contents)
    places = [] if provider.tin == program.tin else ["tin"]
    if provider.npi is not None and program.npi is not None and provider.npi != program.npi:
        places.append("npi")
    return tuple(places)


def _npi_check_digit(provider: Provider, _: Receipt) -> Places:
    return NOWHERE if provider.npi is None or is_npi(provider.npi) else ("npi",)


def _waiver_not_signed(provider: Provider, _: Receipt) -> Places:
    return ("waiver_signed",) if provider.waiver_signed == "N" else NOWHERE


def _other_entity(payload: PqrsFilePayload, receipt: Receipt) -> Places:
    individual = program_of(receipt.contents).entitytype == "individual"
    due = INDIVIDUAL_TYPE if individual else GROUP_TYPE
    return (
        NOWHERE if payload.registry.submission_type == due else (("registry", "submission_type"),)
    )


def _clinician_missing(payload: PqrsFilePayload, _: Receipt) -> Places:
    individual = payload.registry.submission_type == INDIVIDUAL_TYPE
    return (("provider", "npi"),) if individual and payload.provider.npi is None else NOWHERE


def _group_kind(payload: PqrsFilePayload, _: Receipt) -> Places:
    individual = payload.registry.submission_type == INDIVIDUAL_TYPE
    told = payload.provider.gpro_type is not None
    return (("provider", "gpro_type"),) if told is individual else NOWHERE


def _method_of_group(payload: PqrsFilePayload, _: Receipt) -> Places:
    due = INDIVIDUAL_METHOD if payload.measure_group == NO_GROUP else GROUP_METHOD
    same = payload.registry.submission_method == due
    return NOWHERE if same else (("registry", "submission_method"),)


def _group_stat(payload: PqrsFilePayload, _: Receipt) -> Places:
    alone = payload.measure_group == NO_GROUP
    missing = payload.provider.measure_group_stat is None
    return NOWHERE if alone is missing else (("provider", "measure_group_stat"),)


def _group_stat_lacks(stat: MeasureGroupStat, _: Receipt) -> Places:
    return tuple(name for name in MeasureGroupStat.model_fields if getattr(stat, name) is None)


def _few_patients(stat: MeasureGroupStat, receipt: Receipt) -> Places:
    patients = stat.group_eligible_instances
    few = patients is not None and patients < receipt.thresholds["group_patients_least"]
    return ("group_eligible_instances",) if few else NOWHERE


PROVIDER_RULES = (
    Rule(
        "PQRS-401",
        Severity.ERROR,
        "PQRS reference, 3.4 (L)",
        FileAuditData,
        "The file's number is greater than the number of files. Correct one of them.",
        _file_beyond_last,
    ),
    Rule(
        "PQRS-402",
        Severity.ERROR,
        "PQRS reference, 3.4 (L)",
        Provider,
        "The encounters end before they begin, or lie outside the performance year. Correct the days.",
        _encounters,
    ),
    Rule(
        "PQRS-403",
        Severity.ERROR,
        "PQRS reference, 3.1, 3.4",
        Provider,
        "The element disagrees with the header. Correct one of them.",
        _other_than_header,
    ),
    Rule(
        "PQRS-404",
        Severity.ERROR,
        "PQRS reference, P04 (check digit assumed)",
        Provider,
        "The NPI's check digit is wrong. Correct the number.",
        _npi_check_digit,
    ),
    Rule(
        "PQRS-405",
        Severity.ERROR,
        "PQRS reference, P37, P28 (L, S)",
        Provider,
        "Without a signed waiver nothing goes to CMS. Obtain it, or leave the provider out.",
        _waiver_not_signed,
    ),
    Rule(
        "PQRS-406",
        Severity.ERROR,
        "PQRS reference, 3.1, 3.4 (L)",
        PqrsFilePayload,
        "The submission type is not that of the header's entity type: 1 for an individual, else 2. "
        "Correct one of them.",
        _other_entity,
    ),
    Rule(
        "PQRS-407",
        Severity.ERROR,
        "PQRS reference, 3.4, P05 (L, A)",
        PqrsFilePayload,
        "An individual reports with an NPI. Add it.",
        _clinician_missing,
    ),
    Rule(
        "PQRS-408",
        Severity.ERROR,
        "PQRS reference, 3.4 (L; severity assumed)",
        PqrsFilePayload,
        "The kind of group is told for a group, and null for an individual. Correct it.",
        _group_kind,
    ),
    Rule(
        "PQRS-409",
        Severity.ERROR,
        "PQRS reference, 3.4 (L)",
        PqrsFilePayload,
        "The submission method is A with measure group X, and G with any other. Correct one of them.",
        _method_of_group,
    ),
    Rule(
        "PQRS-410",
        Severity.ERROR,
        "PQRS reference, 3.4 (L; severity assumed)",
        PqrsFilePayload,
        "The statistics of a measures group are told for a measures group, and only then. Add them, or "
        "leave them out.",
        _group_stat,
    ),
    Rule(
        "PQRS-411",
        Severity.INCOMPLETE,
        "PQRS reference, 3.4 (L)",
        MeasureGroupStat,
        "The statistics of a measures group are incomplete without this element. Send it in a later "
        "version.",
        _group_stat_lacks,
    ),
    Rule(
        "PQRS-412",
        Severity.WARNING,
        "PQRS reference, 5.1 note (assumed)",
        MeasureGroupStat,
        "The sample of a measures group needs {group_patients_least} patients. Send a greater one.",
        _few_patients,
    ),
)
