"""Forms of measure results as the CMS registry file of PQRS has them. Source: PQRS reference, 2.3, 3.4."""

from typing import ClassVar

from acr_registries.forms import Derived, Form
from acr_registries.pqrs.result_columns import PQRS_COLUMNS
from acr_registries.values import Day


class FileAuditData(Form):
    """Which file this is, who made it and when."""

    create_date: Day
    create_time: str
    create_by: str
    version: str
    file_number: int
    number_of_files: int


class SendingRegistry(Form):
    """The registry that sends, and how it reports."""

    registry_name: str
    registry_id: str
    vendor_unique_id: str
    submission_type: str
    submission_method: str


class MeasureGroupStat(Form):
    """What a measures group counted over all of its measures."""

    ffs_patient_count: int | None = None
    group_reporting_rate_numerator: int | None = None
    group_eligible_instances: int | None = None
    group_reporting_rate: float | None = None


class Provider(Form):
    """Whose results these are, and for which days."""

    gpro_type: str | None = None
    npi: str | None = None
    tin: str
    email_address: str | None = None
    waiver_signed: str
    encounter_from_date: Day
    encounter_to_date: Day
    measure_group_stat: MeasureGroupStat | None = None


class RiskAdjustedDetail(Form):
    """The risk-adjusted result of a measure."""

    population_ref_rate: float | None = None
    risk_standardized_rate: float | None = None
    lower_ci: float | None = None
    upper_ci: float | None = None
    performance_assessment: str | None = None
    description: str | None = None
    risk_reporting_rate: float | None = None


class PqrsMeasure(Form):
    """The counts and rates of one measure, or of one of its strata."""

    table: ClassVar[str] = "pqrs_measures"
    row_key: ClassVar[str] = "measure_no"
    derived: ClassVar[tuple[Derived, ...]] = PQRS_COLUMNS

    pqrs_measure_number: str
    collection_method: str
    measure_strata_num: int
    eligible_instances: int
    meets_performance_instances: int
    performance_exclusion_instances: int
    performance_not_met_instances: int
    reporting_rate: float | None = None
    performance_rate: float | None = None
    risk_adjusted_measure_detail: RiskAdjustedDetail | None = None


class PqrsFilePayload(Form):
    """One provider's results of a measures group, as the registry file holds them."""

    table: ClassVar[str] = "pqrs_files"

    file_audit_data: FileAuditData
    registry: SendingRegistry
    measure_group: str
    provider: Provider
    records: tuple[PqrsMeasure, ...]
